// What the codec promises, run over every row of every packet table. A good row goes value → bytes, bytes →
// value whole, byte by byte, with bytes behind it, with bytes too many, cut short at every length, and with
// an overlong Remaining Length. A bad row is refused with its Reason Code and a sentence.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

constexpr std::uint8_t kJunk = 0xFF;  // no legal field of any packet begins so

Frame whole_frame(ByteView bytes) {
  const Result<std::optional<Frame>> frame = next_frame(bytes, kMaxPacketBytes);
  if (!frame || !*frame) return {};
  return **frame;
}

std::vector<PacketRow> good_rows() {
  std::vector<PacketRow> rows;
  for (const PacketRow& row : all_rows()) {
    if (row.packet.value) rows.push_back(row);
  }
  return rows;
}

std::vector<PacketRow> bad_rows() {
  std::vector<PacketRow> rows;
  for (const PacketRow& row : all_rows()) {
    if (row.packet.error) rows.push_back(row);
  }
  return rows;
}

std::string name_of_row(const ::testing::TestParamInfo<PacketRow>& row) {
  std::string name = row.param.packet.name + '_' + std::string(tag_of(row.param.version));
  std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

class GoodPacket : public ::testing::TestWithParam<PacketRow> {
 protected:
  const PacketCase& row() const { return GetParam().packet; }
  ProtocolVersion version() const { return GetParam().version; }
  const Packet& value() const { return *row().value; }

  // Whether the bytes make one frame that decodes to the row's value.
  bool is_the_value(ByteView bytes) const {
    const Result<Packet> packet = decode(whole_frame(bytes), version());
    return packet && *packet == value();
  }

  void check_encoding() const {
    Bytes out;
    encode(out, value(), version());
    if (!row().decode_only) {
      EXPECT_EQ(out, row().bytes);
    }
    EXPECT_TRUE(is_the_value(out)) << "what encode() wrote does not decode to what it was given";
  }

  void check_whole() const {
    const Frame frame = whole_frame(row().bytes);
    ASSERT_EQ(frame.bytes.size(), row().bytes.size());
    const Result<Packet> packet = decode(frame, version());
    ASSERT_TRUE(packet) << packet.refusal().why;
    EXPECT_EQ(type_of(*packet), frame.type());
    EXPECT_TRUE(*packet == value()) << "decoded to something else";
  }

  void check_byte_by_byte() const {
    for (std::size_t size = 0; size < row().bytes.size(); ++size) {
      const auto frame = next_frame(ByteView(row().bytes).first(size), kMaxPacketBytes);
      ASSERT_TRUE(frame) << "refused after " << size << " bytes: " << frame.refusal().why;
      EXPECT_FALSE(*frame) << "found a packet in the first " << size << " bytes";
    }
  }

  void check_bytes_behind() const {
    Bytes stream = row().bytes;
    stream.insert(stream.end(), {0xC0, 0x00});  // PINGREQ
    EXPECT_TRUE(is_the_value(stream));
    const Frame next = whole_frame(ByteView(stream).subspan(whole_frame(stream).bytes.size()));
    EXPECT_EQ(next.type(), PacketType::pingreq);
  }

  // PUBLISH takes what is too much for payload; nothing else has a use for it.
  void check_bytes_too_many() const {
    const Frame frame = whole_frame(row().bytes);
    Bytes body(frame.body.begin(), frame.body.end());
    body.push_back(kJunk);
    const Bytes longer = packet_of(frame.first_byte, body);
    EXPECT_EQ(bool{decode(whole_frame(longer), version())}, frame.type() == PacketType::publish);
    EXPECT_FALSE(is_the_value(longer));
  }

  // The shortest form cannot be shortened without losing meaning; a longer one can.
  void check_truncations() const {
    const Frame frame = whole_frame(row().bytes);
    for (std::size_t size = 0; size < frame.body.size(); ++size) {
      const Bytes shorter = packet_of(frame.first_byte, frame.body.first(size));
      const bool same_value = is_the_value(shorter);
      EXPECT_TRUE(!same_value || row().decode_only) << "the same with a body of " << size << " bytes";
    }
  }

  void check_overlong_length() const {
    const Frame frame = whole_frame(row().bytes);
    const ByteView shortest = frame.bytes.first(frame.bytes.size() - frame.body.size());
    Bytes head(shortest.begin(), shortest.end() - 1);
    head.push_back(static_cast<std::uint8_t>(shortest.back() | 0x80));
    head.push_back(0x00);
    const auto overlong = next_frame(head, kMaxPacketBytes);
    ASSERT_FALSE(overlong);
    EXPECT_EQ(overlong.refusal().reason, ReasonCode::malformed_packet);  // [MQTT-1.5.5-1]
  }
};

TEST_P(GoodPacket, MeansItsBytesAndNothingElse) {
  check_whole();
  if (HasFatalFailure()) return;  // the row itself is wrong
  check_encoding();
  check_byte_by_byte();
  check_bytes_behind();
  check_bytes_too_many();
  check_truncations();
  check_overlong_length();
}
INSTANTIATE_TEST_SUITE_P(Rows, GoodPacket, ::testing::ValuesIn(good_rows()), name_of_row);

class BadPacket : public ::testing::TestWithParam<PacketRow> {};

TEST_P(BadPacket, IsRefusedWithItsReasonCode) {
  const Frame frame = whole_frame(GetParam().packet.bytes);
  ASSERT_EQ(frame.bytes.size(), GetParam().packet.bytes.size()) << "a bad row is a whole frame all the same";
  const Result<Packet> packet = decode(frame, GetParam().version);
  ASSERT_FALSE(packet);
  EXPECT_EQ(packet.refusal().reason, *GetParam().packet.error) << packet.refusal().why;
  const std::string_view why = packet.refusal().why;
  EXPECT_TRUE(why.find("[MQTT") != why.npos || why.find("[section") != why.npos) << why;
}
INSTANTIATE_TEST_SUITE_P(Rows, BadPacket, ::testing::ValuesIn(bad_rows()), name_of_row);

TEST(PacketTables, HaveRowsOfBothKindsForEveryPacketAndVersion) {
  for (const ProtocolVersion version : kAll) {
    for (int type = 1; type <= 15; ++type) {
      if (type == 15 && version != v5) continue;  // AUTH
      const auto is_good = [&](const PacketRow& row) {
        return row.version == version && row.packet.bytes[0] >> 4 == type && row.packet.value.has_value();
      };
      const auto is_bad = [&](const PacketRow& row) {
        return row.version == version && row.packet.bytes[0] >> 4 == type && row.packet.error.has_value();
      };
      EXPECT_TRUE(std::ranges::any_of(all_rows(), is_good)) << type << ' ' << tag_of(version);
      EXPECT_TRUE(std::ranges::any_of(all_rows(), is_bad)) << type << ' ' << tag_of(version);
    }
  }
}

}  // namespace
}  // namespace pint::mqtt::test
