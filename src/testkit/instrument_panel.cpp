#include "testkit/instrument_panel.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace pint::testkit {

InstrumentPanel::InstrumentPanel(const TestOptions& options)
    : separate_wire_time_(options.clock == Clock::manual && !options.keep_alive_on_virtual_time),
      manual_(options.clock == Clock::manual ? std::optional<ManualTime>(std::in_place) : std::nullopt),
      started_(time().now()),
      journal_({.records = options.journal_records, .bytes = options.journal_bytes}) {}

Instruments InstrumentPanel::instruments() {
  return {.time = &time(), .separate_wire_time = separate_wire_time_, .observer = this};
}

void InstrumentPanel::note_fault(AppliedFault fault, Time now) {
  faults_.push_back({broker_->engine().events_waiting(), std::move(fault), now});
  look_after_turn();
}

Journal& InstrumentPanel::journal() {
  append_faults(std::numeric_limits<std::size_t>::max());  // no event came after them
  return journal_;
}

void InstrumentPanel::on_start(RunningBroker& broker) {
  broker_ = &broker;
  will_look_ = false;
}

void InstrumentPanel::on_events(std::vector<Event> events) {
  const Moment when = moment(broker_->loop().now());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!faults_.empty()) append_faults(i);
    journal_.append(std::move(events[i]), when);
  }
  append_faults(events.size());
  look_after_turn();
}

void InstrumentPanel::on_rule_call(std::string_view rule_filter, const Message& message) {
  journal_.append_rule_call(rule_filter, message, moment(broker_->loop().now()));
  look_after_turn();
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
