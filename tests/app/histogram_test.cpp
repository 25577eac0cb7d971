// Quantiles of known values.
#include "bench/histogram.hpp"

#include <gtest/gtest.h>

namespace pint::bench {
namespace {

TEST(Histogram, IsExactBelow128) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.add(value);
  EXPECT_EQ(histogram.quantile(0.5), 50u);
  EXPECT_EQ(histogram.quantile(0.99), 99u);
  EXPECT_EQ(histogram.quantile(1), 100u);
}

TEST(Histogram, IsRightToWithinAHundredAndTwentyEighthPartOrTwo) {
  for (std::uint64_t value = 128; value < 1'000'000'000'000; value += value / 3) {
    Histogram histogram;
    histogram.add(value);
    histogram.add(value * 2);  // so that the largest value does not give the answer away
    EXPECT_GE(histogram.quantile(0.5), value);
    EXPECT_LE(histogram.quantile(0.5), value + value / 64);
  }
}

TEST(Histogram, NeverSaysMoreThanTheLargestValue) {
  Histogram histogram;
  histogram.add(1'000'001);
  EXPECT_EQ(histogram.quantile(0.999), 1'000'001u);
  EXPECT_EQ(histogram.max(), 1'000'001u);
}

TEST(Histogram, TakesWhatIsTooLarge) {
  Histogram histogram;
  histogram.add(~std::uint64_t{0});
  EXPECT_EQ(histogram.count(), 1u);
  EXPECT_EQ(histogram.max(), ~std::uint64_t{0});
}

TEST(Histogram, OfNothingIsZero) { EXPECT_EQ(Histogram{}.quantile(0.5), 0u); }

}  // namespace
}  // namespace pint::bench
