// Message ordering: every topic is an Ordered Topic, and acknowledgements go out in the order of what they
// acknowledge. [section 4.6]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;

class Ordering : public EachVersion {
 protected:
  static constexpr const char* kPayloads[] = {"1", "2", "3", "4", "5", "6"};
  static constexpr const char* kInOrder = "1 2 3 4 5 6";
  void publish_all(QoS qos) {
    auto& publisher = connect("publisher");
    for (const char* payload : kPayloads) publisher.publish("a", payload, qos);
  }
};
INSTANTIATE_TEST_SUITE_P(, Ordering, kEachVersion, version_name);

TEST_P(Ordering, HoldsAtQos0) {  // [MQTT-4.6.0-5] [MQTT-4.6.0-6] [MQTT3-4.6.0-5] [MQTT3-4.6.0-6]
  auto& watcher = connect("watcher").subscribe("a");
  publish_all(at_most_once);
  EXPECT_EQ(payloads_of(watcher.received()), kInOrder);
}

TEST_P(Ordering, HoldsAtQos1) {  // [MQTT-4.6.0-5] [MQTT-4.6.0-6] [MQTT3-4.6.0-5] [MQTT3-4.6.0-6]
  auto& watcher = connect("watcher", {.receive_maximum = 2}).subscribe("a");
  publish_all(at_least_once);
  EXPECT_EQ(payloads_of(watcher.received()), kInOrder);
}

TEST_P(Ordering, HoldsAtQos2) {  // [MQTT-4.6.0-5] [MQTT-4.6.0-6] [MQTT3-4.6.0-5] [MQTT3-4.6.0-6]
  auto& watcher = connect("watcher", {.receive_maximum = 2}).subscribe("a");
  publish_all(exactly_once);
  EXPECT_EQ(payloads_of(watcher.received()), kInOrder);
}

TEST_P(Ordering, HoldsForWhatWaitedWhileTheClientWasAway) {  // [MQTT-4.6.0-5] [MQTT3-4.6.0-6]
  scene.cut(connect_to_session("watcher").subscribe("a"));
  publish_all(at_least_once);
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), kInOrder);
}

TEST_P(Ordering, HoldsBetweenSmallAndLargeMessages) {  // [MQTT-4.6.0-5] [MQTT3-4.6.0-6]
  auto& watcher = connect("watcher").subscribe("a");
  const std::string large(5'000, 'x');
  connect("publisher").publish("a", "1").publish("a", large).publish("a", "2").publish("a", large);
  EXPECT_EQ(payloads_of(watcher.received()), "1 " + large + " 2 " + large);
}

TEST_P(Ordering, HoldsForAllSubscriptionsOfAClientTogether) {  // [MQTT-4.6.0-6] [MQTT3-4.6.0-5]
  auto& watcher = connect("watcher").subscribe("+/x").subscribe("b/#").subscribe("c/x");
  auto& publisher = connect("publisher");
  publisher.publish("c/x", "1").publish("b/x", "2").publish("a/x", "3").publish("c/x", "4");
  EXPECT_EQ(payloads_of(watcher.received()), "1 2 3 4");
}

TEST_P(Ordering, OfPubacksIsThatOfTheirPublishes) {  // [MQTT-4.6.0-2] [MQTT3-4.6.0-2] [MQTT3-4.6.0-6]
  auto& publisher = connect("publisher");
  publisher.publish({.topic = "a", .payload = "1", .qos = at_least_once, .packet_id = 9});
  publisher.publish({.topic = "a", .payload = "2", .qos = at_least_once, .packet_id = 4});
  EXPECT_EQ(publisher.expect<mqtt::Puback>().packet_id, PacketId{9});
  EXPECT_EQ(publisher.expect<mqtt::Puback>().packet_id, PacketId{4});
}

TEST_P(Ordering, OfPubrecsIsThatOfTheirPublishes) {  // [MQTT-4.6.0-3] [MQTT3-4.6.0-3] [MQTT3-4.6.0-6]
  auto& publisher = connect("publisher");
  publisher.publish({.topic = "a", .payload = "1", .qos = exactly_once, .packet_id = 9});
  publisher.publish({.topic = "a", .payload = "2", .qos = exactly_once, .packet_id = 4});
  EXPECT_EQ(publisher.expect<mqtt::Pubrec>().packet_id, PacketId{9});
  EXPECT_EQ(publisher.expect<mqtt::Pubrec>().packet_id, PacketId{4});
}

TEST_P(Ordering, OfPubrelsIsThatOfTheirPubrecs) {  // [MQTT-4.6.0-4] [MQTT3-4.6.0-4] [MQTT3-4.6.0-6]
  auto& watcher = connect("watcher", {.manual = true}).subscribe("a");
  scene.publish({.topic = "a", .payload = "1", .qos = exactly_once});
  scene.publish({.topic = "a", .payload = "2", .qos = exactly_once});
  watcher.received();
  watcher.send(mqtt::Pubrec{.packet_id = PacketId{2}}).send(mqtt::Pubrec{.packet_id = PacketId{1}});
  EXPECT_EQ(watcher.expect<mqtt::Pubrel>().packet_id, PacketId{2});
  EXPECT_EQ(watcher.expect<mqtt::Pubrel>().packet_id, PacketId{1});
}

// A client that acknowledges out of order is in the wrong, but the broker loses nothing by it.
// [MQTT-4.6.0-3] [MQTT3-4.6.0-3] [MQTT-4.6.0-4] [MQTT3-4.6.0-4]
TEST_P(Ordering, OfTheClientsPubrecsAndPubrelsIsNotReliedOn) {
  auto& watcher = connect_manually_to_session("watcher").subscribe("a");
  for (const char* payload : {"1", "2", "3"}) {
    scene.publish({.topic = "a", .payload = payload, .qos = exactly_once});
  }
  watcher.send(mqtt::Pubrec{.packet_id = PacketId{3}}).send(mqtt::Pubcomp{.packet_id = PacketId{3}});
  watcher.send(mqtt::Pubrec{.packet_id = PacketId{1}}).send(mqtt::Pubcomp{.packet_id = PacketId{1}});
  scene.cut(watcher);
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), "2");
}

// The client resends in another order than it sent first: each message still comes through once.
TEST_P(Ordering, OfTheClientsResendingIsNotReliedOn) {  // [MQTT-4.6.0-1] [MQTT3-4.6.0-1]
  auto& watcher = connect("watcher").subscribe("a");
  auto& publisher = connect_to_session("publisher");
  publisher.publish({.topic = "a", .payload = "1", .qos = exactly_once, .packet_id = 1});
  publisher.publish({.topic = "a", .payload = "2", .qos = exactly_once, .packet_id = 2});
  scene.cut(publisher);
  auto& back = connect_to_session("publisher");
  back.publish({.topic = "a", .payload = "2", .qos = exactly_once, .duplicate = true, .packet_id = 2});
  back.publish({.topic = "a", .payload = "1", .qos = exactly_once, .duplicate = true, .packet_id = 1});
  EXPECT_EQ(payloads_of(watcher.received()), "1 2");
}

}  // namespace
}  // namespace pint::test
