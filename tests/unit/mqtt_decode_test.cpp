// What decode offers beyond the rows of tests/packets: the preamble of a refused CONNECT, the order in which
// mistakes are found, and that packets borrow rather than copy.
#include "mqtt/decode.hpp"

#include <gtest/gtest.h>

namespace pint::mqtt {
namespace {

Frame connect_frame(const Bytes& body) { return {.first_byte = 0x10, .body = body, .bytes = body}; }

TEST(ConnectPreamble, TellsTheLevelOfAConnectThatWasRefused) {
  const Bytes unknown_level = {0, 4, 'M', 'Q', 'T', 'T', 6, 0xFF};
  const ConnectPreamble preamble = connect_preamble(connect_frame(unknown_level));
  EXPECT_TRUE(preamble.known_name);
  EXPECT_EQ(preamble.level, 6);
}

TEST(ConnectPreamble, KnowsBothNames) {
  const Bytes old = {0, 6, 'M', 'Q', 'I', 's', 'd', 'p', 3};
  EXPECT_TRUE(connect_preamble(connect_frame(old)).known_name);
  EXPECT_EQ(connect_preamble(connect_frame(old)).level, 3);
}

TEST(ConnectPreamble, TellsNothingOfAnotherProtocol) {
  const Bytes other = {0, 4, 'H', 'T', 'T', 'P', 1};
  EXPECT_FALSE(connect_preamble(connect_frame(other)).known_name);
  EXPECT_FALSE(connect_preamble(connect_frame({})).known_name);
}

TEST(ConnectPreamble, HasNoLevelIfItIsCutOff) {
  const Bytes cut = {0, 4, 'M', 'Q', 'T', 'T'};
  EXPECT_TRUE(connect_preamble(connect_frame(cut)).known_name);
  EXPECT_EQ(connect_preamble(connect_frame(cut)).level, 0);
}

TEST(Decode, BorrowsFromTheFrame) {
  const Bytes bytes = {0x30, 8, 0, 3, 'a', '/', 'b', 0, 'h', 'i'};
  const Frame frame = **next_frame(bytes, kMaxPacketBytes);
  const Result<Publish> publish = decode_publish(frame, ProtocolVersion::v5);
  ASSERT_TRUE(publish);
  EXPECT_EQ(reinterpret_cast<const std::uint8_t*>(publish->topic.data()), bytes.data() + 4);
  EXPECT_EQ(publish->payload.data(), bytes.data() + 8);
}

TEST(Decode, ReportsTheFirstMistakeInWireOrder) {
  const Bytes bytes = {0x32, 5, 0, 1, '#', 0, 0};  // a wildcard, and behind it Packet Identifier 0
  const Frame frame = **next_frame(bytes, kMaxPacketBytes);
  EXPECT_EQ(decode_publish(frame, ProtocolVersion::v3_1_1).refusal().reason, ReasonCode::topic_name_invalid);
}

TEST(Decode, RefusesType0) {
  const Frame reserved{.first_byte = 0x00, .body = {}, .bytes = {}};
  EXPECT_EQ(decode(reserved, ProtocolVersion::v5).refusal().reason, ReasonCode::malformed_packet);
}

}  // namespace
}  // namespace pint::mqtt
