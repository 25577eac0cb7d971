// What a fault does with a packet that is offered to it.
#include "testkit/fault_installed.hpp"
#include "testkit/fault_thrown.hpp"
#include "testkit/record_packet.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

// 0 .. 1, without 1; the same on every machine.
double fraction(Random& random) { return static_cast<double>(random.next() >> 11) / 9007199254740992.0; }

Duration with_jitter(const FaultAction::Terms& terms, Random& random) {
  if (terms.jitter == Duration::zero()) return terms.delay;
  const auto width = static_cast<std::uint64_t>(2 * terms.jitter.count()) + 1;
  return terms.delay - terms.jitter + Duration{static_cast<Duration::rep>(random.below(width))};
}

// Whether there is anything the action could do to this packet. What it cannot be done to is not counted.
bool admits(const FaultAction::Terms& terms, const Record& record) {
  switch (terms.kind) {
    case FaultKind::answer: return can_be_answered(record);
    case FaultKind::wrong_packet_id: return record.packet_id.value_or(0) != 0;
    default: return true;
  }
}

}  // namespace

bool FaultPlan::Installed::count_match() {
  ++matched;
  if (outcomes || spent()) return !spent();
  if (matched <= fault.skip || (matched - fault.skip) % fault.every != 0) return false;
  return fault.probability >= 1 || fraction(random) < fault.probability;
}

std::string FaultPlan::Installed::describe() const {
  if (!outcomes) return testkit::describe(fault);
  std::string text = fault.on.describe() + ":";
  for (const Outcome& outcome : *outcomes) {
    text += text.back() == ':' ? " " : ", ";
    text += outcome.action() ? outcome.action()->describe() : "ok";
  }
  return outcomes->empty() ? text + " nothing left" : text;
}

const Record& FaultPlan::Passage::record() {
  if (record_) return *record_;
  Record& record = record_.emplace();
  record.client_id = packet_.client_id.empty() ? claimed_client_id_ : packet_.client_id;
  record.remote_address = packet_.remote.text();
  record.version = packet_.version;
  record.direction = packet_.direction;
  record.bytes = as_text(packet_.bytes);
  decode_into(record, packet_.alias_topic);
  return record;
}

std::string FaultPlan::Passage::name() {
  const Record& seen = record();
  std::string text(name_of(static_cast<PacketType>(packet_.bytes[0] >> 4)));
  if (!seen.topic.empty()) text.append(1, ' ').append(plain(seen.topic));
  if (seen.packet_id) text.append(" id ").append(std::to_string(*seen.packet_id));
  return text;
}

void FaultPlan::Passage::end(ConnectionEnd how) {
  using Kind = core::Return::Kind;
  give({.connection = packet_.connection,
        .kind = how == ConnectionEnd::fin ? Kind::end : Kind::end_by_reset,
        .bytes = {}});
}

void FaultPlan::Passage::add(Direction direction, Bytes bytes) {
  give({.connection = packet_.connection, .direction = direction, .bytes = std::move(bytes)});
}

core::Return FaultPlan::Passage::as_return() const {
  return {.connection = packet_.connection,
          .direction = packet_.direction,
          .bytes = Bytes(packet_.bytes.begin(), packet_.bytes.end())};
}

FaultPlan::Verdict FaultPlan::offer(Installed& fault, Passage& passage) {
  if (!matches(fault, passage)) return Verdict::not_mine;
  const core::PassingPacket& packet = passage.packet();
  if (fault.fault.action.terms().kind == FaultKind::reorder) {
    std::optional<KeptPacket> first = kept_.take(fault.number, packet.connection, packet.direction);
    if (first) return put_back_reordered(fault, passage, std::move(*first));
  }
  if (!fault.outcomes && !admits(fault.fault.action.terms(), passage.record())) return Verdict::not_mine;
  if (!fault.count_match()) return Verdict::not_mine;
  if (fault.outcomes) return next_outcome(fault, passage);
  return apply(fault, fault.fault.action, passage);
}

bool FaultPlan::matches(Installed& fault, Passage& passage) {
  const Record& record = passage.record();
  const Flag matching(matching_);
  try {
    return fault.fault.on.matches(record);
  } catch (...) {
    tell(fault.name, "not applied: a predicate of its pattern threw: " + what_is_thrown(), passage);
    return false;
  }
}

