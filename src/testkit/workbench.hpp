// Workbench: what is behind a TestBroker: a broker with instruments in it, and the way of test threads to
// both. What it does, it does on the broker thread, between two turns.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/testkit.hpp>

#include "api/running_broker.hpp"
#include "testkit/instrument_panel.hpp"
#include "testkit/search.hpp"

namespace pint::testkit {

using Nanoseconds = std::chrono::nanoseconds;

// Throws std::invalid_argument for a time that is not 0 or more. `what` names it in the sentence.
void require_not_negative(Nanoseconds time, std::string_view what);

class Workbench {
 public:
  explicit Workbench(TestOptions options);
  ~Workbench();
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;

  [[nodiscard]] Broker& broker() { return broker_; }
  [[nodiscard]] InstrumentPanel& panel() { return panel_; }
  [[nodiscard]] const TestOptions& options() const { return options_; }

  // Call `work` on the broker thread, between two turns, and wait for it; in a handler, call it at once. What
  // it throws is thrown here. Throws std::logic_error if the broker does not run.
  void run(const std::function<void(RunningBroker&)>& work);
  // The same for what takes turns, which a handler cannot. `caller` names it in the sentence.
  void run_between_turns(std::string_view caller, const std::function<void(RunningBroker&)>& work);
  void refuse_in_handler(std::string_view caller) const;
  // Read the journal, all that has happened told; also after stop().
  void read(const std::function<void(const Journal&)>& work);

  // For the handles that change faults: `changed` is told to the panel after each piece of work.
  [[nodiscard]] std::function<void(const std::function<void()>&)> executor(
      void (InstrumentPanel::*changed)());
  // Throw TestFailure for what clients did wrong, if the test wants it, and once only.
  void require_no_violation();

  // Until the search has come to its end or so much real time has passed.
  Watch::Outcome wait(Search& search, Nanoseconds within);

  // Do something to each connected client of this name. Throws TestFailure if there is none.
  void each_client(std::string_view caller, std::string_view name,
                   const std::function<void(RunningBroker&, const std::string& client_id)>& work);

  void reset();

 private:
  const TestOptions options_;
  InstrumentPanel panel_;
  Broker broker_;
  SharedPort::Place place_;  // ends before the broker
};

}  // namespace pint::testkit
