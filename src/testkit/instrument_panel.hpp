// InstrumentPanel: what a TestBroker builds into its broker, in one place: the journal, whoever watches it,
// and the time. Used on the broker thread, or after it has ended, but for what says otherwise.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <pint/testkit.hpp>

#include "api/instruments.hpp"
#include "api/running_broker.hpp"
#include "testkit/journal.hpp"
#include "testkit/manual_time.hpp"
#include "testkit/watches.hpp"

namespace pint::testkit {

class InstrumentPanel : public Observer {
 public:
  explicit InstrumentPanel(const TestOptions& options);

  [[nodiscard]] Instruments instruments();

  // Any thread: broker time since the start.
  [[nodiscard]] Duration elapsed() { return time().now() - started_; }
  // Null if the clock is not the test's.
  [[nodiscard]] ManualTime* manual_time() { return manual_ ? &*manual_ : nullptr; }

  // Up to now, as is right between two turns.
  [[nodiscard]] Journal& journal();
  void watch(const std::shared_ptr<Watch>& watch) { watches_.add(watch); }
  void unwatch(const std::shared_ptr<Watch>& watch) { watches_.remove(watch, journal()); }
  // The sink of whatever applies faults.
  void note_fault(AppliedFault fault, Time now);

 private:
  // A fault is applied in the middle of a turn, and its place is among the events that wait to be told.
  struct PendingFault {
    std::size_t events_before = 0;
    AppliedFault fault;
    Time at;
  };

  void on_start(RunningBroker& broker) override;
  void on_events(std::vector<Event> events) override;
  void on_rule_call(std::string_view rule_filter, const Message& message) override;

  [[nodiscard]] net::TimeSource& time() { return manual_ ? static_cast<net::TimeSource&>(*manual_) : wall_; }
  [[nodiscard]] Moment moment(Time now) const;
  // The pending faults that were applied before this event.
  void append_faults(std::size_t event);
  void look_after_turn();

  const bool separate_wire_time_;
  net::SystemTime wall_;
  std::optional<ManualTime> manual_;
  const Time started_;
  Journal journal_;
  Watches watches_;
  std::vector<PendingFault> faults_;
  RunningBroker* broker_ = nullptr;
  bool will_look_ = false;  // after this turn
};

}  // namespace pint::testkit
