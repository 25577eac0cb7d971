// Subject: the broker a benchmark looks at, and what a scenario needs besides.
#pragma once

#include <chrono>
#include <string>

#include "bench/plan.hpp"
#include "bench/process_meter.hpp"
#include "bench/progress.hpp"
#include "bench/report.hpp"

namespace pint::bench {

struct Subject {
  const Plan& plan;
  Endpoint endpoint;
  ProcessMeter meter;  // reads nothing if the broker's process is not known
  Progress& progress;
  std::string prefix;  // of Topic Names and Client Identifiers, so that runs do not meet: "bench/1f3a"
};

using Clock = std::chrono::steady_clock;

[[nodiscard]] inline std::uint64_t nanoseconds_now() {
  return static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
}

// What passed between two readings of the broker's process and of the clock.
class Measurement {
 public:
  explicit Measurement(const Subject& subject) : meter_(subject.meter) { begin(); }
  void begin() {
    before_ = meter_.read();
    began_ = nanoseconds_now();
  }
  // The last thing that counts happened at `ended` (0: now).
  void end(std::uint64_t ended = 0) {
    ended_ = ended == 0 ? nanoseconds_now() : ended;
    after_ = meter_.read();
  }

  [[nodiscard]] bool known() const { return before_ && after_; }
  [[nodiscard]] double seconds() const { return static_cast<double>(ended_ - began_) / 1e9; }
  [[nodiscard]] double cpu_ns() const {
    return known() ? static_cast<double>(after_->cpu_ns - before_->cpu_ns) : 0;
  }
  [[nodiscard]] double grown_bytes() const {
    return known()
               ? static_cast<double>(after_->resident_bytes) - static_cast<double>(before_->resident_bytes)
               : 0;
  }
  [[nodiscard]] double wake_ups() const {
    return known() ? static_cast<double>(after_->wake_ups - before_->wake_ups) : 0;
  }
  [[nodiscard]] const ProcessReading& after() const { return *after_; }

 private:
  ProcessMeter meter_;
  std::optional<ProcessReading> before_;
  std::optional<ProcessReading> after_;
  std::uint64_t began_ = 0;
  std::uint64_t ended_ = 0;
};

// The scenarios. Each connects its clients, does its work and puts what it found.
void run_traffic(Subject& subject, Report& report);  // throughput and latency
void run_connects(Subject& subject, Report& report);
void run_idle(Subject& subject, Report& report);
void run_subscriptions(Subject& subject, Report& report);
void run_retained(Subject& subject, Report& report);
void run_queues(Subject& subject, Report& report);
void run_start(const Plan& plan, Progress& progress, Report& report);  // without a broker that runs already

}  // namespace pint::bench
