// Violation: the engine did what it must not, or left undone what it must. Ends the run of the seed.
#pragma once

#include <stdexcept>
#include <string>

namespace pint::sim {

class Violation : public std::runtime_error {
 public:
  explicit Violation(const std::string& what) : std::runtime_error(what) {}
};

inline void require(bool holds, const char* what) {
  if (!holds) throw Violation(what);
}

}  // namespace pint::sim
