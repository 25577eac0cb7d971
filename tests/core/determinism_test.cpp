// The engine's law: the same seed and the same inputs give the same outputs, byte for byte; and no engine
// knows of another.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "random_story.hpp"

namespace pint::test {
namespace {

constexpr int kSteps = 2'000;
constexpr std::uint64_t kSeeds[] = {1, 2, 3, 4, 5, 6};

std::uint64_t trace_of(std::uint64_t seed) {
  RandomStory story(seed);
  for (int step = 0; step < kSteps; ++step) story.step();
  return story.trace();
}

TEST(Determinism, SameSeedSameBytes) {
  for (const std::uint64_t seed : kSeeds) EXPECT_EQ(trace_of(seed), trace_of(seed)) << "seed " << seed;
}

TEST(Determinism, OtherSeedOtherBytes) {  // or the test above could not fail
  std::set<std::uint64_t> traces;
  for (const std::uint64_t seed : kSeeds) traces.insert(trace_of(seed));
  EXPECT_EQ(traces.size(), std::size(kSeeds));
}

TEST(Determinism, EnginesSideBySideDoNotInfluenceEachOther) {
  RandomStory first(1), second(2), first_again(1);
  for (int step = 0; step < kSteps; ++step) {
    first.step();
    second.step();
    first_again.step();
  }
  EXPECT_EQ(first.trace(), trace_of(1));
  EXPECT_EQ(second.trace(), trace_of(2));
  EXPECT_EQ(first_again.trace(), trace_of(1));
}

// A story that hardly happens would prove little.
TEST(Determinism, StoriesAreEventful) {
  RandomStory story(1);
  for (int step = 0; step < kSteps; ++step) story.step();
  const Stats stats = story.engine().stats();
  EXPECT_GT(stats.publishes_sent, 1'000u);
  EXPECT_GT(stats.connections_accepted, 100u);
  EXPECT_GT(stats.protocol_errors, 10u);
  EXPECT_GT(stats.sessions_expired, 10u);
  EXPECT_GT(stats.retained_messages, 0u);
  EXPECT_GT(stats.dropped[static_cast<std::size_t>(DropCause::queue_full)].count, 0u);
  EXPECT_GT(stats.dropped[static_cast<std::size_t>(DropCause::expired)].count, 0u);
  EXPECT_GT(stats.dropped[static_cast<std::size_t>(DropCause::larger_than_client_accepts)].count, 0u);
}

}  // namespace
}  // namespace pint::test
