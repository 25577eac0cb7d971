// The part of TestBroker that moves broker time.
//
//   settle ─▶ next deadline <= target? ──yes──▶ time = deadline ─▶ settle (its turn ticks) ─▶ again
//                        └──no──▶ time = target ─▶ settle
#include <pint/testkit.hpp>

#include <functional>
#include <stdexcept>
#include <string>

#include "testkit/record_text.hpp"
#include "testkit/verification.hpp"
#include "testkit/workbench.hpp"

namespace pint {
namespace {

using testkit::ManualTime;
using testkit::Nanoseconds;
using testkit::Workbench;

constexpr Nanoseconds kLongestJourney = std::chrono::hours{24 * 365 * 100};

ManualTime& manual_time(Workbench& bench, std::string_view caller) {
  if (ManualTime* time = bench.panel().manual_time()) return *time;
  throw std::logic_error(std::string(caller) +
                         ": the clock is the machine's; make the TestBroker with Clock::manual");
}

void require_possible(Nanoseconds duration, std::string_view what) {
  testkit::require_not_negative(duration, what);
  if (duration > kLongestJourney) throw std::invalid_argument(std::string(what) + " is over a hundred years");
}

// Between two turns: go to `target`, stopping at every deadline, until `done`. Whether it was done.
bool travel(net::Loop& loop, ManualTime& time, Time target, const std::function<bool()>& done) {
  loop.settle();
  for (bool arrived = false; !done();) {
    if (arrived || loop.stop_asked()) return false;
    const Time due = loop.next_deadline().value_or(kNever);
    // A deadline that is still there when its time has settled is served by nobody: do not wait for it.
    arrived = due > target || due <= time.now();
    time.set(arrived ? target : due);
    loop.settle();
  }
  return true;
}

}  // namespace

std::chrono::nanoseconds TestBroker::now() const {
  workbench_->run([](const RunningBroker&) {});  // it must be running
  return workbench_->panel().elapsed();
}

void TestBroker::advance(std::chrono::nanoseconds duration) {
  ManualTime& time = manual_time(*workbench_, "advance()");
  require_possible(duration, "the duration");
  workbench_->run_between_turns("advance()", [&](RunningBroker& broker) {
    travel(broker.loop(), time, time.now() + duration, [] { return false; });
  });
  workbench_->require_no_violation();
}

Record TestBroker::advance_until(const Pattern& pattern, std::chrono::nanoseconds at_most) {
  ManualTime& time = manual_time(*workbench_, "advance_until()");
  require_possible(at_most, "`at_most`");
  testkit::CountSearch search(pattern, 1);
  testkit::Watch watch(search);
  workbench_->run_between_turns("advance_until()", [&](RunningBroker& broker) {
    travel(broker.loop(), time, time.now() + at_most,
           [&] { return watch.look(workbench_->panel().journal()); });
  });
  if (watch.outcome().found) return search.found().front();
  const std::string what_failed = watch.outcome().thrown.empty()
                                      ? "Nothing within " + testkit::span_text(at_most) + " of broker time"
                                      : watch.outcome().thrown;
  throw TestFailure(testkit::nothing_found(*workbench_, pattern, search, what_failed).explanation);
}

void TestBroker::expire_keep_alive(std::string_view client) {
  workbench_->each_client("expire_keep_alive()", client, [](RunningBroker& broker, const std::string& id) {
    broker.engine().expire_keep_alive(id, broker.loop().now());
  });
}

}  // namespace pint
