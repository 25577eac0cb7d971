// What brokers are known to get wrong, one story each. The topics have files of their own; here is the list
// to look through when a broker is to be judged by its corners.
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;
using mqtt::Publish;

constexpr PacketId kFirst{1};

class KnownWrong : public EachVersion {
 protected:
  Scene& publish(std::string payload, QoS qos, bool retain = false) {
    return scene.publish({.topic = "a", .payload = std::move(payload), .qos = qos, .retain = retain});
  }
};
INSTANTIATE_TEST_SUITE_P(, KnownWrong, kEachVersion, version_name);

TEST(KnownWrongV5, MessageTooLargeForAClientKeepsNoSlotOfItsReceiveMaximum) {  // [MQTT-3.1.2-25]
  Scene scene;
  auto& watcher = scene.connect("watcher", {.receive_maximum = 1, .maximum_packet_size = 50}).subscribe("a");
  scene.publish({.topic = "a", .payload = std::string(100, 'x'), .qos = at_least_once});
  scene.publish({.topic = "a", .payload = "small", .qos = at_least_once});
  EXPECT_EQ(payloads_of(watcher.received()), "small");
}

TEST(KnownWrongV5, FailedPubrecReopensTheSendWindow) {  // [MQTT-3.3.4-9] [MQTT-4.4.0-2]
  Scene scene;
  auto& watcher = scene.connect("watcher", {.receive_maximum = 1, .manual = true}).subscribe("a");
  scene.publish({.topic = "a", .payload = "1", .qos = exactly_once});
  scene.publish({.topic = "a", .payload = "2", .qos = exactly_once});
  watcher.send(mqtt::Pubrec{kFirst, ReasonCode::quota_exceeded});
  EXPECT_EQ(payloads_of(watcher.received()), "1 2");
}

TEST(KnownWrongV5, SmallerReceiveMaximumOnReconnectBindsRedeliveries) {  // [MQTT-3.3.4-9] [MQTT-4.9.0-1]
  Scene scene;
  auto& first = scene.connect("watcher", {.session_expiry = 60, .receive_maximum = 10, .manual = true});
  first.subscribe("a");
  for (const char* payload : {"1", "2", "3"})
    scene.publish({.topic = "a", .payload = payload, .qos = at_least_once});
  scene.cut(first);
  auto& second = scene.connect("watcher", {.clean_start = false, .receive_maximum = 1, .manual = true});
  EXPECT_EQ(payloads_of(second.received()), "1");
  second.send(mqtt::Puback{.packet_id = kFirst});
  EXPECT_EQ(payloads_of(second.received()), "2");
}

TEST(KnownWrongV5, MoreOpenQos2MessagesThanOurReceiveMaximumAreRefused) {  // [MQTT-3.3.4-7]
  core::EngineOptions options = Scene::defaults();
  options.limits.receive_maximum = 1;
  Scene scene(options);
  auto& publisher = scene.connect("publisher").publish("a", "1", exactly_once);
  publisher.expect<mqtt::Pubrec>();
  publisher.publish("a", "2", exactly_once);
  expect_ended(publisher, ReasonCode::receive_maximum_exceeded);
  EXPECT_EQ(scene.limit_hits("receive_maximum"), 1u);
}

TEST(KnownWrongV5, EmptyShareNameIsRefused) {  // [MQTT-4.8.2-1]
  Scene scene;
  auto& client = scene.connect("client");
  client.send(mqtt::Subscribe{.packet_id = kFirst, .requests = {{"$share//x", {}}}});
  expect_ended(client, ReasonCode::topic_filter_invalid);
}

TEST_P(KnownWrong, EveryRedeliveryHasDup1) {  // [MQTT-3.3.1-1] [MQTT3-3.3.1-1]
  auto* watcher = &connect_manually_to_session("watcher").subscribe("a");
  publish("x", exactly_once);
  EXPECT_FALSE(watcher->expect<Publish>().duplicate);
  for (int time = 1; time <= 3; ++time) {
    SCOPED_TRACE(time);
    scene.cut(*watcher);
    watcher = &connect_manually_to_session("watcher");
    EXPECT_TRUE(watcher->expect<Publish>().duplicate);
  }
}

TEST_P(KnownWrong,
       DuplicateQos2PublishIsNotDeliveredAgainAfterAReconnect) {  // [MQTT-4.3.3-10] [MQTT3-4.3.3-2]
  auto& watcher = connect("watcher").subscribe("a");
  scene.cut(connect_to_session("publisher").publish("a", "x", exactly_once));
  connect_to_session("publisher")
      .publish({.topic = "a", .payload = "x", .qos = exactly_once, .duplicate = true, .packet_id = 1});
  EXPECT_EQ(payloads_of(watcher.received()), "x");
}

TEST_P(KnownWrong, PubrelIsResentAfterPubrecAndNotPublish) {  // [MQTT-4.3.3-6] [MQTT3-4.3.3-1]
  auto& watcher = connect_manually_to_session("watcher").subscribe("a");
  publish("x", exactly_once);
  scene.cut(watcher.send(mqtt::Pubrec{.packet_id = kFirst}));
  auto& back = connect_manually_to_session("watcher");
  EXPECT_EQ(back.expect<mqtt::Pubrel>().packet_id, kFirst);
  EXPECT_TRUE(back.silent());
}

