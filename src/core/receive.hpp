// Receiving: from bytes in any portions to whole frames. What is not yet whole is kept in
// Connection::partial, and so is everything that comes while the client is held (hold.hpp).
#pragma once

#include "core/state.hpp"

namespace pint::core {

// Bytes arrived. Handles every whole packet in them until the connection ends or is held.
void receive_bytes(State& state, Connection& connection, ByteView bytes);

// The same with what was kept.
void handle_kept(State& state, Connection& connection);

}  // namespace pint::core
