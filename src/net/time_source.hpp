// TimeSource: where a loop gets the time from. The loop reads it at the start of a turn and before it ticks
// the engine; nothing else in the broker asks what time it is.
//
// There are two times, which most often are one. Broker time is what Sessions, Wills and expiries go by; a
// test may own it. Wire time is what sockets and their peers go by: it passes by itself, whoever owns the
// other.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace pint::net {

class TimeSource {
 public:
  virtual ~TimeSource() = default;
  // Broker time. Never goes back.
  virtual Time now() = 0;
  // Wire time; `now` has just been read.
  virtual Time wire(Time now) { return now; }
  // How long a wait for this broker time may be; Duration::max() if waiting does not bring it about.
  virtual Duration until(Time due) { return std::max(due - now(), Duration::zero()); }
};

// The machine's steady clock.
class SystemTime : public TimeSource {
 public:
  Time now() override {
    return Time{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
  }
};

}  // namespace pint::net
