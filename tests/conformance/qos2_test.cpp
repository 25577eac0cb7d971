// QoS 2 in both directions, step by step. The broker is the receiver of what clients publish, and the sender
// of what they subscribed to. [section 4.3.3]
#include "support/each_version.hpp"
#include "support/scripted_policy.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;
using mqtt::Pubcomp;
using mqtt::Pubrec;
using mqtt::Pubrel;

constexpr PacketId kId{7};

// The message that the receiver tests are about, with its identifier 7.
PublishTerms message(std::string payload, bool duplicate = false) {
  return {.topic = "a",
          .payload = std::move(payload),
          .qos = exactly_once,
          .duplicate = duplicate,
          .packet_id = static_cast<std::uint16_t>(kId)};
}

class Qos2Receiver : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Qos2Receiver, kEachVersion, version_name);

TEST_P(Qos2Receiver,
       AnswersPublishWithPubrecOfTheSameIdentifier) {  // [MQTT-4.3.3-8] [MQTT3-4.3.3-2] [MQTT3-2.3.1-6]
  auto& publisher = connect("publisher").publish(message("x"));
  EXPECT_EQ(publisher.expect<Pubrec>().packet_id, kId);
}

TEST_P(Qos2Receiver, DeliversOnceAndAtOnce) {  // [MQTT-4.3.3-8] [MQTT3-4.3.3-2]
  auto& watcher = connect("watcher").subscribe("a");
  connect("publisher").publish(message("x"));
  EXPECT_EQ(watcher.received(), one("a", "x", exactly_once));
}

TEST_P(Qos2Receiver, AnswersARepetitionWithPubrecAndDeliversItToNobody) {  // [MQTT-4.3.3-10] [MQTT3-4.3.3-2]
  auto& watcher = connect("watcher").subscribe("a");
  auto& publisher = connect("publisher").publish(message("x"));
  EXPECT_EQ(publisher.expect<Pubrec>().packet_id, kId);
  publisher.publish(message("x", true));
  EXPECT_EQ(publisher.expect<Pubrec>(), Pubrec{.packet_id = kId});
  EXPECT_EQ(payloads_of(watcher.received()), "x");
}

TEST_P(Qos2Receiver, TakesEvenAnotherPayloadForARepetition) {  // [MQTT-4.3.3-10] [MQTT3-4.3.3-2]
  auto& watcher = connect("watcher").subscribe("a");
  connect("publisher").publish(message("x")).publish(message("y"));
  EXPECT_EQ(payloads_of(watcher.received()), "x");
}

TEST_P(Qos2Receiver, StillKnowsARepetitionAfterAReconnect) {  // [MQTT-4.3.3-10] [MQTT3-4.3.3-2]
  auto& watcher = connect("watcher").subscribe("a");
  scene.cut(connect_to_session("publisher").publish(message("x")));
  auto& back = connect_to_session("publisher").publish(message("x", true));
  EXPECT_EQ(back.expect<Pubrec>().packet_id, kId);
  EXPECT_EQ(payloads_of(watcher.received()), "x");
}

TEST_P(Qos2Receiver, ForgetsRepetitionsWithTheSession) {
  auto& watcher = connect("watcher").subscribe("a");
  scene.cut(connect("publisher").publish(message("x")));
  connect("publisher").publish(message("x", true));
  EXPECT_EQ(payloads_of(watcher.received()), "x x");
}

TEST_P(Qos2Receiver, AnswersPubrelWithPubcompOfTheSameIdentifier) {  // [MQTT-4.3.3-11] [MQTT3-4.3.3-2]
  auto& publisher = connect("publisher").publish(message("x"));
  publisher.expect<Pubrec>();
  publisher.send(Pubrel{.packet_id = kId});
  EXPECT_EQ(publisher.expect<Pubcomp>(), Pubcomp{.packet_id = kId});
}

TEST_P(Qos2Receiver, TakesTheSameIdentifierAfterPubcompForANewMessage) {  // [MQTT-4.3.3-12] [MQTT3-4.3.3-2]
  auto& watcher = connect("watcher").subscribe("a");
  auto& publisher = connect("publisher").publish(message("1"));
  publisher.send(Pubrel{.packet_id = kId}).publish(message("2"));
  EXPECT_EQ(payloads_of(watcher.received()), "1 2");
}

