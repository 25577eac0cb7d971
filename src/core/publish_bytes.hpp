// Where things stand in the bytes of a PUBLISH, for those who need not decode it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "mqtt/frame.hpp"
#include "mqtt/packet.hpp"

namespace pint::core {

// A PUBLISH, or a packet that may be one, as bytes.
struct PublishBytes {
  static bool is(std::uint8_t first) { return first >> 4 == static_cast<unsigned>(PacketType::publish); }
  static unsigned qos_of(std::uint8_t first) { return first >> 1 & 0x03u; }

  // Where a PUBLISH above QoS 0 has its Packet Identifier; 0 for all else, and for what is cut short.
  static std::size_t packet_id_at(ByteView head) {
    if (!is(head[0]) || qos_of(head[0]) == 0) return 0;
    const std::size_t topic = mqtt::body_at(head);
    if (topic + 2 > head.size()) return 0;
    const std::size_t at = topic + 2 + u16_at(head.data() + topic);
    return at + 2 <= head.size() ? at : 0;
  }
  // Whether one of 5.0 has properties at all: most have none. False for what is cut short.
  static bool has_properties(ByteView packet) {
    const std::size_t topic = mqtt::body_at(packet);
    if (topic + 2 > packet.size()) return false;
    const std::size_t packet_id = qos_of(packet[0]) == 0 ? 0 : 2;
    const std::size_t at = topic + 2 + u16_at(packet.data() + topic) + packet_id;
    return at < packet.size() && packet[at] != 0;
  }
  static std::uint16_t u16_at(const std::uint8_t* bytes) {
    return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
  }
};

}  // namespace pint::core
