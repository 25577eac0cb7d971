// Packets to bytes. The caller vouches for values (sizes within the protocol's limits); in 3.x, properties
// and reasons are left out and codes mapped. Reasons 0x00 without properties take the short form that 5.0
// permits.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "mqtt/packet.hpp"

namespace pint::mqtt {

// Append the packet's bytes to `out`.
void encode(Bytes& out, const Packet& packet, ProtocolVersion version);

// The parts of a PUBLISH before its payload. Kept apart because a payload may be shared between many.
//   first byte | Remaining Length | topic | Packet Identifier (QoS > 0) | properties (5.0)
// Appends to `out`; returns where in `out` the Packet Identifier stands (0 if none), to be patched per
// receiver.
struct PublishHead {
  std::size_t packet_id_at = 0;
};
PublishHead encode_publish_head(Bytes& out, const Publish& publish, ProtocolVersion version);

// Its first byte: the type, DUP, QoS and RETAIN.
[[nodiscard]] std::uint8_t publish_first_byte(const Publish& publish);

// Size of the whole packet encode() would write for this PUBLISH. Above kMaxPacketBytes it must not be asked
// to.
[[nodiscard]] std::size_t encoded_size(const Publish& publish, ProtocolVersion version);

}  // namespace pint::mqtt
