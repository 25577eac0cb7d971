// Faults that send a packet on as something else.
#include "mqtt/frame.hpp"
#include "testkit/fault_bytes.hpp"
#include "testkit/fault_fields.hpp"
#include "testkit/fault_installed.hpp"
#include "testkit/fault_thrown.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

// What a packet was changed to, or nothing and why not.
struct Attempt {
  std::optional<Made> made;
  std::string why_not;
};

Attempt attempt_of(Edited edited, std::string what) {
  if (!edited.why_not.empty()) return {std::nullopt, std::move(edited.why_not)};
  return {Made{std::move(edited.bytes), std::move(what)}, {}};
}

Attempt attempt(const FaultAction::Terms& terms, ByteView packet, const Record& record, Random& random) {
  switch (terms.kind) {
    case FaultKind::wrong_packet_id: {
      std::optional<Made> made = with_wrong_packet_id(packet, record, random);
      return {std::move(made), "it has no Packet Identifier"};
    }
    case FaultKind::corrupt_header: return {with_corrupt_header(packet, random), {}};
    case FaultKind::replace:
      return {Made{bytes_of(terms.bytes), "as " + std::to_string(terms.bytes.size()) + " other bytes"}, {}};
    case FaultKind::edit_fields:
      return attempt_of(with_fields(packet, terms.fields, record.version),
                        "with another " + names_of(terms.fields));
    default:  // reply
      return attempt_of(with_reason(packet, terms.reason, record.version), "with " + text_of(terms.reason));
  }
}

// The broker has accepted the client, but is to look as if it had not.
bool refuses(const FaultAction::Terms& terms, const Record& record) {
  return terms.kind == FaultKind::reply && record.packet_type == PacketType::connack &&
         is_failure(terms.reason);
}

}  // namespace

std::optional<Made> FaultPlan::changed(Installed& fault, const FaultAction::Terms& terms, Passage& passage) {
  if (terms.kind == FaultKind::edit_bytes) return changed_by_function(fault, terms, passage);
  Attempt outcome = attempt(terms, passage.packet().bytes, passage.record(), fault.random);
  if (!outcome.made) tell(fault.name, passage.name() + " passed on unchanged: " + outcome.why_not, passage);
  return std::move(outcome.made);
}

std::optional<Made> FaultPlan::changed_by_function(Installed& fault, const FaultAction::Terms& terms,
                                                   Passage& passage) {
  const Record& record = passage.record();
  std::string why_not;
  try {
    const Flag calling(matching_);
    const std::string bytes = terms.change(record.bytes);
    if (bytes.size() <= mqtt::kMaxPacketBytes) return Made{bytes_of(bytes), "edited: " + plain(terms.says)};
    why_not = "it would be too large";
  } catch (...) {
    why_not = "the function threw: " + what_is_thrown();
  }
  tell(fault.name, passage.name() + " passed on unchanged: " + why_not, passage);
  return std::nullopt;
}

FaultPlan::Verdict FaultPlan::change(Installed& fault, const FaultAction::Terms& terms, Passage& passage) {
  std::optional<Made> made = changed(fault, terms, passage);
  if (!made) return Verdict::not_mine;
  passage.pass_on(std::move(made->bytes));
  if (refuses(terms, passage.record())) passage.end(ConnectionEnd::fin);
  ++fault.applied;
  tell(fault.name, passage.name() + " passed on " + made->what, passage, Effect::makes_up);
  return Verdict::taken;
}

}  // namespace pint::testkit