FaultPlan::Verdict FaultPlan::next_outcome(Installed& fault, Passage& passage) {
  const Outcome outcome = std::move(fault.outcomes->front());
  fault.outcomes->pop_front();
  if (outcome.action()) {
    const Verdict verdict = apply(fault, *outcome.action(), passage);
    return verdict == Verdict::not_mine ? Verdict::passes : verdict;
  }
  ++fault.applied;
  tell(fault.name, passage.name() + " let through", passage);
  return Verdict::passes;
}

FaultPlan::Verdict FaultPlan::apply(Installed& fault, const FaultAction& action, Passage& passage) {
  const FaultAction::Terms& terms = action.terms();
  std::string what;
  switch (terms.kind) {
    case FaultKind::drop: what = " dropped"; break;
    case FaultKind::duplicate:
      for (unsigned copy = 0; copy <= terms.copies; ++copy) passage.pass_on();
      what = " duplicated " + std::to_string(terms.copies) + " times";
      break;
    case FaultKind::disconnect_before:
      passage.end(terms.end);
      what = " dropped and the connection ended";
      break;
    case FaultKind::disconnect_after:
      passage.pass_on();
      passage.end(terms.end);
      what = " passed on and the connection ended";
      break;
    case FaultKind::delay:
    case FaultKind::reorder:
    case FaultKind::hold: return keep(fault, terms, passage);
    case FaultKind::answer: return give_answer(fault, terms, passage);
    case FaultKind::wrong_packet_id:
    case FaultKind::edit_fields:
    case FaultKind::edit_bytes:
    case FaultKind::replace:
    case FaultKind::corrupt_header:
    case FaultKind::reply: return change(fault, terms, passage);
  }
  ++fault.applied;
  const bool copied = terms.kind == FaultKind::duplicate;
  tell(fault.name, passage.name() + what, passage, copied ? Effect::makes_up : Effect::takes_or_leaves);
  return Verdict::taken;
}

FaultPlan::Verdict FaultPlan::give_answer(Installed& fault, const FaultAction::Terms& terms,
                                          Passage& passage) {
  const bool is_connect = passage.record().packet_type == PacketType::connect;
  Bytes answer = answer_to(passage.record(), terms.reason);
  const bool has_answer = !answer.empty();
  if (has_answer) passage.send(std::move(answer));
  if (is_connect) passage.end(ConnectionEnd::fin);
  ++fault.applied;
  std::string what = passage.name() +
                     (has_answer ? " answered with " : " not answered, its version cannot say ") +
                     text_of(terms.reason);
  if (!answer_has_reason(passage.record())) what += ", which its version cannot say";
  tell(fault.name, std::move(what), passage, Effect::makes_up);
  return Verdict::taken;
}

FaultPlan::Verdict FaultPlan::put_back_reordered(Installed& fault, Passage& passage, KeptPacket first) {
  passage.pass_on();
  passage.give(std::move(first.packet));
  tell(fault.name, passage.name() + " put before " + first.name, passage);
  return Verdict::taken;
}

FaultPlan::Verdict FaultPlan::keep(Installed& fault, const FaultAction::Terms& terms, Passage& passage) {
  if (!kept_.has_room(passage.packet().bytes.size())) {
    tell(fault.name, passage.name() + " not kept: faults keep too many bytes already", passage);
    return Verdict::not_mine;
  }
  const bool delayed = terms.kind == FaultKind::delay;
  Time due = kNever;
  if (delayed) due = now_ + with_jitter(terms, fault.random);
  if (terms.kind == FaultKind::reorder) due = now_ + terms.delay;
  due = kept_.keep(due, {.fault = fault.number,
                         .fault_name = fault.name,
                         .delayed = delayed,
                         .in_order = delayed && !terms.may_reorder,
                         .packet = passage.as_return(),
                         .name = passage.name(),
                         .client_id = passage.record().client_id,
                         .remote_address = passage.record().remote_address});
  ++fault.applied;
  std::string what = passage.name();
  if (delayed)
    what.append(" delayed by ").append(text_of(due - now_), 1);
  else
    what += terms.kind == FaultKind::hold ? " held" : " waits for the next one";
  tell(fault.name, std::move(what), passage);
  return Verdict::taken;
}

void FaultPlan::tell(const std::string& fault, std::string what, Passage& passage, Effect effect) {
  const Record& record = passage.record();
  sink_({.name = fault,
         .what = std::move(what),
         .client_id = record.client_id,
         .remote_address = record.remote_address,
         .makes_up = effect == Effect::makes_up},
        now_);
}

}  // namespace pint::testkit