TEST_P(Qos2Receiver, AnswersARepeatedPubrelWithPubcomp) {
  auto& publisher = connect("publisher");
  publisher.send(Pubrel{.packet_id = kId});
  EXPECT_EQ(publisher.expect<Pubcomp>().packet_id, kId);
}

TEST(Qos2ReceiverV5, SaysThatAPubrelReleasesNothing) {  // [MQTT-3.7.2-1]
  Scene scene;
  auto& publisher = scene.connect("publisher");
  publisher.send(Pubrel{.packet_id = kId});
  EXPECT_EQ(publisher.expect<Pubcomp>().reason, ReasonCode::packet_identifier_not_found);
}

TEST(Qos2ReceiverV5, TakesTheSameIdentifierAfterARefusalForANewMessage) {  // [MQTT-4.3.3-9]
  ScriptedPolicy policy;
  Scene scene(Scene::defaults(), &policy);
  auto& watcher = scene.connect("watcher").subscribe("a");
  auto& publisher = scene.connect("publisher");
  policy.publish_answer = ReasonCode::quota_exceeded;
  publisher.publish(message("refused"));
  policy.publish_answer = ReasonCode::success;
  publisher.publish(message("taken"));
  EXPECT_EQ(payloads_of(watcher.received()), "taken");
}

TEST(Qos2ReceiverV5, GoesOnToTheEndThoughTheMessageExpired) {  // [MQTT-4.3.3-13]
  Scene scene;
  PublishTerms terms = message("x");
  terms.properties.add(mqtt::PropertyId::message_expiry_interval, 1);
  auto& publisher = scene.connect("publisher").publish(terms);
  publisher.expect<Pubrec>();
  scene.advance(10s);
  publisher.publish(terms);
  EXPECT_EQ(publisher.expect<Pubrec>().packet_id, kId);
  publisher.send(Pubrel{.packet_id = kId});
  EXPECT_EQ(publisher.expect<Pubcomp>(), Pubcomp{.packet_id = kId});
}

// A watcher that acknowledges nothing by itself, and one message "x" that has reached it.
class Qos2Sender : public EachVersion {
 protected:
  Qos2Sender() {
    watcher = &connect_manually_to_session("watcher").subscribe("a");
    connect("publisher").publish("a", "x", exactly_once);
    first = watcher->expect<mqtt::Publish>();
    id = first.packet_id;
  }
  // The watcher breaks its connection and takes its Session up again.
  Peer& come_back() {
    scene.cut(*watcher);
    watcher = &connect_manually_to_session("watcher");
    return *watcher;
  }
  Peer* watcher;
  mqtt::Publish first;
  PacketId id;
};
INSTANTIATE_TEST_SUITE_P(, Qos2Sender, kEachVersion, version_name);

TEST_P(Qos2Sender, GivesEachMessageAnUnusedIdentifier) {  // [MQTT-4.3.3-1] [MQTT3-4.3.3-1]
  connect("other").publish("a", "y", exactly_once);
  EXPECT_EQ(id, PacketId{1});
  EXPECT_EQ(watcher->expect<mqtt::Publish>().packet_id, PacketId{2});
}

TEST_P(Qos2Sender, SendsFirstWithQoS2AndDup0) {  // [MQTT-4.3.3-2] [MQTT3-4.3.3-1]
  EXPECT_EQ(first.qos, exactly_once);
  EXPECT_FALSE(first.duplicate);
}

TEST_P(Qos2Sender, CountsPublishAsUnacknowledgedUntilPubrec) {  // [MQTT-4.3.3-3] [MQTT3-4.3.3-1]
  auto& back = come_back();
  const auto again = back.expect<mqtt::Publish>();
  EXPECT_EQ(again.packet_id, id);
  EXPECT_TRUE(again.duplicate);
}

TEST_P(Qos2Sender, AnswersPubrecWithPubrelOfTheSameIdentifier) {  // [MQTT-4.3.3-4] [MQTT3-4.3.3-1]
  watcher->send(Pubrec{.packet_id = id});
  EXPECT_EQ(watcher->expect<Pubrel>(), Pubrel{.packet_id = id});
}

TEST_P(Qos2Sender, SendsPubrelWithItsFlags) {  // [MQTT-3.6.1-1] [MQTT3-3.6.1-1]
  watcher->send(Pubrec{.packet_id = id});
  EXPECT_EQ(watcher->received_bytes(), std::string("\x62\x02\x00\x01", 4));
}

