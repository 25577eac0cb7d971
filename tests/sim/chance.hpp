// Chance: seeded choices, one word each.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>

#include "base/random.hpp"

namespace pint::sim {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  std::uint64_t next() { return random_.next(); }
  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  template <class T>
  T pick(std::initializer_list<T> choices) {
    return *std::next(choices.begin(), static_cast<std::ptrdiff_t>(random_.below(choices.size())));
  }

 private:
  Random random_;
};

}  // namespace pint::sim
