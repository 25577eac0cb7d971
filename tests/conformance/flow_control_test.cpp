// Flow control: Receive Maximum and the broker's own limit, towards the client and from it. [section 4.9]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;

// A client that takes two messages at a time and acknowledges nothing by itself.
class ReceiveMaximum : public testing::Test {
 protected:
  ReceiveMaximum() {
    watcher = &scene.connect("watcher", {.session_expiry = 60, .receive_maximum = 2, .manual = true})
                   .subscribe("a");
  }
  void publish(std::initializer_list<const char*> payloads, QoS qos = at_least_once) {
    for (const char* payload : payloads) scene.publish({.topic = "a", .payload = payload, .qos = qos});
  }
  std::string received() { return payloads_of(watcher->received()); }
  Scene scene;
  Peer* watcher;
};

TEST_F(ReceiveMaximum, IsNeverExceeded) {  // [MQTT-3.3.4-9] [MQTT-4.9.0-1] [MQTT-4.9.0-2]
  publish({"1", "2", "3", "4"});
  EXPECT_EQ(received(), "1 2");
}

TEST_F(ReceiveMaximum, CountsQos1AndQos2Together) {  // [MQTT-3.3.4-9] [MQTT-4.9.0-2]
  publish({"1"}, at_least_once);
  publish({"2", "3"}, exactly_once);
  EXPECT_EQ(received(), "1 2");
}

TEST_F(ReceiveMaximum, GetsOneBackWithEachPuback) {  // [MQTT-3.3.4-9]
  publish({"1", "2", "3", "4"});
  received();
  watcher->send(mqtt::Puback{.packet_id = PacketId{1}});
  EXPECT_EQ(received(), "3");
}

TEST_F(ReceiveMaximum, GetsOneBackWithAFailedPuback) {  // [MQTT-3.3.4-9]
  publish({"1", "2", "3"});
  received();
  watcher->send(mqtt::Puback{PacketId{2}, ReasonCode::unspecified_error});
  EXPECT_EQ(received(), "3");
}

TEST_F(ReceiveMaximum, GetsNoneBackWithPubrec) {  // [MQTT-3.3.4-9]
  publish({"1", "2", "3"}, exactly_once);
  received();
  watcher->send(mqtt::Pubrec{.packet_id = PacketId{1}});
  EXPECT_EQ(received(), "");
}

TEST_F(ReceiveMaximum, GetsOneBackWithPubcomp) {  // [MQTT-3.3.4-9]
  publish({"1", "2", "3"}, exactly_once);
  received();
  watcher->send(mqtt::Pubrec{.packet_id = PacketId{1}}).send(mqtt::Pubcomp{.packet_id = PacketId{1}});
  EXPECT_EQ(received(), "3");
}

TEST_F(ReceiveMaximum, GetsNoneBackWithAnAcknowledgementOfNothing) {  // [MQTT-4.9.0-1]
  publish({"1", "2", "3"});
  received();
  watcher->send(mqtt::Puback{.packet_id = PacketId{77}}).send(mqtt::Pubcomp{.packet_id = PacketId{78}});
  EXPECT_EQ(received(), "");
}

TEST_F(ReceiveMaximum, DoesNotHoldQos0Back) {  // [MQTT-3.3.4-9] [MQTT-4.9.0-2]
  publish({"1", "2", "waits"});
  publish({"now"}, at_most_once);
  EXPECT_EQ(received(), "1 2 now");
}

TEST_F(ReceiveMaximum, HoldsNothingButPublishBack) {  // [MQTT-3.3.4-10] [MQTT-4.9.0-3]
  publish({"1", "2"});
  publish({"waits"}, exactly_once);
  received();
  watcher->send(mqtt::Pingreq{});
  watcher->expect<mqtt::Pingresp>();
  watcher->subscribe("b").unsubscribe("b");
  watcher->publish("c", "x", exactly_once);
  watcher->expect<mqtt::Pubrec>();
  watcher->send(mqtt::Pubrel{.packet_id = watcher->last_packet_id()});
  watcher->expect<mqtt::Pubcomp>();
}

TEST_F(ReceiveMaximum, DoesNotHoldPubrelBack) {  // [MQTT-3.3.4-10] [MQTT-4.9.0-3]
  publish({"1", "2"}, exactly_once);
  received();
  watcher->send(mqtt::Pubrec{.packet_id = PacketId{2}});
  EXPECT_EQ(watcher->expect<mqtt::Pubrel>().packet_id, PacketId{2});
}

