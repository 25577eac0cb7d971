// Ring: first in, first out, through growth and around the end of its block.
#include "base/ring.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "base/random.hpp"

namespace pint {
namespace {

TEST(Ring, GivesBackInOrder) {
  Ring<int> ring;
  for (int i = 0; i < 100; ++i) ring.push_back(i);
  EXPECT_EQ(ring.size(), 100u);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(ring.front(), i);
    ring.pop_front();
  }
  EXPECT_TRUE(ring.empty());
}

TEST(Ring, GoesAroundTheEndOfItsBlock) {
  Ring<int> ring;
  for (int i = 0; i < 3; ++i) ring.push_back(i);
  for (int i = 3; i < 50; ++i) {  // never more than four: the block of four is gone around a dozen times
    ring.push_back(i);
    EXPECT_EQ(ring.front(), i - 3);
    EXPECT_EQ(ring.back(), i);
    ring.pop_front();
  }
}

TEST(Ring, GrowsFromTheMiddleOfItsBlock) {
  Ring<int> ring;
  for (int i = 0; i < 4; ++i) ring.push_back(i);
  ring.pop_front();
  ring.pop_front();
  for (int i = 4; i < 9; ++i) ring.push_back(i);
  for (std::size_t at = 0; at < ring.size(); ++at) EXPECT_EQ(ring[at], static_cast<int>(at) + 2);
}

TEST(Ring, LetsGoOfWhatIsPopped) {
  Ring<std::shared_ptr<int>> ring;
  const auto watched = std::make_shared<int>(1);
  ring.push_back(watched);
  ring.push_back(nullptr);
  ring.pop_front();
  EXPECT_EQ(watched.use_count(), 1);
}

TEST(Ring, TakesWhatCanOnlyBeMoved) {
  Ring<std::unique_ptr<int>> ring;
  for (int i = 0; i < 10; ++i) ring.push_back(std::make_unique<int>(i));
  const std::unique_ptr<int> first = std::move(ring.front());
  ring.pop_front();
  EXPECT_EQ(*first, 0);
  EXPECT_EQ(*ring.front(), 1);
}

TEST(Ring, ReturnsTheElementItPushed) {
  Ring<int> ring;
  ring.push_back(1);
  ring.push_back(2) = 5;
  EXPECT_EQ(ring.back(), 5);
}

TEST(Ring, IsUsableAfterClearAndAfterGivingBackALargeBlock) {
  Ring<int> ring;
  for (int i = 0; i < 1000; ++i) ring.push_back(i);
  while (!ring.empty()) ring.pop_front();
  ring.push_back(7);
  EXPECT_EQ(ring.front(), 7);
  ring.clear();
  EXPECT_TRUE(ring.empty());
  ring.push_back(8);
  EXPECT_EQ(ring.back(), 8);
}

TEST(Ring, DoesWhatADequeDoes) {
  Random random(1);
  Ring<std::uint64_t> ring;
  std::deque<std::uint64_t> model;
  for (int i = 0; i < 20'000; ++i) {
    const bool growing = (i / 500) % 2 == 0;  // in waves, so that it fills, empties and goes around
    if (model.empty() || random.below(3) < (growing ? 2u : 1u)) {
      model.push_back(random.next());
      ring.push_back(model.back());
    } else {
      model.pop_front();
      ring.pop_front();
    }
    ASSERT_EQ(ring.size(), model.size()) << i;
    if (model.empty()) continue;
    const std::size_t at = random.below(model.size());
    ASSERT_EQ(ring[at], model[at]) << i;
  }
}

TEST(RingDeathTest, EndsTheProcessWhenAnEmptyRingIsPopped) {
  Ring<int> ring;
  EXPECT_DEATH(ring.pop_front(), "broken invariant");
  EXPECT_DEATH((void)ring[0], "broken invariant");
}

}  // namespace
}  // namespace pint
