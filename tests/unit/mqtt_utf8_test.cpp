// UTF-8 as MQTT wants it: every class of ill-formed bytes, at every position of the eight-byte fast path.
#include "mqtt/utf8.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace pint::mqtt {
namespace {

using namespace std::string_literals;

struct Text {
  const char* name;
  std::string bytes;
};

const Text kWellFormed[] = {
    {"nothing", ""},
    {"ASCII", "sensors/7/temperature"},
    {"control characters", "\x01\x1F\x7F"},
    {"U+0080, the first of two bytes", "\xC2\x80"},
    {"U+07FF, the last of two bytes", "\xDF\xBF"},
    {"U+0800, the first of three bytes", "\xE0\xA0\x80"},
    {"U+D7FF, before the surrogates", "\xED\x9F\xBF"},
    {"U+E000, behind the surrogates", "\xEE\x80\x80"},
    {"U+FEFF, kept like any other", "\xEF\xBB\xBF"},  // [MQTT-1.5.4-3] [MQTT3-1.5.3-3]
    {"U+FFFF, the last of three bytes", "\xEF\xBF\xBF"},
    {"U+10000, the first of four bytes", "\xF0\x90\x80\x80"},
    {"U+10FFFF, the last", "\xF4\x8F\xBF\xBF"},
    {"U+2A6D4, the standard's example", "A\xF0\xAA\x9B\x94"},
};

const Text kIllFormed[] = {
    {"U+0000", "\0"s},                     // [MQTT-1.5.4-2] [MQTT3-1.5.3-2]
    {"a lone continuation byte", "\x80"},  // from here on: [MQTT-1.5.4-1] [MQTT3-1.5.3-1]
    {"the last continuation byte", "\xBF"},
    {"C0, overlong U+0000", "\xC0\x80"},
    {"C1, overlong", "\xC1\xBF"},
    {"E0 80, overlong", "\xE0\x80\x80"},
    {"E0 9F, overlong", "\xE0\x9F\xBF"},
    {"F0 80, overlong", "\xF0\x80\x80\x80"},
    {"F0 8F, overlong", "\xF0\x8F\xBF\xBF"},
    {"U+D800, a surrogate", "\xED\xA0\x80"},
    {"U+DFFF, a surrogate", "\xED\xBF\xBF"},
    {"a pair of surrogates", "\xED\xA0\x80\xED\xB0\x80"},
    {"U+110000, past the last", "\xF4\x90\x80\x80"},
    {"F5", "\xF5\x80\x80\x80"},
    {"FE", "\xFE"},
    {"FF", "\xFF"},
    {"two bytes cut short", "\xC3"},
    {"three bytes cut short after one", "\xE2"},
    {"three bytes cut short after two", "\xE2\x82"},
    {"four bytes cut short after three", "\xF0\x9F\x8D"},
    {"two bytes ended by ASCII", "\xC3("},
    {"three bytes ended by ASCII", "\xE2\x82("},
    {"four bytes ended by ASCII", "\xF0\x9F\x8D("},
    {"three bytes ended by a lead byte", "\xE2\xC3\xA9"},
};

// In a block of exactly its size, so that a sanitizer sees reading beyond the end.
bool judge(const std::string& text) {
  const auto block = std::make_unique<char[]>(text.size());
  text.copy(block.get(), text.size());
  return is_utf8_text({block.get(), text.size()});
}

TEST(Utf8, AcceptsWhatIsWellFormedWhereverItStands) {
  for (const Text& text : kWellFormed) {
    for (std::size_t before = 0; before < 10; ++before) {
      const std::string padded = std::string(before, 'x') + text.bytes;
      EXPECT_TRUE(judge(padded)) << text.name << " behind " << before;
      EXPECT_TRUE(judge(padded + "0123456789")) << text.name << " between " << before << " and 10";
    }
  }
}

TEST(Utf8, RefusesWhatIsIllFormedWhereverItStands) {
  for (const Text& text : kIllFormed) {
    for (std::size_t before = 0; before < 10; ++before) {
      const std::string padded = std::string(before, 'x') + text.bytes;
      EXPECT_FALSE(judge(padded)) << text.name << " behind " << before;
      EXPECT_FALSE(judge(padded + "0123456789")) << text.name << " between " << before << " and 10";
    }
  }
}

// The whole of Unicode, encoded by the definition.
std::string encoded(std::uint32_t code_point) {
  const auto last = [&](int shift) { return static_cast<char>(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  if (code_point < 0x800) return {static_cast<char>(0xC0 | code_point >> 6), last(0)};
  if (code_point < 0x10000) return {static_cast<char>(0xE0 | code_point >> 12), last(6), last(0)};
  return {static_cast<char>(0xF0 | code_point >> 18), last(12), last(6), last(0)};
}

TEST(Utf8, KnowsEveryCodePoint) {
  for (std::uint32_t code_point = 0; code_point < 0x120000; ++code_point) {
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    const bool legal = code_point != 0 && !surrogate && code_point <= 0x10FFFF;
    ASSERT_EQ(is_utf8_text(encoded(code_point)), legal) << std::hex << code_point;
  }
}

TEST(Utf8, KnowsEveryPairOfBytesInsideAscii) {
  for (int first = 0; first < 0x100; ++first) {
    for (int second = 0; second < 0x100; ++second) {
      std::string text = "abcdefgh";
      text[3] = static_cast<char>(first);
      text[4] = static_cast<char>(second);
      const bool ascii = first > 0 && first < 0x80 && second > 0 && second < 0x80;
      const bool two_bytes = first >= 0xC2 && first <= 0xDF && second >= 0x80 && second <= 0xBF;
      ASSERT_EQ(is_utf8_text(text), ascii || two_bytes) << first << ' ' << second;
    }
  }
}

}  // namespace
}  // namespace pint::mqtt
