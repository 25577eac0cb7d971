// The two refusals nearly every rule of the wire ends in. [section 4.13]
#pragma once

#include "base/result.hpp"

namespace pint::mqtt {

// The bytes cannot be understood: 0x81.
[[nodiscard]] constexpr Refusal malformed(const char* why) { return {ReasonCode::malformed_packet, why}; }

// The bytes can be understood, and say what may not be said: 0x82.
[[nodiscard]] constexpr Refusal protocol_error(const char* why) { return {ReasonCode::protocol_error, why}; }

}  // namespace pint::mqtt
