// Most strings in MQTT are plain ASCII, so eight bytes are passed at a time as long as none of them is NUL or
// above 0x7F; everything else goes sequence by sequence through the table of well-formed UTF-8 (Unicode,
// table 3-7).
#include "mqtt/utf8.hpp"

#include <cstddef>
#include <cstdint>

#include "mqtt/eight_bytes.hpp"

namespace pint::mqtt {
namespace {

// Which second bytes may follow a lead byte, and how many bytes the sequence has.
struct Sequence {
  std::size_t size;
  unsigned char second_first;
  unsigned char second_last;
};

Sequence sequence_of(unsigned char lead) {
  if (lead < 0xC2) return {0, 0, 0};  // a continuation byte, or an overlong two-byte form
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};  // below: overlong
  if (lead == 0xED) return {3, 0x80, 0x9F};  // above: U+D800..U+DFFF, surrogates [MQTT-1.5.4-1]
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};  // below: overlong
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};  // above: past U+10FFFF
  return {0, 0, 0};
}

// The size of the multi-byte sequence at the front; 0 if it is ill-formed or cut short.
std::size_t well_formed_sequence(const unsigned char* at, std::size_t left) {
  const Sequence sequence = sequence_of(at[0]);
  if (sequence.size == 0 || sequence.size > left) return 0;
  if (at[1] < sequence.second_first || at[1] > sequence.second_last) return 0;
  for (std::size_t i = 2; i < sequence.size; ++i) {
    if ((at[i] & 0xC0) != 0x80) return 0;
  }
  return sequence.size;
}

// The end of the plain ASCII that begins at `at`, to the last eight bytes; or the end of everything, if fewer
// than eight are left and they are plain together with those before them.
std::size_t behind_plain_ascii(std::string_view bytes, std::size_t at) {
  while (bytes.size() - at >= 8 && are_plain_ascii(eight_bytes(bytes.data() + at))) at += 8;
  if (bytes.size() - at >= 8 || bytes.size() < 8) return at;
  return are_plain_ascii(eight_bytes(bytes.data() + bytes.size() - 8)) ? bytes.size() : at;
}

// The size of the character at the front; 0 if it is none that MQTT allows.
std::size_t character(std::string_view bytes, std::size_t at) {
  const auto* first = reinterpret_cast<const unsigned char*>(bytes.data() + at);
  if (*first == 0) return 0;  // [MQTT-1.5.4-2]
  return *first < 0x80 ? 1 : well_formed_sequence(first, bytes.size() - at);
}

}  // namespace

bool is_utf8_text(std::string_view bytes) {
  std::size_t at = behind_plain_ascii(bytes, 0);
  while (at < bytes.size()) {
    const std::size_t size = character(bytes, at);
    if (size == 0) return false;
    at = behind_plain_ascii(bytes, at + size);
  }
  return true;
}

}  // namespace pint::mqtt
