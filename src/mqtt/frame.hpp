// Frames: where one packet ends and the next begins. Knows the fixed header and nothing else.
//
//   byte 1: type << 4 | flags     bytes 2..5: Remaining Length (varint)     then that many bytes: the body
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "mqtt/packet.hpp"

namespace pint::mqtt {

constexpr std::uint32_t kMaxVarint = 268'435'455;
constexpr std::size_t kMaxPacketBytes = std::size_t{kMaxVarint} + 5;

// Of the first byte of a PUBLISH: all but DUP and RETAIN.
constexpr std::uint8_t kTypeAndQos = 0xF6;
[[nodiscard]] constexpr bool is_qos_0_publish(std::uint8_t first_byte) {
  return (first_byte & kTypeAndQos) == static_cast<unsigned>(PacketType::publish) << 4;
}

// One whole packet: `bytes` is all of it, `body` what follows the fixed header.
struct Frame {
  std::uint8_t first_byte = 0;
  ByteView body;
  ByteView bytes;
  [[nodiscard]] PacketType type() const { return static_cast<PacketType>(first_byte >> 4); }
  [[nodiscard]] std::uint8_t flags() const { return first_byte & 0x0F; }
};

// The frame at the front of `bytes`; nothing if more bytes are needed; 0x81 if there can be none: type 0, a
// Remaining Length of five bytes or not in its shortest form [MQTT-1.5.5-1]; 0x95 if it announces more than
// `maximum_bytes` in all (told as soon as the length is known, so that nobody waits for bytes that are not
// wanted).
[[nodiscard]] Result<std::optional<Frame>> next_frame(ByteView bytes, std::size_t maximum_bytes);

// Where the body of a packet begins, which is framed already: behind the bytes of its Remaining Length. Of
// what is no packet, some place within it or at its end.
[[nodiscard]] inline std::size_t body_at(ByteView packet) {
  std::size_t at = 1;
  while (at < packet.size() && at < 4 && (packet[at] & 0x80) != 0) ++at;
  return std::min(at + 1, packet.size());
}

// How long the packet at the front will be, fixed header included; 0 while its length is not yet known.
[[nodiscard]] std::size_t announced_size(ByteView bytes);

[[nodiscard]] constexpr std::size_t varint_size(std::uint32_t value) {
  return value < 128 ? 1 : value < 16'384 ? 2 : value < 2'097'152 ? 3 : 4;
}
// Precondition of both: value <= kMaxVarint.
void write_varint(Bytes& out, std::uint32_t value);
// Same into raw memory with room for 4; returns the bytes written.
std::size_t put_varint(std::uint8_t* out, std::uint32_t value);
// 0x81 if too long, cut short, or not shortest.
[[nodiscard]] Result<std::uint32_t> read_varint(Reader& reader);

}  // namespace pint::mqtt
