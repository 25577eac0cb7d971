// The fixed header, which is read for every packet: the common Remaining Length of one byte leaves the loop
// in its first round.
#include "mqtt/frame.hpp"

#include "base/assert.hpp"
#include "mqtt/refusals.hpp"

namespace pint::mqtt {
namespace {

constexpr std::size_t kMaxVarintBytes = 4;
constexpr Refusal kBadVarint = malformed("A Variable Byte Integer is longer than it may be [MQTT-1.5.5-1]");

// A varint at the front of some bytes. size 0: more bytes are needed, or it is bad.
struct Varint {
  std::uint32_t value = 0;
  std::size_t size = 0;
  bool bad = false;
};

Varint varint_at(ByteView bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kMaxVarintBytes; ++i) {
    if (i == bytes.size()) return {};
    value |= std::uint32_t{bytes[i] & 0x7Fu} << (7 * i);
    if (bytes[i] >= 0x80) continue;
    const bool shortest = i == 0 || bytes[i] != 0;
    if (!shortest) return {.bad = true};
    return {.value = value, .size = i + 1};
  }
  return {.bad = true};  // the fourth byte announces a fifth
}

}  // namespace

Result<std::optional<Frame>> next_frame(ByteView bytes, std::size_t maximum_bytes) {
  if (bytes.empty()) return std::optional<Frame>{};
  if (bytes[0] < 0x10) return malformed("Packet type 0 is forbidden [section 2.1.2]");
  const Varint length = varint_at(bytes.subspan(1));
  if (length.bad) return kBadVarint;
  if (length.size == 0) return std::optional<Frame>{};
  const std::size_t head = 1 + length.size;
  const std::size_t size = head + length.value;
  if (size > maximum_bytes) {
    return Refusal{ReasonCode::packet_too_large,
                   "The packet is larger than the Maximum Packet Size [MQTT-3.2.2-15]"};
  }
  if (size > bytes.size()) return std::optional<Frame>{};
  return std::optional<Frame>(Frame{bytes[0], bytes.subspan(head, length.value), bytes.first(size)});
}

std::size_t announced_size(ByteView bytes) {
  if (bytes.empty()) return 0;
  const Varint length = varint_at(bytes.subspan(1));
  return length.size == 0 ? 0 : 1 + length.size + length.value;
}

std::size_t put_varint(std::uint8_t* out, std::uint32_t value) {
  PINT_ASSERT(value <= kMaxVarint);
  std::size_t size = 0;
  for (; value >= 0x80; value >>= 7) out[size++] = static_cast<std::uint8_t>(value | 0x80);
  out[size++] = static_cast<std::uint8_t>(value);
  return size;
}

void write_varint(Bytes& out, std::uint32_t value) {
  std::uint8_t bytes[kMaxVarintBytes];
  const std::size_t size = put_varint(bytes, value);
  out.insert(out.end(), bytes, bytes + size);
}

Result<std::uint32_t> read_varint(Reader& reader) {
  const Varint varint = varint_at(reader.rest());
  if (varint.bad) return kBadVarint;
  if (reader.failed() || varint.size == 0) {
    return malformed("The packet ends inside a Variable Byte Integer [section 1.5.5]");
  }
  (void)reader.take(varint.size);
  return varint.value;
}

}  // namespace pint::mqtt
