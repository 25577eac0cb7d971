// InstrumentPanel: what a TestBroker builds into its broker, in one place: the journal, whoever watches it,
// the time, the faults, and the lint. Used on the broker thread, or after it has ended, but for what says
// otherwise.
//
//   events ─▶ lint ─▶ journal ─▶ watches        packets ◀─ plan        bytes ◀─ shaper
//                        ▲ ▲                                │                     │
//                        │ └──────── note_fault() ◀─────────┴─────────────────────┘
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/testkit.hpp>

#include "api/instruments.hpp"
#include "api/running_broker.hpp"
#include "fault/shaper.hpp"
#include "testkit/fault_plan.hpp"
#include "testkit/journal.hpp"
#include "testkit/lint.hpp"
#include "testkit/manual_time.hpp"
#include "testkit/stub_table.hpp"
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
  [[nodiscard]] StubTable& stubs() { return stubs_; }
  // The sink of whatever applies faults.
  void note_fault(AppliedFault fault, Time now);

  // The faults on packets and on bytes. Whoever has changed them says so.
  [[nodiscard]] FaultPlan& plan() { return plan_; }
  void plan_changed();
  [[nodiscard]] fault::Shaper& shaper() { return shaper_; }
  void shaper_changed();
  // No fault of either kind from here on.
  void clear_faults();

  // Empty if the lint is off.
  [[nodiscard]] std::vector<Finding> findings() const;
  // Violations that were not taken by this before, one a line. LintMode::fail only; otherwise empty.
  [[nodiscard]] std::string take_violations();
  // Forget what is known of clients.
  void begin_lint();

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
  // Let a stub answer the message that is the last record.
  void answer(std::uint8_t hops, const Moment& when);

  const bool separate_wire_time_;
  const LintMode lint_mode_;
  net::SystemTime wall_;
  std::optional<ManualTime> manual_;
  const Time started_;
  Journal journal_;
  Watches watches_;
  FaultPlan plan_;
  fault::Shaper shaper_;
  std::optional<Lint> lint_;
  std::uint64_t violations_taken_ = 0;  // up to the record with this sequence
  StubTable stubs_;
  std::vector<PendingFault> faults_;
  RunningBroker* broker_ = nullptr;
  bool will_look_ = false;  // after this turn
};

}  // namespace pint::testkit
