// Message Expiry: what became too old is deleted, and what goes out says how long it has left.
// [section 3.3.2.3.3]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PropertyId;

constexpr auto kAtOnce = Duration{1};

class MessageExpiry : public testing::Test {
 protected:
  // A message with 10 seconds to live.
  static Message mortal(std::string payload, QoS qos = at_least_once, bool retain = false) {
    Message message{.topic = "a", .payload = std::move(payload), .qos = qos, .retain = retain};
    message.properties.message_expiry = 10s;
    return message;
  }
  static std::optional<std::uint32_t> expiry_of(const mqtt::Publish& publish) {
    return publish.properties.number(PropertyId::message_expiry_interval);
  }
  // A subscriber that is away, its Session kept.
  void subscribe_and_leave() { scene.cut(scene.connect("watcher", {.session_expiry = 600}).subscribe("a")); }
  Peer& come_back() { return scene.connect("watcher", {.clean_start = false, .session_expiry = 600}); }
  Scene scene;
};

TEST_F(MessageExpiry, IsToldUnchangedWhenNoTimePassed) {  // [MQTT-3.3.2-6]
  auto& watcher = scene.connect("watcher").subscribe("a");
  scene.publish(mortal("x", at_most_once));
  EXPECT_EQ(expiry_of(watcher.expect<mqtt::Publish>()), 10u);
}

TEST_F(MessageExpiry, OfAClientsMessageIsToldUnchangedWhenNoTimePassed) {  // [MQTT-3.3.2-6]
  auto& watcher = scene.connect("watcher").subscribe("a");
  PublishTerms terms{.topic = "a", .payload = "x"};
  terms.properties.add(PropertyId::message_expiry_interval, 0xFFFFFFFF);
  scene.connect("publisher").publish(terms);
  EXPECT_EQ(expiry_of(watcher.expect<mqtt::Publish>()), 0xFFFFFFFFu);
}

TEST_F(MessageExpiry, IsNotToldOfAMessageThatHasNone) {
  auto& watcher = scene.connect("watcher").subscribe("a");
  scene.publish({.topic = "a", .payload = "x"});
  EXPECT_FALSE(expiry_of(watcher.expect<mqtt::Publish>()));
}

TEST_F(MessageExpiry, IsToldLessTheTimeTheMessageWaited) {  // [MQTT-3.3.2-6]
  subscribe_and_leave();
  scene.publish(mortal("x")).advance(3s);
  EXPECT_EQ(expiry_of(come_back().expect<mqtt::Publish>()), 7u);
}

