// What happens when time passes: one function for each kind of deadline.
#pragma once

#include "core/state.hpp"

namespace pint::core {

// Time never goes back. The first time told is when the broker started.
void set_now(State& state, Time now);

// What Keep Alive and limits.connect_timeout go by: state.now and its timers, unless the host keeps wire time
// apart.
[[nodiscard]] inline Time wire_now(const State& state) {
  return state.options.separate_wire_time ? state.wire_now : state.now;
}
[[nodiscard]] inline TimerQueue<Due>& wire_timers(State& state) {
  return state.options.separate_wire_time ? state.separate_wire_timers : state.timers;
}

// Everything that is due by state.now, in order.
void run_due(State& state);

// Packets the interceptor kept until now.
void run_interceptor(State& state);

// The client was silent too long: as if the network had failed, its Will is owed. [MQTT-3.1.2-22]
void keep_alive_passed(State& state, Connection& connection);

}  // namespace pint::core
