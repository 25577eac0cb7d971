// Stamp: what our payloads begin with, so that a receiver knows which message it has and when it was sent. It
// is read by the process that wrote it, and so has the machine's byte order.
//
//   0: number of the message (8 bytes) | 8: when it was sent, or was to be sent, in ns (8) | 16: fill
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"

namespace pint::bench {

struct Stamp {
  std::uint64_t sequence = 0;
  std::uint64_t sent_ns = 0;
};

constexpr std::size_t kStampBytes = sizeof(Stamp);

inline void write_stamp(std::uint8_t* payload, const Stamp& stamp) {
  std::memcpy(payload, &stamp, kStampBytes);
}

// Precondition: at least kStampBytes.
inline Stamp read_stamp(ByteView payload) {
  Stamp stamp;
  std::memcpy(&stamp, payload.data(), kStampBytes);
  return stamp;
}

// A payload of this size whose stamp is to be written.
inline Bytes unstamped_payload(std::size_t size) {
  Bytes payload(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::uint8_t>('a' + i % 26);
  return payload;
}

// Whether a payload is as it was sent, but for its stamp.
inline bool is_whole(ByteView payload, ByteView sent) {
  const std::size_t stamped = sent.size() < kStampBytes ? 0 : kStampBytes;
  return payload.size() == sent.size() && same(payload.subspan(stamped), sent.subspan(stamped));
}

}  // namespace pint::bench
