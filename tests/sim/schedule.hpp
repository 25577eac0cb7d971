// Schedule: what is done to the broker and when, decided before the run. Each action carries its own chance
// (salt), so that leaving some out does not change the others: that is what lets a failing schedule shrink.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "sim/setup.hpp"

namespace pint::sim {

enum class ActionKind : std::uint8_t {
  connect,  // a client opens a connection, whether it has one or not
  publish,
  subscribe,
  unsubscribe,
  ping,
  disconnect,
  cut,     // the connection breaks, at any byte of what is under way
  vanish,  // the client is gone, and the broker does not know
  crash,   // as cut, and the client forgets everything
  stop_reading,
  read_on,
  hold_answers,  // the client does not acknowledge …
  give_answers,  // … until now
  storm,         // many retained messages, or their removal
  misbehave,     // break the protocol or a limit
  application_publishes,
  rule,
  application_disconnects,
  restart,
};

struct Action {
  Time at{};
  ActionKind kind{};
  unsigned client = 0;
  std::uint64_t salt = 0;
};

using Schedule = std::vector<Action>;

[[nodiscard]] Schedule make_schedule(const Setup& setup);

}  // namespace pint::sim
