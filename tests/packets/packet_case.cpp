// The tables put together, and the little that rows need to be printed and rebuilt.
#include "packet_case.hpp"

#include "mqtt/frame.hpp"

namespace pint::mqtt::test {
namespace {

// The rows and all they borrow, together. Not copied: the rows point into the keeper.
struct Book {
  Keeper keeper;
  std::vector<PacketRow> rows;

  Book() {
    const Cases all = joined({connect_cases(keeper), bad_connect_cases(), connack_cases(keeper),
                              publish_cases(keeper), acknowledgement_cases(keeper), subscribe_cases(keeper),
                              suback_cases(keeper), unsubscribe_cases(keeper), unsuback_cases(keeper),
                              ping_cases(), disconnect_cases(keeper), auth_cases(keeper)});
    for (const PacketCase& packet : all) {
      for (const ProtocolVersion version : packet.versions) rows.push_back({packet, version});
    }
  }
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;
};

}  // namespace

void PrintTo(const PacketRow& row, std::ostream* out) {
  *out << row.packet.name << ' ' << tag_of(row.version);
}

const std::vector<PacketRow>& all_rows() {
  static const Book book;
  return book.rows;
}

Cases joined(std::initializer_list<Cases> parts) {
  Cases all;
  for (const Cases& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes packet_of(std::uint8_t first_byte, ByteView body) {
  Bytes packet = {first_byte};
  write_varint(packet, static_cast<std::uint32_t>(body.size()));
  packet.insert(packet.end(), body.begin(), body.end());
  return packet;
}

std::string_view tag_of(ProtocolVersion version) {
  switch (version) {
    case v3_1: return "v3_1";
    case v3_1_1: return "v3_1_1";
    case v5: return "v5";
  }
  return "?";
}

}  // namespace pint::mqtt::test
