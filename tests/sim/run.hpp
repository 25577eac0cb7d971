// A run: one schedule carried out in a fresh world, and what became of it.
#pragma once

#include <cstdint>
#include <string>

#include "sim/schedule.hpp"
#include "sim/setup.hpp"

namespace pint::sim {

struct Outcome {
  std::string violation;     // empty: all is well
  std::uint64_t inputs = 0;  // of the engine
  std::uint64_t trace = 0;
  [[nodiscard]] bool failed() const { return !violation.empty(); }
};

[[nodiscard]] Outcome run(const Setup& setup, const Schedule& schedule);

}  // namespace pint::sim
