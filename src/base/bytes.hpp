// Bytes as views, and the two cursors over them: Reader takes big-endian fields off the front and remembers
// that it ran out, Writer appends them. Neither owns memory; neither throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pint {

using ByteView = std::span<const std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline bool same(ByteView left, ByteView right) { return as_text(left) == as_text(right); }

// Takes fields off the front. A field that is not wholly there gives zero or nothing, and failed() from then
// on: check once, after the last field.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] ByteView rest() const { return rest_; }

  std::uint8_t u8() {
    const ByteView b = take(1);
    return b.empty() ? std::uint8_t{0} : b[0];
  }
  std::uint16_t u16() {
    const ByteView b = take(2);
    return b.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(b[0] << 8 | b[1]);
  }
  std::uint32_t u32() {
    const ByteView b = take(4);
    if (b.empty()) return 0;
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
  }
  // Two bytes of length, then that many bytes: UTF-8 strings and binary data. Contents are not checked.
  ByteView prefixed() { return take(u16()); }

  ByteView take(std::size_t size) {
    if (failed_ || size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const ByteView front = rest_.first(size);
    rest_ = rest_.subspan(size);
    return front;
  }

 private:
  ByteView rest_;
  bool failed_ = false;
};

// Appends to a vector that somebody else owns.
class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}

  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) {
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
    raw(bytes);
  }
  void u32(std::uint32_t value) {
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value >> 24),
                                  static_cast<std::uint8_t>(value >> 16),
                                  static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
    raw(bytes);
  }
  void raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  // Precondition: at most 65,535 bytes; the caller has checked what users gave.
  void prefixed(ByteView bytes) {
    u16(static_cast<std::uint16_t>(bytes.size()));
    raw(bytes);
  }
  void prefixed(std::string_view text) { prefixed(as_bytes(text)); }

 private:
  Bytes& out_;
};

}  // namespace pint
