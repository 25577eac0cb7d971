// The functions that make actions and outcomes, and the refusals of what cannot be.
#include "testkit/fault_action.hpp"

#include <algorithm>
#include <utility>

#include "mqtt/frame.hpp"
#include "testkit/fault_fields.hpp"
#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"

namespace pint {
namespace {

using testkit::FaultKind;
using testkit::refuse_unless;
using Terms = FaultAction::Terms;

constexpr unsigned kMostCopies = 1'000;
constexpr Duration kLongest =
    std::chrono::hours{24} * 36'500;  // so that due times stay far from the end of the line

FaultAction made(Terms terms) { return FaultAction(std::make_shared<const Terms>(std::move(terms))); }

// "0.200 s": without the sign that times since the start have.
std::string text_of(Duration time) { return testkit::text_of(time).substr(1); }

void refuse_negative(std::string_view what, Duration time) {
  refuse_unless(time >= Duration::zero(), std::string(what) + " is negative");
}

std::string_view text_of(ConnectionEnd end) { return end == ConnectionEnd::fin ? "FIN" : "RST"; }

}  // namespace

FaultAction drop() { return made({.kind = FaultKind::drop}); }

FaultAction delay(std::chrono::nanoseconds delay, DelayTerms terms) {
  refuse_negative("the delay", delay);
  refuse_negative("the delay's jitter", terms.jitter);
  refuse_unless(terms.jitter <= delay, "the jitter is larger than the delay, which would be negative then");
  refuse_unless(delay <= kLongest, "the delay is longer than a hundred years");
  return made(
      {.kind = FaultKind::delay, .delay = delay, .jitter = terms.jitter, .may_reorder = terms.may_reorder});
}

FaultAction duplicate(unsigned copies) {
  refuse_unless(copies >= 1, "duplicate() makes at least one copy");
  refuse_unless(copies <= kMostCopies, "duplicate() makes at most 1,000 copies");
  return made({.kind = FaultKind::duplicate, .copies = copies});
}

FaultAction reorder(std::chrono::nanoseconds at_most) {
  refuse_negative("the time to wait for the next packet", at_most);
  refuse_unless(at_most <= kLongest, "the time to wait for the next packet is longer than a hundred years");
  return made({.kind = FaultKind::reorder, .delay = at_most});
}

FaultAction hold() { return made({.kind = FaultKind::hold}); }

FaultAction answer(ReasonCode reason) { return made({.kind = FaultKind::answer, .reason = reason}); }

FaultAction wrong_packet_id() { return made({.kind = FaultKind::wrong_packet_id}); }

FaultAction edit(PacketFields fields) {
  testkit::require_possible(fields);
  return made({.kind = FaultKind::edit_fields, .fields = std::move(fields)});
}

FaultAction edit(std::string_view says, std::function<std::string(std::string_view)> change) {
  refuse_unless(change != nullptr, "edit() needs a function");
  return made({.kind = FaultKind::edit_bytes, .says = std::string(says), .change = std::move(change)});
}

FaultAction replace(std::string bytes) {
  refuse_unless(!bytes.empty(), "replace() by no bytes is drop()");
  refuse_unless(bytes.size() <= mqtt::kMaxPacketBytes, "replace() by more bytes than a packet can have");
  return made({.kind = FaultKind::replace, .bytes = std::move(bytes)});
}

FaultAction corrupt_header() { return made({.kind = FaultKind::corrupt_header}); }

FaultAction disconnect_before(ConnectionEnd end) {
  return made({.kind = FaultKind::disconnect_before, .end = end});
}

FaultAction disconnect_after(ConnectionEnd end) {
  return made({.kind = FaultKind::disconnect_after, .end = end});
}

std::string FaultAction::describe() const {
  const Terms& own = terms();
  switch (own.kind) {
    case FaultKind::drop: return "drop";
    case FaultKind::delay:
      return "delay by " + text_of(own.delay) +
             (own.jitter > Duration::zero() ? " ± " + text_of(own.jitter) : "");
    case FaultKind::duplicate: return "duplicate " + std::to_string(own.copies) + " times";
    case FaultKind::reorder: return "reorder";
    case FaultKind::hold: return "hold";
    case FaultKind::answer: return "answer " + testkit::text_of(own.reason);
    case FaultKind::wrong_packet_id: return "wrong Packet Identifier";
    case FaultKind::edit_fields: return "edit " + testkit::names_of(own.fields);
    case FaultKind::edit_bytes: return "edit " + testkit::plain(own.says);
    case FaultKind::replace: return "replace by " + std::to_string(own.bytes.size()) + " bytes";
    case FaultKind::corrupt_header: return "corrupt the header";
    case FaultKind::disconnect_before: return "disconnect before, by " + std::string(text_of(own.end));
    case FaultKind::disconnect_after: return "disconnect after, by " + std::string(text_of(own.end));
    case FaultKind::reply: return "reply " + testkit::text_of(own.reason);
  }
  return "nothing";
}

Outcome::Outcome(Reply reply) {
  if (reply == Reply::no_reply) action_ = drop();
  if (reply == Reply::disconnect) action_ = disconnect_before();
}
Outcome::Outcome(ReasonCode reason) : action_(made({.kind = FaultKind::reply, .reason = reason})) {}
Outcome::Outcome(FaultAction action) : action_(std::move(action)) {}

namespace testkit {
namespace {

void require_legal_answer(ReasonCode reason, PacketType request) {
  refuse_unless(request != PacketType::connect || is_failure(reason),
                "CONNECT cannot be answered with " + text_of(reason) +
                    " in the broker's place: it would take the client's next packet for an error");
  for (const AnswerRow& row : answer_table()) {
    if (row.request == request) require_legal(reason, row.answer);
  }
}

void require_action_admits(const Fault& fault) {
  const Terms& terms = fault.action.terms();
  const FaultRow& row = row_of(terms.kind);
  const PacketType type = *fault.on.packet_type();
  const bool received = fault.on.kind_matches(RecordKind::packet, Direction::received, type);
  const bool admitted = ((received ? row.received : row.sent) & set_of(type)) != 0;
  const std::string verb = received ? "received " : "sent ";
  const bool would_edit = terms.kind == FaultKind::answer && !received;
  const std::string instead = would_edit ? "to change what the broker itself sends, say edit({.reason = …})"
                                         : std::string(row.instead);
  refuse_unless(admitted, fault.action.describe() + " is not for a " + verb + std::string(name_of(type)) +
                              " (" + instead + ")");
  if (terms.kind == FaultKind::answer) require_legal_answer(terms.reason, type);
  if (terms.kind == FaultKind::reply) require_legal(terms.reason, type);
  if (terms.kind == FaultKind::edit_fields) require_admitted(terms.fields, type);
}

}  // namespace

void require_possible(const Fault& fault) {
  refuse_unless(fault.on.kind() == RecordKind::packet && fault.on.packet_type().has_value(),
                "a fault is for packets: begin its pattern with received() or sent(), not with \"" +
                    fault.on.describe() + "\"");
  refuse_unless(fault.on.after_sequence() == 0,
                "a fault is for packets to come: its pattern cannot have after()");
  refuse_unless(fault.every >= 1, "every 0th packet is none: `every` is at least 1");
  refuse_unless(fault.probability >= 0 && fault.probability <= 1,
                "the probability " + std::to_string(fault.probability) + " is not between 0 and 1");
  refuse_unless(!fault.times || *fault.times >= 1, "a fault that happens 0 times is none");
  require_action_admits(fault);
}

std::string describe(const Fault& fault) {
  std::string text = fault.on.describe() + ": " + fault.action.describe();
  if (fault.skip > 0) text += ", not the first " + std::to_string(fault.skip);
  if (fault.every > 1) text += ", 1 of " + std::to_string(fault.every);
  if (fault.probability < 1) text += ", with probability " + std::to_string(fault.probability);
  if (fault.times) text += ", at most " + std::to_string(*fault.times) + " times";
  return text;
}

}  // namespace testkit
}  // namespace pint
