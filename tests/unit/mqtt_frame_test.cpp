// Frames and the Variable Byte Integer they hang on, at every boundary of its four sizes.
#include "mqtt/frame.hpp"

#include <gtest/gtest.h>

namespace pint::mqtt {
namespace {

struct VarintRow {
  std::uint32_t value;
  Bytes bytes;
};
const VarintRow kVarints[] = {
    // [MQTT-1.5.5-1]
    {0, {0x00}},
    {1, {0x01}},
    {127, {0x7F}},
    {128, {0x80, 0x01}},
    {16'383, {0xFF, 0x7F}},
    {16'384, {0x80, 0x80, 0x01}},
    {2'097'151, {0xFF, 0xFF, 0x7F}},
    {2'097'152, {0x80, 0x80, 0x80, 0x01}},
    {268'435'455, {0xFF, 0xFF, 0xFF, 0x7F}},
};

TEST(Varints, AreReadAndWritten) {
  for (const VarintRow& row : kVarints) {
    Bytes out;
    write_varint(out, row.value);
    EXPECT_EQ(out, row.bytes) << row.value;
    EXPECT_EQ(varint_size(row.value), row.bytes.size()) << row.value;
    Reader reader(row.bytes);
    const Result<std::uint32_t> value = read_varint(reader);
    ASSERT_TRUE(value) << row.value;
    EXPECT_EQ(*value, row.value);
    EXPECT_TRUE(reader.empty());
  }
}

TEST(Varints, AreFollowedByWhatTheReaderHasLeft) {
  const Bytes bytes = {0x80, 0x01, 0xAA};
  Reader reader(bytes);
  ASSERT_TRUE(read_varint(reader));
  EXPECT_EQ(reader.rest().size(), 1u);
}

void expect_malformed(const Bytes& bytes) {
  Reader reader(bytes);
  const Result<std::uint32_t> value = read_varint(reader);
  ASSERT_FALSE(value) << bytes.size();
  EXPECT_EQ(value.refusal().reason, ReasonCode::malformed_packet);
}

TEST(Varints, NotInTheirShortestFormAreMalformed) {  // [MQTT-1.5.5-1]
  expect_malformed({0x80, 0x00});
  expect_malformed({0xFF, 0x00});
  expect_malformed({0x80, 0x80, 0x00});
  expect_malformed({0xFF, 0xFF, 0xFF, 0x00});
}

TEST(Varints, OfFiveBytesAreMalformed) {
  expect_malformed({0x80, 0x80, 0x80, 0x80, 0x01});
  expect_malformed({0xFF, 0xFF, 0xFF, 0xFF});
}

TEST(Varints, CutShortAreMalformed) {
  expect_malformed({});
  expect_malformed({0x80});
  expect_malformed({0xFF, 0xFF, 0xFF});
}

// A PUBLISH's fixed header for a body of this size, and the body.
Bytes packet_with_body(std::uint32_t size) {
  Bytes packet = {0x30};
  write_varint(packet, size);
  packet.resize(packet.size() + size);
  return packet;
}

TEST(Frames, EndWhereTheRemainingLengthSays) {
  for (const std::uint32_t size : {0u, 1u, 127u, 128u, 16'383u, 16'384u, 2'097'151u, 2'097'152u}) {
    const Bytes packet = packet_with_body(size);
    const auto frame = next_frame(packet, kMaxPacketBytes);
    ASSERT_TRUE(frame && *frame) << size;
    EXPECT_EQ((*frame)->body.size(), size);
    EXPECT_EQ((*frame)->bytes.size(), packet.size());
    EXPECT_EQ((*frame)->type(), PacketType::publish);
    EXPECT_EQ(announced_size(packet), packet.size());
  }
}

TEST(Frames, AreNotFoundOneByteTooEarly) {
  for (const std::uint32_t size : {1u, 127u, 128u, 16'384u}) {
    Bytes packet = packet_with_body(size);
    packet.pop_back();
    const auto frame = next_frame(packet, kMaxPacketBytes);
    ASSERT_TRUE(frame) << size;
    EXPECT_FALSE(*frame) << size;
  }
}

TEST(Frames, NeedMoreBytesForAnUnfinishedHeader) {
  for (const Bytes& bytes : {Bytes{}, Bytes{0x30}, Bytes{0x30, 0x80}, Bytes{0x30, 0xFF, 0xFF, 0xFF}}) {
    const auto frame = next_frame(bytes, kMaxPacketBytes);
    ASSERT_TRUE(frame) << bytes.size();
    EXPECT_FALSE(*frame) << bytes.size();
    EXPECT_EQ(announced_size(bytes), 0u) << bytes.size();
  }
}

TEST(Frames, KnowFlagsFromType) {
  const Bytes packet = {0x3D, 0x00};
  const auto frame = next_frame(packet, kMaxPacketBytes);
  EXPECT_EQ((*frame)->type(), PacketType::publish);
  EXPECT_EQ((*frame)->flags(), 0x0D);
}

ReasonCode refusal_of(const Bytes& bytes, std::size_t maximum = kMaxPacketBytes) {
  const auto frame = next_frame(bytes, maximum);
  return frame ? ReasonCode::success : frame.refusal().reason;
}

TEST(Frames, OfType0AreMalformedFromTheFirstByte) {
  EXPECT_EQ(refusal_of({0x00}), ReasonCode::malformed_packet);
  EXPECT_EQ(refusal_of({0x0F, 0x00}), ReasonCode::malformed_packet);
}

TEST(Frames, WithALengthOfFiveBytesAreMalformedAtTheFourth) {
  EXPECT_EQ(refusal_of({0x30, 0x80, 0x80, 0x80}), ReasonCode::success);
  EXPECT_EQ(refusal_of({0x30, 0x80, 0x80, 0x80, 0x80}), ReasonCode::malformed_packet);
  EXPECT_EQ(announced_size(Bytes{0x30, 0x80, 0x80, 0x80, 0x80}), 0u);
}

TEST(Frames, WithAnOverlongLengthAreMalformed) {  // [MQTT-1.5.5-1]
  EXPECT_EQ(refusal_of({0xC0, 0x80, 0x00}), ReasonCode::malformed_packet);
  EXPECT_EQ(refusal_of({0x30, 0x85, 0x80, 0x00}), ReasonCode::malformed_packet);
}

TEST(Frames, AboveTheMaximumAreRefusedBeforeTheyAreThere) {       // [MQTT-3.2.2-15]
  EXPECT_EQ(refusal_of({0x30, 0x62}, 100), ReasonCode::success);  // 2 + 98 bytes in all
  EXPECT_EQ(refusal_of({0x30, 0x63}, 100), ReasonCode::packet_too_large);
  EXPECT_EQ(refusal_of({0x30, 0xFF, 0xFF, 0xFF, 0x7F}, kMaxPacketBytes - 1), ReasonCode::packet_too_large);
  EXPECT_EQ(refusal_of({0x30, 0xFF, 0xFF, 0xFF, 0x7F}, kMaxPacketBytes), ReasonCode::success);
}

TEST(Frames, AnnounceTheirSizeAsSoonAsItIsKnown) {
  EXPECT_EQ(announced_size(Bytes{0x30, 0x05}), 7u);
  EXPECT_EQ(announced_size(Bytes{0x30, 0xFF, 0xFF, 0xFF, 0x7F}), kMaxPacketBytes);
}

TEST(VarintsDeathTest, EndTheProcessAboveTheirMaximum) {
  Bytes out;
  EXPECT_DEATH(write_varint(out, kMaxVarint + 1), "broken invariant");
}

}  // namespace
}  // namespace pint::mqtt
