// Names with "*" and "?".
#include "base/glob.hpp"

#include <gtest/gtest.h>

namespace pint {
namespace {

struct Row {
  std::string_view pattern;
  std::string_view name;
  bool matches;
};

constexpr Row kRows[] = {
    {"", "", true},
    {"", "a", false},
    {"a", "a", true},
    {"a", "A", false},
    {"a", "ab", false},
    {"*", "", true},
    {"*", "any-thing", true},
    {"dev-*", "dev-", true},
    {"dev-*", "dev", false},
    {"*-1", "dev-1-1", true},  // the last place, not the first
    {"*-1", "dev-1-2", false},
    {"a*b*c", "a-b-b-c", true},
    {"a*b*c", "a-c-b", false},
    {"a**", "a", true},
    {"?", "", false},
    {"?", "x", true},
    {"?", "xy", false},
    {"dev-?", "dev-\u00e9", true},  // one character of two bytes
    {"dev-??", "dev-\u00e9", false},
    {"?\u20ac?", "\u20ac\u20ac\u20ac", true},
    {"*?-x", "a\U0001f37a-x", true},
    {"*??", "\U0001f37a", false},  // "*" never takes a part of a character
};

TEST(Glob, MatchesByCharacters) {
  for (const Row& row : kRows) {
    EXPECT_EQ(glob_matches(row.pattern, row.name), row.matches) << row.pattern << " against " << row.name;
  }
}

}  // namespace
}  // namespace pint
