// CompactText: a text that is kept and does not change. Half the size of a std::string: up to fifteen
// characters are inside it, a longer text is behind a pointer. For what there are hundreds of thousands of:
// Client Identifiers, Topic Filters and their levels.
//
//   | up to 15 characters       | size |       | pointer | size (4 bytes) | kOutside |
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/assert.hpp"

namespace pint {

class CompactText {
 public:
  CompactText() = default;
  explicit CompactText(std::string_view text) {
    PINT_ASSERT(text.size() <= 0xFFFFFFFF);
    if (text.size() <= kInside) {
      text.copy(inside_.data(), text.size());
      tag_ = static_cast<std::uint8_t>(text.size());
      return;
    }
    auto* const outside = new char[text.size()];
    text.copy(outside, text.size());
    const auto size = static_cast<std::uint32_t>(text.size());
    std::memcpy(inside_.data(), &outside, sizeof outside);
    std::memcpy(inside_.data() + sizeof outside, &size, sizeof size);
    tag_ = kOutside;
  }
  CompactText(CompactText&& other) noexcept
      : inside_(other.inside_), tag_(std::exchange(other.tag_, std::uint8_t{0})) {}
  CompactText& operator=(CompactText&& other) noexcept {
    std::swap(inside_, other.inside_);
    std::swap(tag_, other.tag_);
    return *this;
  }
  ~CompactText() {
    if (tag_ == kOutside) delete[] outside();
  }

  // Valid while this text stays where it is.
  [[nodiscard]] std::string_view view() const {
    if (tag_ != kOutside) return {inside_.data(), tag_};
    std::uint32_t size = 0;
    std::memcpy(&size, inside_.data() + sizeof(char*), sizeof size);
    return {outside(), size};
  }
  operator std::string_view() const { return view(); }

 private:
  static constexpr std::size_t kInside = 15;
  static constexpr std::uint8_t kOutside = 0xFF;

  [[nodiscard]] const char* outside() const {
    const char* text = nullptr;
    std::memcpy(&text, inside_.data(), sizeof text);
    return text;
  }

  alignas(char*) std::array<char, kInside> inside_{};
  std::uint8_t tag_ = 0;  // the size, or kOutside
};

static_assert(sizeof(CompactText) == 16);

}  // namespace pint
