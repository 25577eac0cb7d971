#include "testkit/fault_table.hpp"

#include "base/assert.hpp"
#include "mqtt/reason_table.hpp"
#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

using enum PacketType;

constexpr PacketTypes kWithPacketId =
    set_of(publish, puback, pubrec, pubrel, pubcomp, subscribe, suback, unsubscribe, unsuback);
constexpr PacketTypes kWithReason =
    set_of(connack, puback, pubrec, pubrel, pubcomp, suback, unsuback, disconnect, auth);
constexpr PacketTypes kAnswered = set_of(connect, publish, pubrec, pubrel, subscribe, unsubscribe);

constexpr FaultRow kFaults[] = {
    {FaultKind::drop, "drop()", "the packet disappears", kAllTypes, kAllTypes, ""},
    {FaultKind::delay, "delay(200ms, {.jitter = 50ms})", "the packet comes later, in broker time", kAllTypes,
     kAllTypes, ""},
    {FaultKind::duplicate, "duplicate(1)", "the packet, and so many copies of it", kAllTypes, kAllTypes, ""},
    {FaultKind::reorder, "reorder()", "the packet changes places with the next one that matches", kAllTypes,
     kAllTypes, ""},
    {FaultKind::hold, "hold()", "the packet is kept until `release(name)`", kAllTypes, kAllTypes, ""},
    {FaultKind::answer, "answer(ReasonCode::not_authorized)",
     "the client is answered, and the broker does not see the packet", kAnswered, 0,
     "nothing answers it with a Reason Code"},
    {FaultKind::wrong_packet_id, "wrong_packet_id()", "the packet has another Packet Identifier, by chance",
     kWithPacketId, kWithPacketId, "it has no Packet Identifier"},
    {FaultKind::edit_fields, "edit({.payload = \"99\"})", "fields of the packet are changed, see below",
     kAllTypes, kAllTypes, ""},
    {FaultKind::edit_bytes, "edit(\"says what\", function)",
     "the packet is what the function makes of its bytes", kAllTypes, kAllTypes, ""},
    {FaultKind::replace, "replace(bytes)", "these bytes come instead of the packet", kAllTypes, kAllTypes,
     ""},
    {FaultKind::corrupt_header, "corrupt_header()",
     "type 0, reserved flags or a Remaining Length of five bytes, by chance", kAllTypes, kAllTypes, ""},
    {FaultKind::disconnect_before, "disconnect_before(ConnectionEnd::rst)",
     "the packet disappears and the connection ends", kAllTypes, kAllTypes, ""},
    {FaultKind::disconnect_after, "disconnect_after(ConnectionEnd::fin)",
     "the connection ends after the packet", kAllTypes, kAllTypes, ""},
    {FaultKind::reply, "a Reason Code in `next()`", "the packet has this Reason Code", 0, kWithReason,
     "it has no Reason Code"},
};

constexpr AnswerRow kAnswers[] = {
    {connect, connack, "and the connection ends"},
    {publish, puback, "QoS 1"},
    {publish, pubrec, "QoS 2"},
    {pubrec, pubrel, ""},
    {pubrel, pubcomp, ""},
    {subscribe, suback, "one for each Topic Filter"},
    {unsubscribe, unsuback, "one for each Topic Filter"},
};

}  // namespace

std::string text_of(PacketTypes types) {
  if (types == kAllTypes) return "any";
  std::string text;
  for (unsigned number = 1; number <= 15; ++number) {
    const auto type = static_cast<PacketType>(number);
    if ((types & set_of(type)) == 0) continue;
    if (!text.empty()) text += ", ";
    text += name_of(type);
  }
  return text;
}

std::span<const FaultRow> fault_table() { return kFaults; }

const FaultRow& row_of(FaultKind kind) {
  const FaultRow& row = kFaults[static_cast<std::size_t>(kind)];
  PINT_ASSERT(row.kind == kind);
  return row;
}

std::span<const AnswerRow> answer_table() { return kAnswers; }

void require_legal(ReasonCode reason, PacketType type) {
  refuse_unless(mqtt::is_legal_reason(reason, type),
                text_of(reason) + " is no Reason Code of " + std::string(name_of(type)));
}

}  // namespace pint::testkit
