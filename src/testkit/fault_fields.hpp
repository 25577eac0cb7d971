// Fields of packets that a fault changes: one table says which packets have them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <pint/fault.hpp>

#include "base/bytes.hpp"
#include "testkit/fault_table.hpp"

namespace pint::testkit {

struct FieldRow {
  std::string_view name;
  std::string_view what;
  PacketTypes types;
  bool (*is_set)(const PacketFields& fields);
};
[[nodiscard]] std::span<const FieldRow> field_table();

// "payload, retain": those that are set.
[[nodiscard]] std::string names_of(const PacketFields& fields);

// Throw std::invalid_argument unless something is set, and every value can be written.
void require_possible(const PacketFields& fields);
// … and unless a packet of this type has all that is set.
void require_admitted(const PacketFields& fields, PacketType type);

// A packet with other fields. `why_not` if it cannot be: it is malformed, has the values already, or its
// version cannot write them.
struct Edited {
  Bytes bytes;
  std::string why_not;
};
[[nodiscard]] Edited with_fields(ByteView packet, const PacketFields& fields, ProtocolVersion version);

}  // namespace pint::testkit
