// Times: how many of something there must be.
#pragma once

#include <cstddef>
#include <limits>

namespace pint {

// How many records must match.
struct Times {
  std::size_t at_least = 1;
  std::size_t at_most = std::numeric_limits<std::size_t>::max();
};
[[nodiscard]] Times times(std::size_t count);
[[nodiscard]] Times at_least(std::size_t count);  // of 1 or more: none at all is always there
[[nodiscard]] Times at_most(std::size_t count);
[[nodiscard]] Times never();

}  // namespace pint
