// PacketType: the fifteen MQTT control packets, by their numbers on the wire.
#pragma once

#include <cstdint>
#include <string_view>

namespace pint {

enum class PacketType : std::uint8_t {
  connect = 1, connack, publish, puback, pubrec, pubrel, pubcomp, subscribe, suback, unsubscribe, unsuback,
  pingreq, pingresp, disconnect, auth,
};

// The standard's name: "PUBLISH".
[[nodiscard]] std::string_view name_of(PacketType type);

}  // namespace pint
