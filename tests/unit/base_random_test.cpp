// Random: the same numbers on every machine.
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <array>

namespace pint {
namespace {

TEST(Random, IsSplitMix64) {
  Random random(1234567);  // the reference implementation's first outputs for this seed
  EXPECT_EQ(random.next(), 6457827717110365317u);
  EXPECT_EQ(random.next(), 3203168211198807973u);
  EXPECT_EQ(random.next(), 9817491932198370423u);
}

TEST(Random, RepeatsItselfForTheSameSeedOnly) {
  Random first(1);
  Random same(1);
  Random other(2);
  const std::uint64_t number = first.next();
  EXPECT_EQ(number, same.next());
  EXPECT_NE(number, other.next());
}

TEST(Random, StaysBelowItsBoundAndReachesAllOfIt) {
  Random random(3);
  std::array<int, 7> seen{};
  for (int i = 0; i < 1000; ++i) ++seen.at(random.below(seen.size()));
  for (const int times : seen) EXPECT_GT(times, 0);
  EXPECT_EQ(random.below(1), 0u);
}

}  // namespace
}  // namespace pint
