// Variants: the encoded forms of one message while it fans out. Receivers that want it alike share one
// encoding; it is made when the first of them comes. Kept by the engine from message to message for its
// memory.
//
//   (version 3.x or 5) x (QoS 0..2) x (retain)  ->  bytes in arena_
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "core/stored_message.hpp"
#include "mqtt/packet.hpp"

namespace pint::core {

// Up to this size a whole packet is copied into each outbox; above, its payload is shared by reference.
constexpr std::size_t kCopiedPacketBytes = 512;

class Variants {
 public:
  struct Variant {
    ByteView bytes = {};           // the head, and the payload too if the packet is small
    std::size_t packet_id_at = 0;  // where in bytes; 0: none
    std::size_t packet_bytes = 0;  // of the whole packet
    bool whole = false;            // bytes is the whole packet
  };

  // A new message begins. What get() gave before is stale.
  void begin(const MessageView& message);
  // The form without anything that differs per receiver. Valid until the next get() or begin(). No bytes if
  // the message would be larger than any packet: from 3.x to 5.0 it grows.
  [[nodiscard]] Variant get(ProtocolVersion version, QoS qos, bool retain);

 private:
  struct Place {
    std::size_t offset = 0;
    std::size_t size = 0;  // 0: not made yet
    std::size_t packet_id_at = 0;
    std::size_t packet_bytes = 0;
    bool whole = false;
  };

  MessageView message_;
  Bytes arena_;
  std::array<Place, 12> places_{};
};

}  // namespace pint::core
