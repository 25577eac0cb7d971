// How the engine carries out what an Interceptor wants.
#pragma once

#include "core/interceptor.hpp"
#include "core/state.hpp"

namespace pint::core {

// Ask about a packet; true: it was taken, and everything the interceptor wanted instead has been done or
// noted. Precondition: there is an interceptor.
// `alias_topic`: see PassingPacket; of received packets it is found out here.
[[nodiscard]] bool intercepted(State& state, Connection& connection, Direction direction, ByteView packet,
                               std::string_view alias_topic = {});

// Whether the interceptor wants the connection ended: nothing passes it any more, either way.
[[nodiscard]] inline bool end_is_noted(const State& state, const Connection& connection) {
  return state.seams.interceptor != nullptr && connection.end_noted;
}

// Carry out what the interceptor gives back.
void carry_out(State& state, std::vector<Return> returns);

// Connections the interceptor wants ended. Not in the middle of a fan-out, so noted there and done here, at
// the end of each of the engine's inputs.
void end_noted(State& state);

}  // namespace pint::core
