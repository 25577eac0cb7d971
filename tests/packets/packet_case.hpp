// One row of the packet tables: bytes on the wire, and the packet they mean or the Reason Code they earn. The
// rows stand in <packet>_cases.cpp; packet_test.cpp runs every promise of the codec over every row.
#pragma once

#include <deque>
#include <initializer_list>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "mqtt/packet.hpp"

namespace pint::mqtt::test {

using enum ProtocolVersion;
using Versions = std::vector<ProtocolVersion>;
inline const Versions kAll = {v3_1, v3_1_1, v5};
inline const Versions kThree = {v3_1, v3_1_1};

// A row. Good rows have .value, bad rows have .error. A row holds for each of its versions.
struct PacketCase {
  std::string name;
  Versions versions = {v5};
  Bytes bytes;
  std::optional<Packet> value = {};
  std::optional<ReasonCode> error = {};
  bool decode_only = false;  // legal, but not the form encode() chooses
  std::string cites = {};    // clause ids, separated by blanks
};

// A row in one of its versions; what a test is about.
struct PacketRow {
  PacketCase packet;
  ProtocolVersion version = v5;
};
void PrintTo(const PacketRow& row, std::ostream* out);

// Bytes as a packet table writes them: numbers are bytes, texts stand for their characters.
struct Piece {
  Piece(int byte) : text(1, static_cast<char>(byte)) {}
  Piece(const char* characters) : text(characters) {}
  Piece(std::string characters) : text(std::move(characters)) {}
  std::string text;
};
template <class... Pieces>
Bytes bytes(Pieces... pieces) {
  std::string all;
  for (const Piece& piece : std::initializer_list<Piece>{Piece(pieces)...}) all += piece.text;
  const ByteView view = as_bytes(all);
  return {view.begin(), view.end()};
}

// Packets borrow their properties and payloads; whatever a row's value borrows beyond literals is kept here.
class Keeper {
 public:
  PropertyView keep(PropertyList list) { return lists_.emplace_back(std::move(list)).view(); }
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

 private:
  std::deque<PropertyList> lists_;
  std::deque<std::string> texts_;
};

using Cases = std::vector<PacketCase>;
Cases joined(std::initializer_list<Cases> parts);

Cases connect_cases(Keeper& keeper);
Cases bad_connect_cases();
Cases connack_cases(Keeper& keeper);
Cases publish_cases(Keeper& keeper);
Cases acknowledgement_cases(Keeper& keeper);  // PUBACK, PUBREC, PUBREL, PUBCOMP
Cases subscribe_cases(Keeper& keeper);
Cases suback_cases(Keeper& keeper);
Cases unsubscribe_cases(Keeper& keeper);
Cases unsuback_cases(Keeper& keeper);
Cases ping_cases();  // PINGREQ, PINGRESP
Cases disconnect_cases(Keeper& keeper);
Cases auth_cases(Keeper& keeper);

// Every row of every table, once for each of its versions.
const std::vector<PacketRow>& all_rows();

// A packet with this first byte and body, its Remaining Length counted.
Bytes packet_of(std::uint8_t first_byte, ByteView body);

// What tells a version in test names and messages: "v3_1", "v3_1_1", "v5".
std::string_view tag_of(ProtocolVersion version);

}  // namespace pint::mqtt::test
