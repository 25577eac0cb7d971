// What the broker has sent and waits to see acknowledged: Packet Identifiers, their reuse, and
// acknowledgements that fit nothing. [section 2.2.1] [section 4.3]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;

// Messages "1", "2", "3" at QoS 1 have reached a client that acknowledges nothing by itself.
class Inflight : public EachVersion {
 protected:
  Inflight() {
    watcher = &connect_manually_to_session("watcher").subscribe("a");
    for (const char* payload : {"1", "2", "3"}) publish(payload);
  }
  void publish(std::string payload, QoS qos = at_least_once) {
    scene.publish({.topic = "a", .payload = std::move(payload), .qos = qos});
  }
  Peer* watcher;
};
INSTANTIATE_TEST_SUITE_P(, Inflight, kEachVersion, version_name);

TEST_P(Inflight, IsFreedByAcknowledgementsInAnyOrder) {  // [MQTT-4.6.0-2] [MQTT3-4.6.0-2]
  watcher->send(mqtt::Puback{.packet_id = PacketId{3}}).send(mqtt::Puback{.packet_id = PacketId{1}});
  scene.cut(*watcher);
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), "2");
}

TEST_P(Inflight, GivesNoIdentifierTwiceWhileItIsOpen) {  // [MQTT-2.2.1-4] [MQTT3-2.3.1-4] [MQTT-4.3.2-1]
  watcher->received();
  watcher->send(mqtt::Puback{.packet_id = PacketId{3}});
  publish("4");
  EXPECT_EQ(watcher->expect<mqtt::Publish>().packet_id, PacketId{4});
}

TEST_P(Inflight, GoesOnCountingIdentifiersAfterAReconnect) {  // [MQTT-2.2.1-4] [MQTT3-2.3.1-4]
  scene.cut(*watcher);
  auto& back = connect_manually_to_session("watcher");
  back.received();
  publish("4");
  EXPECT_EQ(back.expect<mqtt::Publish>().packet_id, PacketId{4});
}

// Identifiers of the two directions do not meet. [section 2.2.1]
TEST_P(Inflight, SharesNoIdentifiersWithWhatTheClientPublishes) {
  watcher->received();
  watcher->publish({.topic = "b", .payload = "x", .qos = exactly_once, .packet_id = 1});
  EXPECT_EQ(watcher->expect<mqtt::Pubrec>().packet_id, PacketId{1});
  watcher->send(mqtt::Pubrel{.packet_id = PacketId{1}});
  EXPECT_EQ(watcher->expect<mqtt::Pubcomp>().reason, ReasonCode::success);
  EXPECT_EQ(scene.engine().clients().front().inflight, 3u);
}

// An acknowledgement of a message that is inflight, but of the other QoS or of a later step.
TEST_P(Inflight, EndsTheConnectionIfPubrecAnswersAQos1Message) {
  watcher->received();
  watcher->send(mqtt::Pubrec{.packet_id = PacketId{1}});
  expect_ended(*watcher, ReasonCode::protocol_error);
}

TEST_P(Inflight, EndsTheConnectionIfPubackAnswersAQos2Message) {
  publish("4", exactly_once);
  watcher->received();
  watcher->send(mqtt::Puback{.packet_id = PacketId{4}});
  expect_ended(*watcher, ReasonCode::protocol_error);
}

TEST_P(Inflight, EndsTheConnectionIfPubcompComesBeforePubrec) {
  publish("4", exactly_once);
  watcher->received();
  watcher->send(mqtt::Pubcomp{.packet_id = PacketId{4}});
  expect_ended(*watcher, ReasonCode::protocol_error);
}

TEST_P(Inflight, EndsTheConnectionIfAnAcknowledgementHasIdentifier0) {
  watcher->received();
  watcher->send(mqtt::Puback{.packet_id = PacketId::none});
  expect_ended(*watcher, ReasonCode::protocol_error);
}

