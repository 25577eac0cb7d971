// Which fields a record has: a table by kind of record and type of packet. Lines and JSON show a field only
// where it means something, and a pattern that asks for a field its records never have is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <pint/journal.hpp>

namespace pint::testkit {

// Sets of kinds or types, one bit each.
using Bits = std::uint32_t;
template <class... Each>
[[nodiscard]] constexpr Bits bits(Each... each) {
  return ((Bits{1} << static_cast<unsigned>(each)) | ...);
}

enum class Field : std::uint8_t {
  client, topic, topic_filter, qos, retain, duplicate, packet_id, payload, content_type, response_topic,
  correlation_data, user_property, reason, version, name, detail, sequence, any,
};

// How the field is called in sentences: "packet identifier".
[[nodiscard]] std::string_view name_of(Field field);
// Whether records of the kind have the field; packets by their type. Without one: what every packet has.
[[nodiscard]] bool has_field(RecordKind kind, std::optional<PacketType> type, Field field);
[[nodiscard]] inline bool has_field(const Record& record, Field field) {
  return has_field(record.kind, record.packet_type, field);
}

}  // namespace pint::testkit
