// Packet Identifiers: who gives which, who repeats them, and when they are free again. [section 2.2.1]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"

namespace pint::test {
namespace {

using mqtt::PacketId;
using enum QoS;
using enum ReasonCode;

constexpr auto v5 = ProtocolVersion::v5;

class PacketIdentifier : public EachVersion {
 protected:
  // PUBLISH of "!" to t from the client, at QoS 1 or 2.
  static PublishTerms message(QoS qos, std::uint16_t id, bool duplicate = false) {
    return {.topic = "t", .payload = "!", .qos = qos, .duplicate = duplicate, .packet_id = id};
  }
};
INSTANTIATE_TEST_SUITE_P(, PacketIdentifier, kEachVersion, version_name);

// The server's.

TEST_P(PacketIdentifier, IsNotThereAtQos0) {  // [MQTT-2.2.1-2] [MQTT3-2.3.1-5]
  auto& watcher = connect("watcher").subscribe("t");
  connect("publisher").publish("t", "!");
  EXPECT_EQ(watcher.received_bytes(), GetParam() == v5 ? "\x30\x05\x00\x01t\x00!"s : "\x30\x04\x00\x01t!"s);
}

TEST_P(PacketIdentifier, IsThereAboveQos0) {  // [MQTT-2.2.1-4] [MQTT3-2.3.1-1] [MQTT3-2.3.1-4]
  auto& watcher = connect("watcher").subscribe("t");
  connect("publisher").publish("t", "!", at_least_once);
  EXPECT_EQ(watcher.received_bytes(),
            GetParam() == v5 ? "\x32\x07\x00\x01t\x00\x01\x00!"s : "\x32\x06\x00\x01t\x00\x01!"s);
}

TEST_P(PacketIdentifier, OfAnAcknowledgementIsThatOfThePublish) {  // [MQTT-2.2.1-5] [MQTT3-2.3.1-6]
  auto& peer = connect("c").manual();
  peer.publish(message(at_least_once, 0x1234));
  EXPECT_EQ(peer.expect<mqtt::Puback>().packet_id, PacketId{0x1234});
  peer.publish(message(exactly_once, 0xFFFF));
  EXPECT_EQ(peer.expect<mqtt::Pubrec>().packet_id, PacketId{0xFFFF});
  peer.send(mqtt::Pubrel{.packet_id = PacketId{0xFFFF}});
  EXPECT_EQ(peer.expect<mqtt::Pubcomp>().packet_id, PacketId{0xFFFF});
}

TEST_P(PacketIdentifier, OfPubrelIsThatOfItsPubrec) {  // [MQTT-2.2.1-5] [MQTT3-2.3.1-6]
  auto& peer = connect("c").manual().subscribe("t");
  scene.publish({.topic = "t", .payload = "first", .qos = exactly_once});
  scene.publish({.topic = "t", .payload = "second", .qos = exactly_once});
  peer.expect<mqtt::Publish>();
  const PacketId second = peer.expect<mqtt::Publish>().packet_id;
  peer.send(mqtt::Pubrec{.packet_id = second});
  EXPECT_EQ(peer.expect<mqtt::Pubrel>().packet_id, second);
}

TEST_P(PacketIdentifier, OfSubackAndUnsubackIsThatOfTheRequest) {  // [MQTT-2.2.1-6] [MQTT3-2.3.1-7]
  auto& peer = connect("c");
  peer.send(mqtt::Subscribe{.packet_id = PacketId{0x1234}, .requests = {{"t", {}}}});
  EXPECT_EQ(peer.expect<mqtt::Suback>().packet_id, PacketId{0x1234});
  peer.send(mqtt::Unsubscribe{.packet_id = PacketId{0xFFFF}, .topic_filters = {"t"}});
  EXPECT_EQ(peer.expect<mqtt::Unsuback>().packet_id, PacketId{0xFFFF});
}

// The client's.

class PacketIdentifierZero
    : public testing::TestWithParam<std::tuple<std::pair<const char*, mqtt::Packet>, ProtocolVersion>> {};

TEST_P(PacketIdentifierZero, EndsTheConnection) {  // [MQTT-2.2.1-3] [MQTT3-2.3.1-1]
  const auto& [row, version] = GetParam();
  Scene scene;
  auto& peer = scene.connect("c", {.version = version});
  peer.send(row.second);
  expect_ended(peer, protocol_error);
}

INSTANTIATE_TEST_SUITE_P(
    , PacketIdentifierZero,
    testing::Combine(
        testing::Values(std::pair("PublishAtQos1", mqtt::Packet(mqtt::Publish{
                                                       .qos = at_least_once, .topic = "t", .payload = {}})),
                        std::pair("PublishAtQos2", mqtt::Packet(mqtt::Publish{
                                                       .qos = exactly_once, .topic = "t", .payload = {}})),
                        std::pair("Subscribe", mqtt::Packet(mqtt::Subscribe{.requests = {{"t", {}}}})),
                        std::pair("Unsubscribe", mqtt::Packet(mqtt::Unsubscribe{.topic_filters = {"t"}}))),
        kEachVersion),
    [](const auto& row) {
      return std::get<0>(row.param).first + "_"s + version_name({std::get<1>(row.param), 0});
    });

TEST_P(PacketIdentifier, IsFreeAgainAfterPuback) {  // [MQTT3-2.3.1-2] [MQTT3-2.3.1-3]
  auto& watcher = connect("watcher").subscribe("t");
  connect("c").publish(message(at_least_once, 7)).publish(message(at_least_once, 7));
  EXPECT_EQ(watcher.received().size(), 2u);
}

TEST_P(PacketIdentifier, IsFreeAgainAfterPubcomp) {  // [MQTT3-2.3.1-2] [MQTT3-2.3.1-3]
  auto& watcher = connect("watcher").subscribe("t");
  auto& peer = connect("c").publish(message(exactly_once, 7));
  peer.send(mqtt::Pubrel{.packet_id = PacketId{7}}).publish(message(exactly_once, 7));
  EXPECT_EQ(watcher.received().size(), 2u);
}

TEST_P(PacketIdentifier, IsNotFreeBeforePubrel) {  // it is the same message again [MQTT3-2.3.1-3]
  auto& watcher = connect("watcher").subscribe("t");
  connect("c").publish(message(exactly_once, 7)).publish(message(exactly_once, 7, true));
  EXPECT_EQ(watcher.received().size(), 1u);
}

TEST_P(PacketIdentifier, IsFreeAgainAfterSubackAndUnsuback) {  // [MQTT3-2.3.1-3]
  auto& peer = connect("c");
  for (int i = 0; i < 3; ++i) {
    peer.send(mqtt::Subscribe{.packet_id = PacketId{7}, .requests = {{"t", {}}}});
    EXPECT_EQ(peer.expect<mqtt::Suback>().packet_id, PacketId{7});
    peer.send(mqtt::Unsubscribe{.packet_id = PacketId{7}, .topic_filters = {"t"}});
    EXPECT_EQ(peer.expect<mqtt::Unsuback>().packet_id, PacketId{7});
  }
}

TEST(PacketIdentifierIn5, ThatAQos2MessageHoldsIsRefusedAtQos1) {  // 0x91 [MQTT-2.2.1-3]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("t");
  auto& peer = scene.connect("c").manual();
  peer.publish({.topic = "t", .payload = "first", .qos = exactly_once, .packet_id = 7});
  peer.publish({.topic = "t", .payload = "second", .qos = at_least_once, .packet_id = 7});
  peer.expect<mqtt::Pubrec>();
  EXPECT_EQ(peer.expect<mqtt::Puback>().reason, packet_identifier_in_use);
  EXPECT_EQ(payloads_of(watcher.received()), "first");
}

TEST(PacketIdentifierIn5, RefusedSaysWhyOnlyToWhoWantsToKnow) {  // [MQTT-3.1.2-29]
  Scene scene;
  auto& curious = scene.connect("curious", {.request_problem_information = true}).manual();
  auto& terse = scene.connect("terse", {.request_problem_information = false}).manual();
  for (Peer* peer : {&curious, &terse}) {
    peer->publish({.topic = "t", .payload = "first", .qos = exactly_once, .packet_id = 7});
    peer->publish({.topic = "t", .payload = "second", .qos = at_least_once, .packet_id = 7});
    peer->expect<mqtt::Pubrec>();
  }
  EXPECT_TRUE(curious.expect<mqtt::Puback>().properties.text(mqtt::PropertyId::reason_string));
  EXPECT_EQ(terse.received_bytes(), "\x40\x03\x00\x07\x91"s);
}

}  // namespace
}  // namespace pint::test
