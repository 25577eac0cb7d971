// Counts, sizes and durations: one row each.
#include "settings/number_text.hpp"

#include <gtest/gtest.h>

namespace pint::settings {
namespace {

constexpr NumberRange kCount{NumberKind::count, 1, 65'535};
constexpr NumberRange kBytes{NumberKind::bytes, 1'024, std::uint64_t{1} << 40};
constexpr NumberRange kSeconds{NumberKind::seconds, 0, 65'535};
constexpr NumberRange kMilliseconds{NumberKind::milliseconds, 1, 86'400'000};
constexpr NumberRange kAny{NumberKind::bytes, 0, ~std::uint64_t{0}};

struct GoodCase {
  const char* text;
  NumberRange range;
  std::uint64_t value;
};
constexpr GoodCase kGood[] = {
    {"1", kCount, 1},
    {"65535", kCount, 65'535},
    {"0065", kCount, 65},
    {"1024", kBytes, 1'024},
    {"64MiB", kBytes, 67'108'864},
    {"64 MiB", kBytes, 67'108'864},
    {"64mib", kBytes, 67'108'864},
    {"5MB", kBytes, 5'000'000},
    {"3kB", kBytes, 3'000},
    {"4KiB", kBytes, 4'096},
    {"4096B", kBytes, 4'096},
    {"1GiB", kBytes, 1'073'741'824},
    {"1GB", kBytes, 1'000'000'000},
    {"0", kSeconds, 0},
    {"10", kSeconds, 10},
    {"10s", kSeconds, 10},
    {"5min", kSeconds, 300},
    {"2h", kSeconds, 7'200},
    {"3000ms", kSeconds, 3},
    {"10", kMilliseconds, 10'000},
    {"500ms", kMilliseconds, 500},
    {"1d", kMilliseconds, 86'400'000},
    {"18446744073709551615", kAny, ~std::uint64_t{0}},
};

TEST(NumberText, IsReadInItsUnit) {
  for (const GoodCase& row : kGood) {
    const ParsedNumber parsed = parse_number(row.text, row.range);
    EXPECT_EQ(parsed.value, row.value) << row.text;
    EXPECT_EQ(parsed.problem, "") << row.text;
  }
}

struct BadCase {
  const char* text;
  NumberRange range;
  const char* problem;
};
constexpr BadCase kBad[] = {
    {"", kCount, "is not a whole number; give 1 to 65535"},
    {"abc", kCount, "is not a whole number; give 1 to 65535"},
    {"-1", kCount, "is not a whole number; give 1 to 65535"},
    {"+1", kCount, "is not a whole number; give 1 to 65535"},
    {"1.5", kCount, "is not a whole number; give 1 to 65535"},
    {"1s", kCount, "is not a whole number; give 1 to 65535"},
    {"0x10", kCount, "is not a whole number; give 1 to 65535"},
    {"0", kCount, "is out of range; give 1 to 65535"},
    {"65536", kCount, "is out of range; give 1 to 65535"},
    {"99999999999999999999", kCount, "is out of range; give 1 to 65535"},
    {"1", kBytes, "is out of range; give 1KiB to 1024GiB"},
    {"1.5MiB", kBytes, "is not a size such as 4096, 64KiB or 1GiB; give 1KiB to 1024GiB"},
    {"64s", kBytes, "is not a size such as 4096, 64KiB or 1GiB; give 1KiB to 1024GiB"},
    {"18446744073709551615GiB", kBytes, "is out of range; give 1KiB to 1024GiB"},
    {"500ms", kSeconds, "is not whole seconds; give 1s or more, without a fraction"},
    {"20h", kSeconds, "is out of range; give 0 to 65535s"},
    {"1 week", kSeconds, "is not a duration such as 10, 10s, 5min or 2h; give 0 to 65535s"},
    {"0", kMilliseconds, "is out of range; give 1ms to 1d"},
    {"soon", kMilliseconds, "is not a duration such as 10s, 500ms or 2min; give 1ms to 1d"},
};

TEST(NumberText, IsRefusedWithTheMend) {
  for (const BadCase& row : kBad) {
    const ParsedNumber parsed = parse_number(row.text, row.range);
    EXPECT_EQ(parsed.value, std::nullopt) << row.text;
    EXPECT_EQ(parsed.problem, row.problem) << row.text;
  }
}

struct WrittenCase {
  std::uint64_t value;
  NumberKind kind;
  const char* text;
};
constexpr WrittenCase kWritten[] = {
    {0, NumberKind::bytes, "0"},
    {1'023, NumberKind::bytes, "1023"},
    {4'096, NumberKind::bytes, "4KiB"},
    {67'108'864, NumberKind::bytes, "64MiB"},
    {268'435'460, NumberKind::bytes, "268435460"},
    {10, NumberKind::seconds, "10s"},
    {120, NumberKind::seconds, "2min"},
    {4'294'967'295, NumberKind::seconds, "4294967295s"},
    {500, NumberKind::milliseconds, "500ms"},
    {10'000, NumberKind::milliseconds, "10s"},
    {7, NumberKind::count, "7"},
};

TEST(NumberText, IsWrittenInItsLargestUnitAndReadBack) {
  for (const WrittenCase& row : kWritten) {
    EXPECT_EQ(format_number(row.value, row.kind), row.text);
    EXPECT_EQ(parse_number(row.text, {row.kind, 0, ~std::uint64_t{0}}).value, row.value) << row.text;
  }
}

}  // namespace
}  // namespace pint::settings
