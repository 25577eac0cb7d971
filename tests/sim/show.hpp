// Packets as one line each, for --show.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "mqtt/packet.hpp"

namespace pint::sim {

[[nodiscard]] std::string show(ByteView packet, ProtocolVersion version);

}  // namespace pint::sim
