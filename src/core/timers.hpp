// What happens when time passes: one function for each kind of deadline.
#pragma once

#include "core/state.hpp"

namespace pint::core {

// Time never goes back. The first time told is when the broker started.
void set_now(State& state, Time now);

// Everything that is due by state.now, in order.
void run_due(State& state);

// Packets the interceptor kept until now.
void run_interceptor(State& state);

// The client was silent too long: as if the network had failed, its Will is owed. [MQTT-3.1.2-22]
void keep_alive_passed(State& state, Connection& connection);

}  // namespace pint::core
