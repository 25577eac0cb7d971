// InstrumentPanel: what a TestBroker builds into its broker, in one place: the journal, whoever watches it,
// the time, the faults, and the lint. Used on the broker thread, or after it has ended, but for what says
// otherwise.
//
//   engine ── packets, places of events ─▶ journal ─▶ lint, stubs, watches: at the end of the turn
//                                          ▲ ▲ ▲
//                          events ─────────┘ │ └── note_fault() ◀── plan (packets), shaper (bytes)
//                          rule calls ───────┘
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pint/testkit.hpp>

#include "api/instruments.hpp"
#include "api/running_broker.hpp"
#include "fault/shaper.hpp"
#include "testkit/fault_plan.hpp"
#include "testkit/journal.hpp"
#include "testkit/lint_reader.hpp"
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
  void note_fault(AppliedFault fault);

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
  struct PlacedEvent {
    std::uint64_t sequence = 0;
    Event event;
  };

  void on_start(RunningBroker& broker) override;
  void on_events(std::vector<Event> events, std::span<const std::uint8_t> placed) override;
  void on_rule_call(std::string_view rule_filter, const Message& message) override;

  [[nodiscard]] net::TimeSource& time() { return manual_ ? static_cast<net::TimeSource&>(*manual_) : wall_; }
  [[nodiscard]] Moment moment(Time now) const;
  void look_after_turn();
  // Let stubs answer the messages that were not told yet. Those of the application have been through others.
  using Hops = std::map<std::uint64_t, std::uint8_t>;  // by sequence
  // Moves events that come after what stubs have said.
  void answer(const Hops& hops, std::vector<PlacedEvent>& events);
  void let_lint_read(const std::vector<PlacedEvent>& events, const Moment& when);

  const bool separate_wire_time_;
  const LintMode lint_mode_;
  net::SystemTime wall_;
  std::optional<ManualTime> manual_;
  const Time started_;
  Journal journal_;
  Watches watches_;
  FaultPlan plan_;
  fault::Shaper shaper_;
  std::optional<LintReader> lint_;
  std::uint64_t violations_taken_ = 0;  // up to the record with this sequence
  StubTable stubs_;
  RunningBroker* broker_ = nullptr;
  bool faults_noted_ = false;  // since the journal was told
  bool will_look_ = false;     // after this turn
};

}  // namespace pint::testkit
