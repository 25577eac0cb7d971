// Numbers as people write them in settings: counts, sizes ("64MiB") and durations ("500ms"), both ways.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pint::settings {

enum class NumberKind : std::uint8_t {
  count,
  bytes,         // a bare number is bytes; B kB KiB MB MiB GB GiB in any case
  seconds,       // a bare number is seconds; ms s min h d; must come to whole seconds; the value is seconds
  milliseconds,  // the same with fractions of a second in ms; the value is milliseconds
};

struct NumberRange {
  NumberKind kind = NumberKind::count;
  std::uint64_t minimum = 0;
  std::uint64_t maximum = 0;
};

// Either the value in the kind's unit, within the range, or what is wrong and the mend, in words that follow
// the quoted text: "is out of range; give 1 to 65535".
struct ParsedNumber {
  std::optional<std::uint64_t> value;
  std::string problem;
};
[[nodiscard]] ParsedNumber parse_number(std::string_view text, const NumberRange& range);

// The shortest exact text that parse_number takes: "65535", "64MiB", "10s", "500ms".
[[nodiscard]] std::string format_number(std::uint64_t value, NumberKind kind);

}  // namespace pint::settings
