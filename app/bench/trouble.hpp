// Trouble: why a benchmark cannot be done or go on, in a sentence.
#pragma once

#include <stdexcept>
#include <string>

namespace pint::bench {

struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The same with errno's words at its end.
[[nodiscard]] Trouble trouble_with(const std::string& what);

}  // namespace pint::bench