TEST_F(MessageExpiry, IsNeverToldShorterThanItIs) {  // [MQTT-3.3.2-6]
  subscribe_and_leave();
  scene.publish(mortal("x")).advance(3'200ms);
  EXPECT_EQ(expiry_of(come_back().expect<mqtt::Publish>()), 7u);  // 6.8 s
}

TEST_F(MessageExpiry, DeletesWhatWaitedTooLongAndCountsIt) {  // [MQTT-3.3.2-5]
  subscribe_and_leave();
  scene.publish(mortal("x")).advance(10s);
  EXPECT_TRUE(come_back().silent());
  EXPECT_EQ(scene.dropped(DropCause::expired), 1u);
}

TEST_F(MessageExpiry, LeavesWhatWaitedAlmostTooLong) {  // [MQTT-3.3.2-5]
  subscribe_and_leave();
  scene.publish(mortal("x")).advance(10s - kAtOnce);
  EXPECT_EQ(expiry_of(come_back().expect<mqtt::Publish>()), 1u);
}

TEST_F(MessageExpiry, DeletesOnlyWhatExpired) {  // [MQTT-3.3.2-5]
  subscribe_and_leave();
  scene.publish(mortal("1")).publish({.topic = "a", .payload = "2", .qos = at_least_once}).advance(5s);
  scene.publish(mortal("3")).advance(6s);
  EXPECT_EQ(payloads_of(come_back().received()), "2 3");
}

TEST_F(MessageExpiry, DeletesOnlyTheCopiesNotYetSent) {  // [MQTT-3.3.2-5]
  subscribe_and_leave();
  auto& there = scene.connect("there").subscribe("a");
  scene.publish(mortal("x")).advance(10s);
  EXPECT_EQ(payloads_of(there.received()), "x");
  EXPECT_TRUE(come_back().silent());
}

TEST_F(MessageExpiry, DeletesWhatWaitedBehindTheSendWindow) {  // [MQTT-3.3.2-5]
  auto& watcher = scene.connect("watcher", {.receive_maximum = 1, .manual = true}).subscribe("a");
  scene.publish({.topic = "a", .payload = "1", .qos = at_least_once}).publish(mortal("2"));
  scene.publish({.topic = "a", .payload = "3", .qos = at_least_once}).advance(10s);
  watcher.send(mqtt::Puback{.packet_id = mqtt::PacketId{1}});
  EXPECT_EQ(payloads_of(watcher.received()), "1 3");
  EXPECT_EQ(scene.dropped(DropCause::expired), 1u);
}

TEST_F(MessageExpiry, HoldsForOldSubscribersWhoCannotBeToldOfIt) {  // [MQTT-3.3.2-5]
  const ConnectTerms old{.version = ProtocolVersion::v3_1_1, .clean_start = false};
  scene.cut(scene.connect("watcher", old).subscribe("a"));
  scene.publish(mortal("x")).advance(10s);
  EXPECT_TRUE(scene.connect("watcher", old).silent());
}

TEST_F(MessageExpiry, DoesNotStopAResend) {  // [MQTT-4.3.3-7] [MQTT-4.4.0-1]
  auto& watcher = scene.connect("watcher", {.session_expiry = 600, .manual = true}).subscribe("a");
  scene.publish(mortal("x", exactly_once));
  scene.cut(watcher).advance(11s);
  EXPECT_EQ(payloads_of(come_back().received()), "x");
}

TEST_F(MessageExpiry, OfARetainedMessageIsToldLessTheTimeItWasStored) {  // [MQTT-3.3.2-6]
  scene.publish(mortal("x", at_most_once, true)).advance(4s);
  EXPECT_EQ(expiry_of(scene.connect("late").subscribe("a").expect<mqtt::Publish>()), 6u);
}

TEST_F(MessageExpiry, TakesARetainedMessageOutOfTheStore) {  // [MQTT-3.3.2-5]
  scene.publish(mortal("x", at_most_once, true)).advance(10s);
  EXPECT_TRUE(scene.connect("late").subscribe("a").silent());
  EXPECT_EQ(scene.engine().stats().retained_messages, 0u);
}

TEST_F(MessageExpiry, OfAReplacedRetainedMessageDoesNotConcernTheNewOne) {
  scene.publish(mortal("old", at_most_once, true)).advance(5s);
  scene.publish({.topic = "a", .payload = "new", .retain = true}).advance(10s);
  EXPECT_EQ(payloads_of(scene.connect("late").subscribe("a").received()), "new");
}

TEST_F(MessageExpiry, BeginsAnewWithANewRetainedMessage) {
  scene.publish(mortal("old", at_most_once, true)).advance(9s);
  scene.publish(mortal("new", at_most_once, true)).advance(9s);
  EXPECT_EQ(payloads_of(scene.connect("late").subscribe("a").received()), "new");
}

TEST_F(MessageExpiry, OfARemovedRetainedMessageIsForgotten) {
  scene.publish(mortal("x", at_most_once, true)).publish({.topic = "a", .retain = true}).advance(10s);
  EXPECT_EQ(scene.dropped(DropCause::expired), 0u);
}

// 0 seconds: gone where it would have to wait, but whoever is there gets it.
TEST_F(MessageExpiry, Of0LetsNobodyWaitForIt) {  // [MQTT-3.3.2-5]
  subscribe_and_leave();
  auto& there = scene.connect("there").subscribe("a");
  Message message = mortal("x", at_least_once, true);
  message.properties.message_expiry = 0s;
  scene.publish(message);
  EXPECT_EQ(payloads_of(there.received()), "x");
  EXPECT_TRUE(come_back().silent());
  EXPECT_TRUE(scene.engine().retained("a").empty());
}

}  // namespace
}  // namespace pint::test
