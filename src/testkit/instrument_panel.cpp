#include "testkit/instrument_panel.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace pint::testkit {

InstrumentPanel::InstrumentPanel(const TestOptions& options)
    : separate_wire_time_(options.clock == Clock::manual && !options.keep_alive_on_virtual_time),
      lint_mode_(options.lint),
      manual_(options.clock == Clock::manual ? std::optional<ManualTime>(std::in_place) : std::nullopt),
      started_(time().now()),
      journal_({.records = options.journal_records, .bytes = options.journal_bytes}),
      plan_(options.seed, [this](AppliedFault fault, Time) { note_fault(std::move(fault)); }),
      shaper_(options.seed, [this](const fault::Applied& applied, Time) {
        note_fault({.name = applied.name,
                    .what = applied.what,
                    .client_id = applied.client_id,
                    .remote_address = applied.remote_address});
      }) {
  begin_lint();
}

Instruments InstrumentPanel::instruments() {
  return {.time = &time(),
          .separate_wire_time = separate_wire_time_,
          .packet_log = &journal_.log(),
          .observer = this};
}

void InstrumentPanel::note_fault(AppliedFault fault) {
  if (lint_) lint_->lint().append_fault(fault);
  journal_.append_fault(std::move(fault));
  faults_noted_ = true;
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
  return lint_ ? lint_->lint().findings() : std::vector<Finding>();
}

std::string InstrumentPanel::take_violations() {
  std::string text;
  if (lint_mode_ != LintMode::fail) return text;
  std::uint64_t last = violations_taken_;
  for (const Finding& finding : lint_->lint().findings()) {
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
  lint_.emplace(journal_.log(), LintOptions{.clock = on_test_time ? LintClock::broker : LintClock::wall,
                                            .turns_are_told = true});
}

// Faults may have been noted after the last event.
Journal& InstrumentPanel::journal() {
  if (std::exchange(faults_noted_, false)) journal_.tell(moment(broker_->loop().now()));
  return journal_;
}

void InstrumentPanel::on_start(RunningBroker& broker) {
  broker_ = &broker;
  stubs_.attach(broker);
  will_look_ = false;
}

void InstrumentPanel::on_events(std::vector<Event> events, std::span<const std::uint8_t> placed) {
  const Moment when = moment(broker_->loop().now());
  Hops hops;
  std::vector<PlacedEvent> for_lint;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (placed.empty()) {
      journal_.append(std::move(events[i]));
      continue;
    }
    if (placed[i] == 0) continue;  // the application's own, of what is in the journal otherwise
    const std::uint64_t place = journal_.log().first_open();
    if (lint_ && Lint::concerns(events[i])) for_lint.push_back({place, events[i]});
    const auto* message = std::get_if<MessagePublished>(&events[i]);
    if (message != nullptr && message->hops > 0) hops.emplace(place, message->hops);
    journal_.place(place, std::move(events[i]));
  }
  if (!stubs_.empty()) answer(hops, for_lint);
  if (lint_) let_lint_read(for_lint, when);
  journal_.tell(when);
  look_after_turn();
}

void InstrumentPanel::on_rule_call(std::string_view rule_filter, const Message& message) {
  journal_.append_rule_call(rule_filter, message, moment(broker_->loop().now()));
  look_after_turn();
}

void InstrumentPanel::answer(const Hops& hops, std::vector<PlacedEvent>& events) {
  std::vector<Journal::Answered> answered;
  const std::uint64_t end = journal_.log().first_open();
  for (std::uint64_t sequence = journal_.untold(); sequence < end; ++sequence) {
    if (!journal_.is_message(sequence)) continue;
    const auto through = hops.find(sequence);
    const Record request = journal_.untold_record(sequence);
    std::optional<StubCall> call =
        stubs_.answer(request, through == hops.end() ? std::uint8_t{0} : through->second);
    if (call) answered.push_back({sequence, std::move(*call)});
  }
  for (PlacedEvent& event : events) {
    const auto before = std::ranges::lower_bound(answered, event.sequence, {}, &Journal::Answered::sequence);
    event.sequence += static_cast<std::uint64_t>(before - answered.begin());
  }
  if (!answered.empty()) journal_.insert_stub_calls(std::move(answered));
}

// After the stubs, whose records move what comes after them.
void InstrumentPanel::let_lint_read(const std::vector<PlacedEvent>& events, const Moment& when) {
  for (const PlacedEvent& each : events) lint_->read(each.event, when, each.sequence);
  lint_->end_turn(journal_.log().first_open(), when);
}

Moment InstrumentPanel::moment(Time now) const {
  return {.at = now - started_, .wall = std::chrono::system_clock::now()};
}

// After the turn: by then what a watch waits for is not only decided but written.
void InstrumentPanel::look_after_turn() {
  if (will_look_ || (watches_.empty() && !faults_noted_)) return;
  will_look_ = true;
  broker_->loop().after_turn([this] {
    will_look_ = false;
    watches_.look(journal());
  });
}

}  // namespace pint::testkit
