// Packets as bytes, for what no encoder would write: broken forms, and forms we want to see byte by byte.
#pragma once

#include <string>
#include <string_view>

#include <pint/message.hpp>

namespace pint::test {

using namespace std::string_literals;  // "\x00\x04MQTT"s keeps its NUL
using namespace std::string_view_literals;

// A packet with this first byte and body, its Remaining Length counted.
std::string raw_packet(int first_byte, std::string_view body);
// A string or binary field: two bytes of length, then the bytes.
std::string raw_text(std::string_view text);
// A CONNECT with the name and level of the version, no Keep Alive, and in 5.0 these properties (without their
// length).
std::string raw_connect(ProtocolVersion version, int flags, std::string_view payload,
                        std::string_view properties = {});

}  // namespace pint::test
