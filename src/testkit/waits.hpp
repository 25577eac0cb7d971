// How long a client waited before each attempt to come back, in order, and what that tells. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"

namespace pint::testkit {

using Waits = std::vector<Duration>;

// The last is half as long again as the first, or more. Precondition: not empty.
[[nodiscard]] bool back_off(const Waits& waits);
// Each is twice the one before, or, where the longest is reached, the same; to a fiftieth. A fleet of clients
// that wait so comes back all at once.
[[nodiscard]] bool lack_jitter(const Waits& waits);
// "1.000 s, 2.010 s".
[[nodiscard]] std::string text_of(const Waits& waits);

}  // namespace pint::testkit