TEST(InflightIdentifiers, Follow65535By1) {  // [MQTT-2.2.1-4] [MQTT-4.3.2-1]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("a");
  for (int i = 0; i < 65'534; ++i) scene.publish({.topic = "a", .qos = at_least_once});
  watcher.received();
  scene.publish({.topic = "a", .qos = at_least_once}).publish({.topic = "a", .qos = at_least_once});
  EXPECT_EQ(watcher.expect<mqtt::Publish>().packet_id, PacketId{65'535});
  EXPECT_EQ(watcher.expect<mqtt::Publish>().packet_id, PacketId{1});
}

// One message stays unacknowledged while 65,534 others come and go: its identifier must not be given to a new
// one.
TEST(InflightIdentifiers, AreNotReusedWhileOneIsStillOpen) {  // [MQTT-2.2.1-4] [MQTT-4.3.2-1]
  Scene scene;
  auto& watcher = scene.connect("watcher", {.manual = true}).subscribe("a");
  scene.publish({.topic = "a", .payload = "open", .qos = at_least_once});
  for (int id = 2; id <= 65'535; ++id) {
    scene.publish({.topic = "a", .qos = at_least_once});
    watcher.send(mqtt::Puback{.packet_id = PacketId{static_cast<std::uint16_t>(id)}});
  }
  watcher.received();
  scene.publish({.topic = "a", .payload = "waits", .qos = at_least_once});
  EXPECT_TRUE(watcher.silent());
  watcher.send(mqtt::Puback{.packet_id = PacketId{1}});
  EXPECT_EQ(payloads_of(watcher.received()), "waits");
}

// A Reason Code that the packet's table does not have.
struct BadAcknowledgement {
  std::string name;
  int first_byte;
  int reason;
  std::string cites;
};

const BadAcknowledgement kBadAcknowledgements[] = {
    {.name = "puback", .first_byte = 0x40, .reason = 0x92, .cites = "MQTT-3.4.2-1"},
    {.name = "pubrec", .first_byte = 0x50, .reason = 0x02, .cites = "MQTT-3.5.2-1"},
    {.name = "pubrel", .first_byte = 0x62, .reason = 0x80, .cites = "MQTT-3.6.2-1"},
    {.name = "pubcomp", .first_byte = 0x70, .reason = 0x97, .cites = "MQTT-3.7.2-1"},
};

class AcknowledgementReason : public testing::TestWithParam<BadAcknowledgement> {};
INSTANTIATE_TEST_SUITE_P(, AcknowledgementReason, testing::ValuesIn(kBadAcknowledgements),
                         [](const auto& test) { return test.param.name; });

TEST_P(AcknowledgementReason, ThatIsNotInItsTableEndsTheConnection) {
  Scene scene;
  auto& client = scene.connect("client");
  client.send_raw({GetParam().first_byte, 0x03, 0x00, 0x01, GetParam().reason});
  expect_ended(client, ReasonCode::malformed_packet);
}

// Reserved flags of an acknowledgement that are not as tabled.
struct BadFlags {
  std::string name;
  int first_byte;
  std::string cites;
};

const BadFlags kBadFlags[] = {
    {.name = "puback", .first_byte = 0x42, .cites = "MQTT-2.1.3-1 MQTT3-2.2.2-2"},
    {.name = "pubrec", .first_byte = 0x51, .cites = "MQTT-2.1.3-1 MQTT3-2.2.2-2"},
    {.name = "pubrel_0000", .first_byte = 0x60, .cites = "MQTT-3.6.1-1 MQTT3-3.6.1-1"},
    {.name = "pubrel_0011", .first_byte = 0x63, .cites = "MQTT-3.6.1-1 MQTT3-3.6.1-1"},
    {.name = "pubcomp", .first_byte = 0x78, .cites = "MQTT-2.1.3-1 MQTT3-2.2.2-2"},
};

class AcknowledgementFlags : public testing::TestWithParam<std::tuple<ProtocolVersion, BadFlags>> {};
INSTANTIATE_TEST_SUITE_P(
    , AcknowledgementFlags, testing::Combine(kEachVersion, testing::ValuesIn(kBadFlags)),
    [](const auto& test) {
      return std::get<1>(test.param).name + "_" + version_name({std::get<0>(test.param), 0});
    });

TEST_P(AcknowledgementFlags, ThatAreWrongEndTheConnection) {
  const auto& [version, bad] = GetParam();
  Scene scene;
  auto& client = scene.connect("client", {.version = version});
  client.send_raw({bad.first_byte, 0x02, 0x00, 0x01});
  expect_ended(client, ReasonCode::malformed_packet);
}

}  // namespace
}  // namespace pint::test