TEST_F(ReceiveMaximum, BeginsAnewWithEachConnection) {  // [MQTT-4.9.0-1]
  publish({"1", "2", "3", "4"});
  scene.cut(*watcher);
  watcher = &scene.connect("watcher", {.clean_start = false, .receive_maximum = 3, .manual = true});
  EXPECT_EQ(received(), "1 2 3");
}

TEST_F(ReceiveMaximum, OfOneClientDoesNotConcernAnother) {
  auto& other = scene.connect("other").subscribe("a");
  publish({"1", "2", "3"});
  EXPECT_EQ(payloads_of(other.received()), "1 2 3");
}

TEST_F(ReceiveMaximum, LetsTheQueueOutInOrder) {  // [MQTT-4.6.0-5]
  publish({"1", "2", "3", "4", "5"});
  received();
  watcher->send(mqtt::Puback{.packet_id = PacketId{1}}).send(mqtt::Puback{.packet_id = PacketId{2}});
  publish({"6"});
  EXPECT_EQ(received(), "3 4");
  watcher->send(mqtt::Puback{.packet_id = PacketId{3}}).send(mqtt::Puback{.packet_id = PacketId{4}});
  EXPECT_EQ(received(), "5 6");
}

// limits.inflight: the broker's own bound, the only one there is for 3.x.
class InflightLimit : public EachVersion {
 protected:
  InflightLimit() : EachVersion(two_at_once()) {}
  static core::EngineOptions two_at_once() {
    core::EngineOptions options = Scene::defaults();
    options.limits.inflight = 2;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(, InflightLimit, kEachVersion, version_name);

TEST_P(InflightLimit, BoundsWhatIsUnacknowledged) {  // [MQTT-4.9.0-1]
  auto& watcher = connect("watcher", {.receive_maximum = 100, .manual = true}).subscribe("a");
  for (const char* payload : {"1", "2", "3"}) {
    scene.publish({.topic = "a", .payload = payload, .qos = at_least_once});
  }
  EXPECT_EQ(payloads_of(watcher.received()), "1 2");
}

// limits.receive_maximum: what a 5.0 client may have open towards the broker.
class OurReceiveMaximum : public EachVersion {
 protected:
  OurReceiveMaximum() : EachVersion(two_at_once()) { publisher = &connect("publisher"); }
  static core::EngineOptions two_at_once() {
    core::EngineOptions options = Scene::defaults();
    options.limits.receive_maximum = 2;
    return options;
  }
  void publish(std::uint16_t id) {
    publisher->publish({.topic = "a", .payload = std::to_string(id), .qos = exactly_once, .packet_id = id});
  }
  Peer* publisher;
};
INSTANTIATE_TEST_SUITE_P(, OurReceiveMaximum, kEachVersion, version_name);

TEST_P(OurReceiveMaximum, LetsSoManyQos2MessagesBeOpen) {  // [MQTT-3.3.4-7]
  publish(1);
  publish(2);
  EXPECT_FALSE(publisher->closed());
  EXPECT_EQ(publisher->pending(), 2u);
}

TEST_P(OurReceiveMaximum, DoesNotCountARepetition) {  // [MQTT-3.3.4-7]
  publish(1);
  publish(2);
  publish(1);
  EXPECT_FALSE(publisher->closed());
}

TEST_P(OurReceiveMaximum, FreesOneWithEachPubrel) {  // [MQTT-3.3.4-7]
  publish(1);
  publish(2);
  publisher->send(mqtt::Pubrel{.packet_id = PacketId{1}});
  publish(3);
  EXPECT_FALSE(publisher->closed());
}

TEST_P(OurReceiveMaximum, IsNotReachedByQos1) {  // [MQTT-3.3.4-7]
  publisher->publish("a", "1", at_least_once)
      .publish("a", "2", at_least_once)
      .publish("a", "3", at_least_once);
  EXPECT_FALSE(publisher->closed());
}

TEST_P(OurReceiveMaximum, BindsOnlyThoseWhoWereToldOfIt) {  // [MQTT-3.3.4-7]
  publish(1);
  publish(2);
  publish(3);
  EXPECT_EQ(publisher->closed(), GetParam() == ProtocolVersion::v5);
}

}  // namespace
}  // namespace pint::test
