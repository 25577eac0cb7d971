// TimeSource: where a loop gets `now` from. The loop reads it at the start of a turn and before it ticks the
// engine; nothing else in the broker asks what time it is.
#pragma once

#include <chrono>

#include "base/time.hpp"

namespace pint::net {

class TimeSource {
 public:
  virtual ~TimeSource() = default;
  virtual Time now() = 0;  // never goes back
};

// The machine's steady clock.
class SystemTime : public TimeSource {
 public:
  Time now() override {
    return Time{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
  }
};

}  // namespace pint::net
