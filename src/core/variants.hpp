// Variants: the encoded forms of one message while it fans out. Receivers that want it alike share one
// encoding; it is made when the first of them comes, unless the packet that brought the message is that form
// already. Kept by the engine from message to message for its memory.
//
//   (version 3.x or 5) x (QoS 0..2) x (retain)  ->  bytes of the packet, or in arena_
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

// The PUBLISH that brings a message, if nothing was taken from it or added: what receivers of its version and
// QoS get, but for its first byte and its Packet Identifier. Otherwise no bytes.
struct PacketAsItCame {
  ByteView bytes = {};
  ProtocolVersion version = {};
};

class Variants {
 public:
  struct Variant {
    std::uint64_t number = 0;        // of its own among all there ever were; 0: none
    std::uint32_t offset = 0;        // of its bytes
    std::uint32_t size = 0;          // of the head, and of the payload too if the packet is small
    std::uint32_t packet_bytes = 0;  // of the whole packet
    std::uint32_t packet_id_at = 0;  // where in its bytes; 0: none
    std::uint8_t first = 0;          // the first byte, in place of the one in its bytes
    bool whole = false;              // its bytes are the whole packet
    bool as_it_came = false;         // they are those of the packet that brought the message
  };

  // A new message begins; both must last until the last get(). What get() gave before is stale.
  void begin(const MessageView& message, const PacketAsItCame& packet) {
    ++begun_;
    message_ = &message;
    packet_ = &packet;
    arena_.clear();
  }
  // The form without anything that differs per receiver. Valid until begin(). No bytes if the message would
  // be larger than any packet: from 3.x to 5.0 it grows.
  [[nodiscard]] const Variant& get(ProtocolVersion version, QoS qos, bool retain) {
    const unsigned place =
        (version == ProtocolVersion::v5 ? 6u : 0u) + static_cast<unsigned>(qos) * 2 + (retain ? 1u : 0u);
    Variant& variant = places_[place];
    const std::uint64_t number = begun_ << 4 | place;
    if (variant.number != number) make(variant, number, version, qos, retain);
    return variant;
  }
  // Valid until the next get() or begin().
  [[nodiscard]] ByteView bytes(const Variant& variant) const {
    const std::uint8_t* start = variant.as_it_came ? packet_->bytes.data() : arena_.data();
    return {start + variant.offset, variant.size};
  }

 private:
  void make(Variant& variant, std::uint64_t number, ProtocolVersion version, QoS qos, bool retain);
  // Precondition: the packet is not too large.
  void take_packet(Variant& variant) const;
  void encode(Variant& variant, const mqtt::Publish& publish, ProtocolVersion version);

  std::uint64_t begun_ = 0;
  const MessageView* message_ = nullptr;
  const PacketAsItCame* packet_ = nullptr;
  Bytes arena_;
  std::array<Variant, 12> places_{};
};

}  // namespace pint::core
