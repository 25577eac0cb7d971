// Receiving: from bytes in any portions to whole frames. What is not yet whole is kept in
// Connection::partial.
#pragma once

#include "core/state.hpp"

namespace pint::core {

// Bytes arrived. Handles every whole packet in them until the connection ends.
void receive_bytes(State& state, Connection& connection, ByteView bytes);

}  // namespace pint::core
