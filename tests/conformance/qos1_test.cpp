// QoS 1 in both directions. The broker is the receiver of what clients publish, and the sender of what they
// subscribed to. [section 4.3.2]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;

class Qos1Receiver : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Qos1Receiver, kEachVersion, version_name);

TEST_P(Qos1Receiver, AnswersWithPubackOfTheSameIdentifier) {  // [MQTT-4.3.2-4] [MQTT3-4.3.2-2] [MQTT-2.2.1-5]
  auto& publisher = connect("publisher");
  publisher.publish({.topic = "a", .payload = "x", .qos = at_least_once, .packet_id = 0xFFFF});
  EXPECT_EQ(publisher.expect<mqtt::Puback>().packet_id, PacketId{0xFFFF});
}

TEST_P(Qos1Receiver, TakesTheMessageOverBeforeItAnswers) {  // [MQTT-4.3.2-4] [MQTT3-4.3.2-2] [MQTT-4.5.0-1]
  auto& watcher = connect_to_session("watcher").subscribe("a");
  scene.cut(watcher);
  auto& publisher = connect("publisher").publish("a", "x", at_least_once);
  publisher.expect<mqtt::Puback>();
  scene.cut(publisher);
  EXPECT_EQ(connect_to_session("watcher").received(), one("a", "x", at_least_once));
}

TEST_P(Qos1Receiver, TakesTheSameIdentifierAfterPubackForANewMessage) {  // [MQTT-4.3.2-5] [MQTT3-4.3.2-2]
  auto& watcher = connect("watcher").subscribe("a");
  auto& publisher = connect("publisher");
  publisher.publish({.topic = "a", .payload = "1", .qos = at_least_once, .packet_id = 5});
  publisher.publish({.topic = "a", .payload = "2", .qos = at_least_once, .packet_id = 5});
  publisher.publish({.topic = "a", .payload = "3", .qos = at_least_once, .duplicate = true, .packet_id = 5});
  EXPECT_EQ(payloads_of(watcher.received()), "1 2 3");
}

TEST(Qos1ReceiverV5, RefusesAnIdentifierThatAQos2MessageHolds) {  // [MQTT-2.2.1-3] [MQTT-3.4.2-1]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("a");
  auto& publisher = scene.connect("publisher");
  publisher.publish({.topic = "a", .payload = "2", .qos = exactly_once, .packet_id = 5});
  publisher.expect<mqtt::Pubrec>();
  publisher.publish({.topic = "a", .payload = "1", .qos = at_least_once, .packet_id = 5});
  EXPECT_EQ(publisher.expect<mqtt::Puback>().reason, ReasonCode::packet_identifier_in_use);
  EXPECT_EQ(payloads_of(watcher.received()), "2");
}

class Qos1Sender : public EachVersion {
 protected:
  // A watcher that acknowledges nothing by itself, and whom three messages have reached.
  Peer& watcher_of_three() {
    auto& watcher = connect_manually_to_session("watcher").subscribe("a");
    connect("publisher")
        .publish("a", "1", at_least_once)
        .publish("a", "2", at_least_once)
        .publish("a", "3", at_least_once);
    return watcher;
  }
  PacketId next_id(Peer& watcher) { return watcher.expect<mqtt::Publish>().packet_id; }
};
INSTANTIATE_TEST_SUITE_P(, Qos1Sender, kEachVersion, version_name);

// [MQTT-4.3.2-1] [MQTT3-4.3.2-1] [MQTT-2.2.1-4] [MQTT3-2.3.1-1] [MQTT3-2.3.1-4]
TEST_P(Qos1Sender, GivesEachMessageAnUnusedIdentifier) {
  auto& watcher = watcher_of_three();
  EXPECT_EQ(next_id(watcher), PacketId{1});
  EXPECT_EQ(next_id(watcher), PacketId{2});
  EXPECT_EQ(next_id(watcher), PacketId{3});
}

TEST_P(Qos1Sender, SendsFirstWithDup0) {  // [MQTT-4.3.2-2] [MQTT3-4.3.2-1]
  auto& watcher = connect("watcher").subscribe("a");
  connect("publisher").publish("a", "x", at_least_once);
  EXPECT_EQ(watcher.received(),
            (Arrivals{{.topic = "a", .payload = "x", .qos = at_least_once, .duplicate = false}}));
}

TEST_P(Qos1Sender, CountsAMessageAsUnacknowledgedUntilItsPuback) {  // [MQTT-4.3.2-3] [MQTT3-4.3.2-1]
  auto& watcher = watcher_of_three();
  next_id(watcher);
  watcher.send(mqtt::Puback{.packet_id = next_id(watcher)});
  scene.cut(watcher);
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), "1 3");
}

TEST_P(Qos1Sender, SendsNothingAgainThatHasItsPuback) {  // [MQTT-4.3.2-3] [MQTT-4.4.0-1] [MQTT3-4.4.0-1]
  auto& watcher = connect_to_session("watcher").subscribe("a");
  connect("publisher").publish("a", "x", at_least_once);
  watcher.received();
  scene.cut(watcher);
  EXPECT_TRUE(connect_to_session("watcher").silent());
}

TEST_P(Qos1Sender, TakesAPubackOfNothingForNothing) {
  auto& watcher = watcher_of_three();
  watcher.send(mqtt::Puback{.packet_id = PacketId{4}}).send(mqtt::Puback{.packet_id = PacketId{0xFFFF}});
  EXPECT_FALSE(watcher.closed());
  EXPECT_EQ(scene.engine().clients().back().inflight, 3u);
}

}  // namespace
}  // namespace pint::test