TEST_P(Qos2Sender, CountsPubrelAsUnacknowledgedUntilPubcomp) {  // [MQTT-4.3.3-5] [MQTT3-4.3.3-1]
  watcher->send(Pubrec{.packet_id = id});
  EXPECT_EQ(come_back().expect<Pubrel>().packet_id, id);
}

TEST_P(Qos2Sender, SendsNoPublishAfterPubrel) {  // [MQTT-4.3.3-6] [MQTT3-4.3.3-1]
  watcher->send(Pubrec{.packet_id = id});
  auto& back = come_back();
  EXPECT_TRUE(back.received().empty());
  EXPECT_EQ(back.pending(), 1u);  // PUBREL
}

TEST_P(Qos2Sender, IsDoneAtPubcomp) {  // [MQTT-4.3.3-5] [MQTT3-4.3.3-1]
  watcher->send(Pubrec{.packet_id = id}).send(Pubcomp{.packet_id = id});
  EXPECT_TRUE(come_back().silent());
}

TEST_P(Qos2Sender, AnswersARepeatedPubrecWithPubrelAgain) {  // [MQTT-4.3.3-4] [MQTT3-4.3.3-1]
  watcher->send(Pubrec{.packet_id = id}).send(Pubrec{.packet_id = id});
  watcher->expect<Pubrel>();
  EXPECT_EQ(watcher->expect<Pubrel>(), Pubrel{.packet_id = id});
}

TEST_P(Qos2Sender, TakesPubrecOfAnEarlierConnectionForThePublishItWasToSendAgain) {
  auto& back = come_back();
  back.expect<mqtt::Publish>();
  back.send(Pubrec{.packet_id = id});
  EXPECT_EQ(back.expect<Pubrel>().packet_id, id);
}

TEST_P(Qos2Sender, AnswersAPubrecOfNothingWithPubrel) {
  watcher->send(Pubrec{.packet_id = PacketId{99}});
  EXPECT_EQ(watcher->expect<Pubrel>().packet_id, PacketId{99});
}

TEST_P(Qos2Sender, TakesAPubcompOfNothingForNothing) {
  watcher->send(Pubcomp{.packet_id = PacketId{99}});
  EXPECT_TRUE(watcher->silent());
  EXPECT_FALSE(watcher->closed());
}

TEST(Qos2SenderV5, SaysThatAPubrecAnswersNothing) {  // [MQTT-3.6.2-1]
  Scene scene;
  auto& watcher = scene.connect("watcher", {.manual = true});
  watcher.send(Pubrec{.packet_id = kId});
  EXPECT_EQ(watcher.expect<Pubrel>().reason, ReasonCode::packet_identifier_not_found);
}

TEST(Qos2SenderV5, DoesNotAnswerAFailedPubrec) {  // [MQTT-4.4.0-2]
  Scene scene;
  auto& watcher = scene.connect("watcher", {.session_expiry = 60}).manual().subscribe("a");
  scene.publish({.topic = "a", .payload = "x", .qos = exactly_once});
  const PacketId id = watcher.expect<mqtt::Publish>().packet_id;
  watcher.send(Pubrec{id, ReasonCode::unspecified_error});
  EXPECT_TRUE(watcher.silent());
  EXPECT_EQ(scene.engine().clients().front().inflight, 0u);
}

// PUBLISH was sent before the message expired: expiry no longer concerns it. [MQTT-4.3.3-7] [MQTT-4.3.3-13]
TEST(Qos2SenderV5, GoesOnToTheEndThoughTheMessageExpired) {
  Scene scene;
  auto& watcher = scene.connect("watcher", {.session_expiry = 60}).manual().subscribe("a");
  Message message{.topic = "a", .payload = "x", .qos = exactly_once};
  message.properties.message_expiry = 1s;
  scene.publish(message);
  const PacketId id = watcher.expect<mqtt::Publish>().packet_id;
  scene.cut(watcher).advance(10s);
  auto& back = scene.connect("watcher", {.clean_start = false, .manual = true});
  EXPECT_EQ(back.expect<mqtt::Publish>().packet_id, id);
  back.send(Pubrec{.packet_id = id});
  EXPECT_EQ(back.expect<Pubrel>().packet_id, id);
}

}  // namespace
}  // namespace pint::test
