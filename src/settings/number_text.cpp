// Two tables of units; a number is digits and a unit.
#include "settings/number_text.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <span>

namespace pint::settings {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr Unit kNoUnits[] = {{"", 1}};
constexpr Unit kSizeUnits[] = {
    {"", 1},           {"B", 1},         {"kB", 1'000},         {"KiB", 1 << 10},
    {"MB", 1'000'000}, {"MiB", 1 << 20}, {"GB", 1'000'000'000}, {"GiB", 1 << 30},
};
constexpr Unit kMillisecondUnits[] = {
    {"", 1'000}, {"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000},
};

struct Form {
  std::span<const Unit> units;
  std::string_view not_one;  // said of what is no number of this kind
};
Form form_of(NumberKind kind) {
  switch (kind) {
    case NumberKind::count: return {kNoUnits, "is not a whole number"};
    case NumberKind::bytes: return {kSizeUnits, "is not a size such as 4096, 64KiB or 1GiB"};
    case NumberKind::seconds: return {kMillisecondUnits, "is not a duration such as 10, 10s, 5min or 2h"};
    case NumberKind::milliseconds: return {kMillisecondUnits, "is not a duration such as 10s, 500ms or 2min"};
  }
  return {};
}

bool same_but_for_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(left, right, {}, lower, lower);
}

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  const auto found =
      std::ranges::find_if(units, [&](const Unit& unit) { return same_but_for_case(unit.name, name); });
  return found == units.end() ? nullptr : &*found;
}

// `names` go from large to small; the last one always divides.
std::string in_largest_unit(std::uint64_t value, std::span<const Unit> units,
                            std::initializer_list<const char*> names) {
  for (const std::string_view name : names) {
    const std::uint64_t factor = find_unit(units, name)->factor;
    if (value % factor == 0) return std::to_string(value / factor) + std::string(name);
  }
  return std::to_string(value);
}

std::string out_of_range(const NumberRange& range) {
  return "is out of range; give " + format_number(range.minimum, range.kind) + " to " +
         format_number(range.maximum, range.kind);
}

std::string not_a_number(const NumberRange& range) {
  return std::string(form_of(range.kind).not_one) + "; give " + format_number(range.minimum, range.kind) +
         " to " + format_number(range.maximum, range.kind);
}

}  // namespace

ParsedNumber parse_number(std::string_view text, const NumberRange& range) {
  std::uint64_t digits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), digits);
  if (error == std::errc::result_out_of_range) return {{}, out_of_range(range)};
  if (error != std::errc{}) return {{}, not_a_number(range)};
  std::string_view unit_name = text.substr(static_cast<std::size_t>(end - text.data()));
  unit_name.remove_prefix(std::min(unit_name.find_first_not_of(' '), unit_name.size()));
  const Unit* unit = find_unit(form_of(range.kind).units, unit_name);
  if (unit == nullptr) return {{}, not_a_number(range)};
  std::uint64_t value = 0;
  if (__builtin_mul_overflow(digits, unit->factor, &value)) return {{}, out_of_range(range)};
  if (range.kind == NumberKind::seconds) {
    if (value % 1'000 != 0) return {{}, "is not whole seconds; give 1s or more, without a fraction"};
    value /= 1'000;
  }
  if (value < range.minimum || value > range.maximum) return {{}, out_of_range(range)};
  return {value, ""};
}

std::string format_number(std::uint64_t value, NumberKind kind) {
  if (value == 0 || kind == NumberKind::count) return std::to_string(value);
  if (kind == NumberKind::bytes) return in_largest_unit(value, kSizeUnits, {"GiB", "MiB", "KiB", ""});
  const std::uint64_t milliseconds = kind == NumberKind::seconds ? value * 1'000 : value;
  return in_largest_unit(milliseconds, kMillisecondUnits, {"d", "h", "min", "s", "ms"});
}

}  // namespace pint::settings
