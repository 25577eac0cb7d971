// The table of what can be done to packets, and to which: it drives both the refusals when a fault is added
// and docs/faults.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <pint/error.hpp>
#include <pint/event.hpp>
#include <pint/packet_type.hpp>

namespace pint::testkit {

// A set of packet types: bit n stands for type n.
using PacketTypes = std::uint32_t;
constexpr PacketTypes set_of(PacketType type) { return PacketTypes{1} << static_cast<unsigned>(type); }
template <class... Types>
constexpr PacketTypes set_of(PacketType first, Types... others) {
  return (set_of(first) | ... | set_of(others));
}
constexpr PacketTypes kAllTypes = 0xFFFE;
// "CONNECT, PUBLISH"; "any" for all.
[[nodiscard]] std::string text_of(PacketTypes types);

enum class FaultKind : std::uint8_t {
  drop,
  delay,
  duplicate,
  reorder,
  hold,
  answer,
  wrong_packet_id,
  edit_fields,
  edit_bytes,
  replace,
  corrupt_header,
  disconnect_before,
  disconnect_after,
  reply,  // of outcome queues only: the packet, with another reason
};

struct FaultRow {
  FaultKind kind;
  std::string_view call;  // as a test writes it
  std::string_view does;
  PacketTypes received;  // that it admits
  PacketTypes sent;
  std::string_view instead;  // why it does not admit the others
};
[[nodiscard]] std::span<const FaultRow> fault_table();
[[nodiscard]] const FaultRow& row_of(FaultKind kind);

// What a received packet can be answered with.
struct AnswerRow {
  PacketType request;
  PacketType answer;
  std::string_view when;
};
[[nodiscard]] std::span<const AnswerRow> answer_table();

// Throw std::invalid_argument unless the reason is legal in such a packet.
void require_legal(ReasonCode reason, PacketType type);

}  // namespace pint::testkit
