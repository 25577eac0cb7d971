// Which Reason Code may stand in which packet: the table of section 2.4 in the narrower form the packets' own
// sections give it. Who may send a code (DISCONNECT 0x8E only a server, AUTH 0x19 only a client) is not
// checked here.
#pragma once

#include <pint/error.hpp>

#include "mqtt/packet.hpp"

namespace pint::mqtt {

// Whether the code may stand in a 5.0 packet of this type, which must be one that has Reason Codes.
[[nodiscard]] bool is_legal_reason(ReasonCode reason, PacketType type);

}  // namespace pint::mqtt
