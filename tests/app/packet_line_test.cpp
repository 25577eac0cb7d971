// Packets as lines for people: one row each, bytes and line.
#include "packet_line.hpp"

#include <gtest/gtest.h>

namespace pint::app {
namespace {

struct Case {
  std::string bytes;
  ProtocolVersion version;
  const char* line;  // after the client
};

// Octets with zeros among them.
template <std::size_t Size>
std::string bytes(const char (&literal)[Size]) {
  return std::string(literal, Size - 1);
}

constexpr auto v5 = ProtocolVersion::v5;
constexpr auto v3 = ProtocolVersion::v3_1_1;

PacketSeen seen(std::string packet, ProtocolVersion version, std::string client_id = "s") {
  PacketSeen event;
  event.client.client_id = std::move(client_id);
  event.client.remote_address = std::string("127.0.0.1:7");
  event.client.version = version;
  event.bytes = std::move(packet);
  return event;
}

TEST(PacketLine, TellsTypeFieldsAndSize) {
  const Case rows[] = {
      {bytes("\x10\x0D\0\4MQTT\4\2\0\x3C\0\1s"), v3,
       "CONNECT 3.1.1 client \"s\" c1 keep alive 60 s (15 bytes)"},
      {bytes("\x10\x1A\0\4MQTT\4\xEE\0\0\0\1s\0\1w\0\1!\0\1u\0\2pw"), v3,
       "CONNECT 3.1.1 client \"s\" c1 keep alive 0 s user name \"u\" password 2 bytes will w q1 r1 \"!\" (28 "
       "bytes)"},
      {bytes("\x20\2\1\0"), v3, "CONNACK s1 0x00 (4 bytes)"},
      {bytes("\x20\6\0\0\3\x21\0\7"), v5, "CONNACK s0 0x00 {receive_maximum 7} (8 bytes)"},
      {bytes("\x30\5\0\1ahi"), v3, "PUBLISH a q0 d0 r0 (7 bytes) \"hi\""},
      {bytes("\x3B\7\0\1a\0\7hi"), v3, "PUBLISH a q1 d1 r1 id 7 (9 bytes) \"hi\""},
      {bytes("\x30\x0D\0\1a\7\x26\0\1k\0\1vhi"), v5,
       "PUBLISH a q0 d0 r0 {user_property \"k\"=\"v\"} (15 bytes) \"hi\""},
      {bytes("\x40\2\0\7"), v3, "PUBACK id 7 0x00 (4 bytes)"},
      {bytes("\x50\3\0\7\x87"), v5, "PUBREC id 7 0x87 Not authorized (5 bytes)"},
      {bytes("\x62\2\0\7"), v3, "PUBREL id 7 0x00 (4 bytes)"},
      {bytes("\x70\2\0\7"), v3, "PUBCOMP id 7 0x00 (4 bytes)"},
      {bytes("\x82\x0A\0\1\0\0\1a\x2D\0\1b"), v5, "SUBSCRIBE (12 bytes) refused: "},
      {bytes("\x82\x0B\0\1\0\0\1a\x2D\0\1b\2"), v5,
       "SUBSCRIBE id 1 a q1 no-local retain-as-published retain-handling 2 b q2 (13 bytes)"},
      {bytes("\x90\4\0\1\1\x80"), v3, "SUBACK id 1 0x01 0x80 Unspecified error (6 bytes)"},
      {bytes("\xA2\5\0\1\0\1a"), v3, "UNSUBSCRIBE id 1 a (7 bytes)"},
      {bytes("\xB0\2\0\1"), v3, "UNSUBACK id 1 (4 bytes)"},
      {bytes("\xC0\0"), v3, "PINGREQ (2 bytes)"},
      {bytes("\xD0\0"), v3, "PINGRESP (2 bytes)"},
      {bytes("\xE0\0"), v5, "DISCONNECT 0x00 (2 bytes)"},
      {bytes("\xE0\1\x8B"), v5, "DISCONNECT 0x8B Server shutting down (3 bytes)"},
      {bytes("\xF0\6\x18\4\x15\0\1m"), v5, "AUTH 0x18 {authentication_method \"m\"} (8 bytes)"},
      {bytes("\xF0\0"), v3, "AUTH (2 bytes) refused: "},
      {bytes("\x30\5\0"), v3, "broken packet (3 bytes)"},
  };
  for (const Case& row : rows) {
    const std::string expected = std::string("<- s ").append(row.line);
    const std::string line = packet_line(seen(row.bytes, row.version));
    const bool only_begins = expected.ends_with(": ");  // what follows is decode's sentence
    EXPECT_EQ(only_begins ? line.substr(0, expected.size()) : line, expected);
  }
}

TEST(PacketLine, PointsTheWayAndNamesTheAddressBeforeTheClient) {
  PacketSeen packet = seen(bytes("\xD0\0"), v3, "");
  EXPECT_EQ(packet_line(packet), "<- 127.0.0.1:7 PINGRESP (2 bytes)");
  packet.direction = Direction::sent;
  EXPECT_EQ(packet_line(packet), "-> 127.0.0.1:7 PINGRESP (2 bytes)");
}

std::string shown_payload(const std::string& payload) {
  std::string packet = bytes("\x30");
  packet += static_cast<char>(payload.size() + 3);
  packet.append(bytes("\0\1a")).append(payload);
  const std::string line = packet_line(seen(std::move(packet), v3));
  return line.substr(line.find(" bytes) ") + 8);
}

TEST(PacketLine, ShowsTextAsTextAndNothingThatSteersATerminal) {
  EXPECT_EQ(shown_payload("21.5 °C"), "\"21.5 °C\"");
  EXPECT_EQ(shown_payload("\x1B[2J\n"), "\"\\x1B[2J\\x0A\"");
  EXPECT_EQ(shown_payload("\xFF\x80z"), "\"\\xFF\\x80z\"");
  EXPECT_EQ(shown_payload(std::string(81, 'x')), std::string("\"").append(80, 'x').append("...\""));
  EXPECT_EQ(shown_payload(std::string(79, 'x') + "°°"), std::string("\"").append(79, 'x').append("...\""));
}

TEST(PacketLine, CutsLongLists) {
  std::string packet = bytes("\x82\x2A\0\1");
  for (int i = 0; i < 10; ++i) packet += bytes("\0\1a\0");
  EXPECT_EQ(packet_line(seen(packet, v3)),
            "<- s SUBSCRIBE id 1 a q0 a q0 a q0 a q0 a q0 a q0 a q0 a q0 and 2 more (44 bytes)");
}

}  // namespace
}  // namespace pint::app
