// What encode() does beyond the rows of tests/packets: heads without payload, mapped codes, sizes, and
// packets so large that their Remaining Length takes three and four bytes.
#include "mqtt/encode.hpp"

#include <gtest/gtest.h>

#include <string>

#include "mqtt/decode.hpp"

namespace pint::mqtt {
namespace {

constexpr ProtocolVersion kVersions[] = {ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, ProtocolVersion::v5};

Bytes encoded(const Packet& packet, ProtocolVersion version) {
  Bytes out;
  encode(out, packet, version);
  return out;
}

TEST(Encode, AppendsToWhatIsThere) {
  Bytes out = {0xAA};
  encode(out, Pingreq{}, ProtocolVersion::v5);
  encode(out, Pingresp{}, ProtocolVersion::v5);
  EXPECT_EQ(out, (Bytes{0xAA, 0xC0, 0x00, 0xD0, 0x00}));
}

TEST(Encode, WidensTheRemainingLengthInPlace) {
  Bytes out = {0xAA};
  const std::string filter(200, 'x');
  encode(out, Unsubscribe{.packet_id = PacketId{1}, .topic_filters = {filter}}, ProtocolVersion::v3_1_1);
  EXPECT_EQ(out.size(), 1u + 3u + 2u + 2u + 200u);
  EXPECT_EQ(out[0], 0xAA);
  EXPECT_EQ(out[1], 0xA2);
  EXPECT_EQ(announced_size(ByteView(out).subspan(1)), out.size() - 1);
}

TEST(Encode, LeavesPropertiesAndReasonsOutBefore5) {
  PropertyList list;
  list.add(PropertyId::reason_string, "why");
  const Puback puback{
      .packet_id = PacketId{1}, .reason = ReasonCode::not_authorized, .properties = list.view()};
  EXPECT_EQ(encoded(puback, ProtocolVersion::v3_1_1), (Bytes{0x40, 2, 0, 1}));
  const Disconnect disconnect{.reason = ReasonCode::server_busy, .properties = list.view()};
  EXPECT_EQ(encoded(disconnect, ProtocolVersion::v3_1), (Bytes{0xE0, 0}));
  const Unsuback unsuback{.packet_id = PacketId{1}, .reasons = {ReasonCode::success}};
  EXPECT_EQ(encoded(unsuback, ProtocolVersion::v3_1_1), (Bytes{0xB0, 2, 0, 1}));
}

TEST(Encode, WritesEveryFailureOfSubackAs0x80Before5) {  // [MQTT3-3.9.3-2]
  const Suback suback{.packet_id = PacketId{1},
                      .reasons = {ReasonCode::granted_qos_2, ReasonCode::topic_filter_invalid}};
  EXPECT_EQ(encoded(suback, ProtocolVersion::v3_1_1), (Bytes{0x90, 4, 0, 1, 2, 0x80}));
  EXPECT_EQ(encoded(suback, ProtocolVersion::v5), (Bytes{0x90, 5, 0, 1, 0, 2, 0x8F}));
}

TEST(Encode, MapsReasonsToReturnCodesBefore5) {
  const Connack banned{.reason = ReasonCode::banned};
  EXPECT_EQ(encoded(banned, ProtocolVersion::v3_1_1), (Bytes{0x20, 2, 0, 5}));
  EXPECT_EQ(encoded(banned, ProtocolVersion::v5), (Bytes{0x20, 3, 0, 0x8A, 0}));
}

TEST(Encode, TellsNoSessionPresentIn3_1) {
  const Connack resumed{.session_present = true};
  EXPECT_EQ(encoded(resumed, ProtocolVersion::v3_1), (Bytes{0x20, 2, 0, 0}));
  EXPECT_EQ(encoded(resumed, ProtocolVersion::v3_1_1), (Bytes{0x20, 2, 1, 0}));
}

TEST(Encode, LeavesSubscriptionOptionsOutBefore5) {
  const SubscriptionOptions options{.qos = QoS::at_least_once, .no_local = true, .retain_as_published = true};
  const Subscribe subscribe{.packet_id = PacketId{1},
                            .requests = {{.topic_filter = "a", .options = options}}};
  EXPECT_EQ(encoded(subscribe, ProtocolVersion::v3_1_1), (Bytes{0x82, 6, 0, 1, 0, 1, 'a', 1}));
}

TEST(EncodeDeathTest, EndsTheProcessForWhatDoesNotExistBefore5) {
  Bytes out;
  EXPECT_DEATH(encode(out, Auth{}, ProtocolVersion::v3_1_1), "broken invariant");
  EXPECT_DEATH(encode(out, Connack{.reason = ReasonCode::protocol_error}, ProtocolVersion::v3_1_1),
               "broken invariant");  // [MQTT3-3.2.2-6]
}

TEST(PublishHead, SaysWhereThePacketIdentifierStands) {
  const Publish publish{.qos = QoS::exactly_once, .topic = "a/b", .packet_id = PacketId{0x1234}};
  for (const ProtocolVersion version : kVersions) {
    Bytes out(10, 0xAA);
    const PublishHead head = encode_publish_head(out, publish, version);
    EXPECT_EQ(head.packet_id_at, 10u + 2u + 2u + 3u);
    EXPECT_EQ(out[head.packet_id_at], 0x12);
    EXPECT_EQ(out[head.packet_id_at + 1], 0x34);
  }
}

TEST(PublishHead, HasNoPacketIdentifierAtQoS0) {  // [MQTT-2.2.1-2] [MQTT3-2.3.1-5]
  const Publish publish{.topic = "a", .packet_id = PacketId{1}};
  Bytes out;
  EXPECT_EQ(encode_publish_head(out, publish, ProtocolVersion::v3_1_1).packet_id_at, 0u);
  EXPECT_EQ(out, (Bytes{0x30, 3, 0, 1, 'a'}));
}

TEST(PublishHead, CountsThePayloadItLeavesOut) {
  const Publish publish{.topic = "a", .payload = as_bytes("0123456789")};
  Bytes out;
  encode_publish_head(out, publish, ProtocolVersion::v5);
  EXPECT_EQ(out, (Bytes{0x30, 14, 0, 1, 'a', 0}));
}

// Around every size of the Remaining Length: what was encoded is as long as foretold, and decodes to what it
// was.
TEST(PublishSizes, AreForetold) {
  PropertyList list;
  list.add(PropertyId::content_type, std::string(200, 'x'));
  const Bytes payload(2'097'200, 0x55);
  for (const ProtocolVersion version : kVersions) {
    const std::size_t boundaries[] = {0, 120, 16'380, 2'097'150};
    for (const std::size_t boundary : boundaries) {
      for (std::size_t size = boundary < 10 ? 0 : boundary - 10; size < boundary + 10; ++size) {
        Publish publish{.topic = "t", .payload = ByteView(payload).first(size)};
        if (version == ProtocolVersion::v5) publish.properties = list.view();
        const Bytes out = encoded(publish, version);
        ASSERT_EQ(encoded_size(publish, version), out.size()) << size;
        const auto frame = next_frame(out, kMaxPacketBytes);
        ASSERT_TRUE(frame && *frame) << size;
        const Result<Publish> decoded = decode_publish(**frame, version);
        ASSERT_TRUE(decoded && *decoded == publish) << size;
      }
    }
  }
}

}  // namespace
}  // namespace pint::mqtt
