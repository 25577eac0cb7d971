#include "testkit/instrument_panel.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace pint::testkit {

InstrumentPanel::InstrumentPanel(const TestOptions& options)
    : separate_wire_time_(options.clock == Clock::manual && !options.keep_alive_on_virtual_time),
      lint_mode_(options.lint),
      manual_(options.clock == Clock::manual ? std::optional<ManualTime>(std::in_place) : std::nullopt),
      started_(time().now()),
      journal_({.records = options.journal_records, .bytes = options.journal_bytes}),
      plan_(options.seed, [this](AppliedFault fault, Time now) { note_fault(std::move(fault), now); }),
      shaper_(options.seed, [this](const fault::Applied& applied, Time now) {
        note_fault({.name = applied.name,
                    .what = applied.what,
                    .client_id = applied.client_id,
                    .remote_address = applied.remote_address},
                   now);
      }) {
  begin_lint();
}

Instruments InstrumentPanel::instruments() {
  return {.time = &time(), .separate_wire_time = separate_wire_time_, .observer = this};
}

void InstrumentPanel::note_fault(AppliedFault fault, Time now) {
  if (lint_) lint_->append_fault(fault);
  faults_.push_back({broker_->engine().events_waiting(), std::move(fault), now});
  look_after_turn();
}

// Without a fault the engine and the loop have nobody to ask, which is what makes faults free where there are
// none.
void InstrumentPanel::plan_changed() { broker_->engine().set_interceptor(plan_.idle() ? nullptr : &plan_); }
void InstrumentPanel::shaper_changed() { broker_->loop().shape(shaper_); }

void InstrumentPanel::clear_faults() {
  plan_.clear();
  plan_changed();
  shaper_.clear();
  shaper_changed();
}

std::vector<Finding> InstrumentPanel::findings() const {
  return lint_ ? lint_->findings() : std::vector<Finding>();
}

std::string InstrumentPanel::take_violations() {
  std::string text;
  if (lint_mode_ != LintMode::fail) return text;
  std::uint64_t last = violations_taken_;
  for (const Finding& finding : lint_->findings()) {
    if (finding.severity != Severity::violation || finding.sequence <= violations_taken_) continue;
    text += to_string(finding) + '\n';
    last = std::max(last, finding.sequence);
  }
  violations_taken_ = last;
  return text;
}

void InstrumentPanel::begin_lint() {
  if (lint_mode_ == LintMode::off) return;
  const bool on_test_time = manual_ && !separate_wire_time_;
  lint_.emplace(LintOptions{.clock = on_test_time ? LintClock::broker : LintClock::wall,
                            .turns_are_told = true});
}

Journal& InstrumentPanel::journal() {
  append_faults(std::numeric_limits<std::size_t>::max());  // no event came after them
  return journal_;
}

void InstrumentPanel::on_start(RunningBroker& broker) {
  broker_ = &broker;
  stubs_.attach(broker);
  will_look_ = false;
}

void InstrumentPanel::on_events(std::vector<Event> events) {
  const Moment when = moment(broker_->loop().now());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!faults_.empty()) append_faults(i);
    if (lint_) lint_->append(events[i], when, journal_.last() + 1);
    const auto* message = stubs_.empty() ? nullptr : std::get_if<MessagePublished>(&events[i]);
    const std::optional<std::uint8_t> hops = message ? std::optional(message->hops) : std::nullopt;
    journal_.append(std::move(events[i]), when);
    if (hops) answer(*hops, when);
  }
  append_faults(events.size());
  if (lint_) lint_->turn_ended();
  look_after_turn();
}

void InstrumentPanel::on_rule_call(std::string_view rule_filter, const Message& message) {
  journal_.append_rule_call(rule_filter, message, moment(broker_->loop().now()));
  look_after_turn();
}

void InstrumentPanel::answer(std::uint8_t hops, const Moment& when) {
  const Record request = journal_.record(journal_.last());
  if (std::optional<StubCall> call = stubs_.answer(request, hops)) {
    journal_.append_stub_call(std::move(*call), request, when);
  }
}

void InstrumentPanel::append_faults(std::size_t event) {
  const auto later =
      std::ranges::find_if(faults_, [&](const PendingFault& each) { return each.events_before > event; });
  for (auto each = faults_.begin(); each != later; ++each)
    journal_.append_fault(std::move(each->fault), moment(each->at));
  faults_.erase(faults_.begin(), later);
}

Moment InstrumentPanel::moment(Time now) const {
  return {.at = now - started_, .wall = std::chrono::system_clock::now()};
}

// After the turn: by then what a watch waits for is not only decided but written.
void InstrumentPanel::look_after_turn() {
  if (will_look_ || (watches_.empty() && faults_.empty())) return;
  will_look_ = true;
  broker_->loop().after_turn([this] {
    will_look_ = false;
    watches_.look(journal());
  });
}

}  // namespace pint::testkit
