// Time without a clock: points on a line that begins at an arbitrary zero. There is no now(): whoever needs
// the time is told it. The host decides what drives it (a steady clock, a test, a simulator).
#pragma once

#include <chrono>

namespace pint {

using Duration = std::chrono::nanoseconds;

// Names the line that Time lies on; deliberately without now(), so that it is no Clock.
struct Timeline {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  static constexpr bool is_steady = true;
};

using Time = std::chrono::time_point<Timeline, Duration>;

constexpr Time kNever = Time::max();

}  // namespace pint