TEST_P(KnownWrong, QueueBeyondTheWindowDrainsInOrder) {  // [MQTT-4.6.0-5] [MQTT3-4.6.0-6]
  scene.cut(connect_to_session("watcher").subscribe("a"));
  std::string in_order;
  for (int number = 1'000; number < 3'000; ++number) {  // limits.inflight is 1,024
    publish(std::to_string(number), number % 2 == 0 ? at_least_once : exactly_once);
    in_order += (in_order.empty() ? "" : " ") + std::to_string(number);
  }
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), in_order);
}

TEST_P(KnownWrong, Qos0IsNotQueuedForAClientThatIsAway) {
  scene.cut(connect_to_session("watcher").subscribe("a"));
  publish("0", at_most_once).publish({.topic = "a", .payload = "1", .qos = at_least_once});
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), "1");
}

TEST_P(KnownWrong, Qos0SubscriptionQueuesNothing) {  // [MQTT-3.8.4-8] [MQTT3-3.8.4-6]
  scene.cut(connect_to_session("watcher").subscribe("a", {.qos = at_most_once}));
  publish("2", exactly_once);
  EXPECT_TRUE(connect_to_session("watcher").silent());
}

TEST_P(KnownWrong, MessageExpiredInTheQueueIsDroppedAndCounted) {  // [MQTT-3.3.2-5]
  scene.cut(connect_to_session("watcher").subscribe("a"));
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once, .properties = {.message_expiry = 5s}});
  scene.advance(5s);
  EXPECT_TRUE(connect_to_session("watcher").silent());
  EXPECT_EQ(scene.dropped(DropCause::expired), 1u);
}

TEST(KnownWrongV5, RemainingExpiryIsToldOfAMessageThatWaited) {  // [MQTT-3.3.2-6]
  Scene scene;
  scene.cut(scene.connect("watcher", {.session_expiry = 60}).subscribe("a"));
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once, .properties = {.message_expiry = 30s}});
  scene.advance(20s);
  const auto publish = scene.connect("watcher", {.clean_start = false}).expect<Publish>();
  EXPECT_EQ(publish.properties.number(mqtt::PropertyId::message_expiry_interval), 10u);
}

TEST_P(KnownWrong,
       RetainedMessageWithADollarIsHiddenFromWildcardsInFront) {  // [MQTT-4.7.2-1] [MQTT3-4.7.2-1]
  scene.publish({.topic = "$hidden/x", .payload = "hidden", .retain = true});
  EXPECT_TRUE(connect("hash").subscribe("#").silent());
  EXPECT_TRUE(connect("plus").subscribe("+/x").silent());
}

TEST_P(KnownWrong, EmptyRetainedMessageEmptiesTheStore) {  // [MQTT-3.3.1-6] [MQTT3-3.3.1-10]
  publish("x", at_most_once, true);
  publish("", at_least_once, true);
  EXPECT_TRUE(connect("late").subscribe("a").silent());
}

TEST_P(KnownWrong, HashMatchesTheParentLevel) {  // [MQTT-4.7.1-1] [MQTT3-4.7.1-2]
  auto& watcher = connect("watcher").subscribe("a/#");
  publish("x", at_most_once);
  EXPECT_EQ(payloads_of(watcher.received()), "x");
}

// limits.queue_messages is 2.
class QueueLimit : public EachVersion {
 protected:
  QueueLimit() : EachVersion(two_messages()) { scene.cut(connect_to_session("watcher").subscribe("a")); }
  static core::EngineOptions two_messages() {
    core::EngineOptions options = Scene::defaults();
    options.limits.queue_messages = 2;
    return options;
  }
  void publish_three() {
    for (const char* payload : {"1", "2", "3"}) {
      scene.publish({.topic = "a", .payload = payload, .qos = at_least_once});
    }
  }
};
INSTANTIATE_TEST_SUITE_P(, QueueLimit, kEachVersion, version_name);

TEST_P(QueueLimit, DropsTheNewest) {
  publish_three();
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), "1 2");
}

TEST_P(QueueLimit, IsCountedAndToldWithTheClient) {
  publish_three();
  EXPECT_EQ(scene.dropped(DropCause::queue_full), 1u);
  EXPECT_EQ(scene.limit_hits("queue_messages"), 1u);
  const auto dropped = scene.events<MessageDropped>();
  ASSERT_EQ(dropped.size(), 1u);
  EXPECT_EQ(dropped.front().client_id, "watcher");
  EXPECT_EQ(dropped.front().cause, DropCause::queue_full);
}

TEST_P(QueueLimit, HasRoomAgainAfterTheClientWasThere) {
  publish_three();
  scene.cut(connect_to_session("watcher"));
  scene.publish({.topic = "a", .payload = "4", .qos = at_least_once});
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), "4");
}

TEST(QueueBytesLimit, DropsWhatDoesNotFitAndCountsIt) {
  core::EngineOptions options = Scene::defaults();
  options.limits.queue_bytes = 1'500;
  Scene scene(options);
  scene.cut(scene.connect("watcher", {.session_expiry = 60}).subscribe("a"));
  scene.publish({.topic = "a", .payload = std::string(1'000, '1'), .qos = at_least_once});
  scene.publish({.topic = "a", .payload = std::string(1'000, '2'), .qos = at_least_once});
  scene.publish({.topic = "a", .payload = "3", .qos = at_least_once});
  const std::string fits = std::string(1'000, '1') + " 3";
  EXPECT_EQ(payloads_of(scene.connect("watcher", {.clean_start = false}).received()), fits);
  EXPECT_EQ(scene.limit_hits("queue_bytes"), 1u);
}

}  // namespace
}  // namespace pint::test
