// Eight bytes of text looked at in one word: the questions the hot path asks of every topic. A byte v is zero
// exactly where (v - 0x01) & ~v has its high bit; a borrow may mark the byte behind a zero one too, so the
// tests tell whether there is such a byte, not where.
#pragma once

#include <cstdint>
#include <cstring>

namespace pint::mqtt {

constexpr std::uint64_t in_every_byte(std::uint8_t value) { return value * 0x0101010101010101u; }

inline std::uint64_t eight_bytes(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Whether all are ASCII without NUL: 0x01..0x7F.
constexpr bool are_plain_ascii(std::uint64_t word) {
  return (((word - in_every_byte(0x01)) | word) & in_every_byte(0x80)) == 0;
}

// Whether one is + (0x2B) or # (0x23), which differ in one bit.
constexpr bool have_wildcard(std::uint64_t word) {
  const std::uint64_t zero_at_wildcard = (word | in_every_byte(0x08)) ^ in_every_byte(0x2B);
  return ((zero_at_wildcard - in_every_byte(0x01)) & ~zero_at_wildcard & in_every_byte(0x80)) != 0;
}

}  // namespace pint::mqtt
