// ManualTime: broker time that stands still until somebody sets it. Wire time goes on with the machine's
// clock.
#pragma once

#include <atomic>
#include <chrono>

#include "base/assert.hpp"
#include "base/time.hpp"
#include "net/time_source.hpp"

namespace pint::testkit {

class ManualTime : public net::TimeSource {
 public:
  // Any thread.
  Time now() override { return Time{Duration{now_.load()}}; }
  Time wire(Time) override { return system_.now(); }
  Duration until(Time due) override { return due <= now() ? Duration::zero() : Duration::max(); }

  // Only whose thread the loop is on, between two turns.
  void set(Time now) {
    PINT_ASSERT(now >= this->now());
    now_ = now.time_since_epoch().count();
  }

 private:
  net::SystemTime system_;
  std::atomic<Duration::rep> now_ = Duration{std::chrono::hours{24}}.count();  // any but the Timeline's zero
};

}  // namespace pint::testkit
