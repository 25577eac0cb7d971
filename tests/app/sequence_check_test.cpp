// What is lost, duplicated and reordered, from sequences that have it in them: one row each.
#include "bench/sequence_check.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pint::bench {
namespace {

struct Case {
  const char* name;
  std::vector<std::uint64_t> arrived;
  std::uint64_t sent;
  Findings findings;
  std::uint64_t received;
};

const Case kCases[] = {
    {"as it must be", {0, 1, 2, 3}, 4, {}, 4},
    {"nothing", {}, 0, {}, 0},
    {"all lost", {}, 3, {.lost = 3}, 0},
    {"the first lost", {1, 2}, 3, {.lost = 1}, 2},
    {"the last lost", {0, 1}, 4, {.lost = 2}, 2},
    {"lost in the middle, twice", {0, 3, 4, 6}, 7, {.lost = 3}, 4},
    {"twice at once", {0, 1, 1, 2}, 3, {.duplicated = 1}, 3},
    {"twice, later", {0, 1, 2, 0}, 3, {.duplicated = 1}, 3},
    {"two in the wrong order", {0, 2, 1, 3}, 4, {.reordered = 1}, 4},
    {"late from the front of a gap", {4, 0, 1}, 5, {.lost = 2, .reordered = 2}, 3},
    {"late from the end of a gap", {4, 3, 2}, 5, {.lost = 2, .reordered = 2}, 3},
    {"late from within a gap", {4, 2}, 5, {.lost = 3, .reordered = 1}, 2},
    {"a gap that is filled", {3, 1, 0, 2}, 4, {.reordered = 3}, 4},
    {"late, and then again", {0, 2, 1, 1}, 3, {.duplicated = 1, .reordered = 1}, 3},
    {"one of two gaps is filled", {0, 2, 4, 3}, 5, {.lost = 1, .reordered = 1}, 4},
    {"lost and duplicated, which counting alone would not see",
     {0, 1, 1, 3},
     4,
     {.lost = 1, .duplicated = 1},
     3},
    {"never sent", {0, 1, 2}, 2, {.unknown = 1}, 3},
};

TEST(SequenceCheck, FindsWhatIsWrong) {
  for (const Case& row : kCases) {
    SequenceCheck check;
    for (const std::uint64_t sequence : row.arrived) check.take(sequence);
    EXPECT_EQ(check.findings(row.sent), row.findings) << row.name;
    EXPECT_EQ(check.received(), row.received) << row.name;
  }
}

}  // namespace
}  // namespace pint::bench
