// One MQTT packet as one line for people, as --verbose packets logs it:
//
//   <- sensor PUBLISH a/b q1 d0 r0 id 7 (13 bytes) "21.5"
//   -> sensor PUBACK id 7 0x00 (4 bytes)
#pragma once

#include <string>

#include <pint/event.hpp>

namespace pint::app {

// Contains no control characters whatever the client sent. Long texts are cut.
[[nodiscard]] std::string packet_line(const PacketSeen& packet);

}  // namespace pint::app
