// Timed: somebody besides the engine who has something to do when broker time has come so far.
#pragma once

#include <optional>

#include "base/time.hpp"

namespace pint::net {

class Timed {
 public:
  virtual ~Timed() = default;
  // A deadline that is not after `now` when tick() returns is gone, or is served in the next turn.
  [[nodiscard]] virtual std::optional<Time> next_deadline() const = 0;
  // Called in each turn that has deadlines, due or not, before the news of the turn are told. It may tell the
  // engine something.
  virtual void tick(Time now) = 0;
};

}  // namespace pint::net
