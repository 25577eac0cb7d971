// HashIndex: by hand where the table wraps around, and at random against std::unordered_map, with hashes good
// and bad.
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/random.hpp"

namespace pint::test {
namespace {

constexpr std::uint32_t kNone = HashIndex::kNone;

bool holds(const HashIndex& index, std::uint64_t hash, std::uint32_t value) {
  return index.find(hash, [&](std::uint32_t candidate) { return candidate == value; }) == value;
}

TEST(HashIndex, AsksItsOwnerWhichValueIsMeant) {
  HashIndex index;
  index.insert(42, 1);
  index.insert(42, 2);
  EXPECT_TRUE(holds(index, 42, 1));
  EXPECT_TRUE(holds(index, 42, 2));
  EXPECT_FALSE(holds(index, 42, 3));
}

TEST(HashIndex, DoesNotAskAboutOtherHashesInTheSamePlace) {
  constexpr std::uint64_t kSamePlace = std::uint64_t{1} << 40;  // the low bits are those of 0
  HashIndex index;
  index.insert(0, 1);
  EXPECT_EQ(index.find(kSamePlace, [](std::uint32_t) { return true; }), kNone);
}

// A table of eight: 1, 2 and 3 want the last slot, 4 wants the first, so that all but 1 stand behind the
// edge.
TEST(HashIndex, MovesFollowersBackAcrossTheEdge) {
  constexpr std::uint64_t kLast = 7, kFirst = 0;
  for (std::uint32_t gone = 1; gone <= 3; ++gone) {
    HashIndex index;
    for (std::uint32_t value = 1; value <= 3; ++value) index.insert(kLast, value);
    index.insert(kFirst, 4);
    index.erase(kLast, gone);
    EXPECT_FALSE(holds(index, kLast, gone));
    for (std::uint32_t value = 1; value <= 3; ++value) EXPECT_EQ(holds(index, kLast, value), value != gone);
    EXPECT_TRUE(holds(index, kFirst, 4));
  }
}

TEST(HashIndex, LeavesAnEntryAtHomeWhenItsNeighbourGoes) {
  HashIndex index;
  index.insert(0, 1);
  index.insert(1, 2);
  index.erase(0, 1);
  EXPECT_TRUE(holds(index, 1, 2));
  EXPECT_FALSE(holds(index, 0, 1));
}

// What comes and goes at the edge of a size must not have the table rebuilt each time: between two sizes an
// eighth of it has to.
TEST(HashIndex, ShrinksWithItsContent) {
  constexpr std::uint32_t kMany = 100'000;
  HashIndex index;
  for (std::uint32_t value = 0; value < kMany; ++value) index.insert(value * 0x9E3779B9u, value);
  const std::size_t most = index.bytes();
  std::size_t sizes = 0;
  for (std::uint32_t value = 0; value + 1 < kMany; ++value) {
    const std::size_t before = index.bytes();
    index.erase(value * 0x9E3779B9u, value);
    if (index.bytes() == before) continue;
    ++sizes;
    const std::size_t smaller = index.bytes();
    index.insert(value * 0x9E3779B9u, value);
    EXPECT_EQ(index.bytes(), smaller) << "it grew again at once";
    index.erase(value * 0x9E3779B9u, value);
    EXPECT_EQ(index.bytes(), smaller) << "it shrank again at once";
  }
  EXPECT_EQ(sizes, 12u);  // from 2^18 slots to 64
  EXPECT_EQ(index.bytes(), most >> sizes);
  EXPECT_TRUE(holds(index, (kMany - 1) * 0x9E3779B9u, kMany - 1));
}

struct Hashing {
  const char* name;
  std::uint64_t (*hash)(std::uint32_t key);
};
void PrintTo(const Hashing& hashing, std::ostream* out) { *out << hashing.name; }

std::uint64_t spread(std::uint32_t key) {
  return hash_text({reinterpret_cast<const char*>(&key), sizeof key});
}
std::uint64_t same_for_all(std::uint32_t) { return 0xFFFFFFFFFFFFFFFF; }
std::uint64_t all_at_the_edge(std::uint32_t key) {
  return std::uint64_t{key} << 32 | (0xFFFFFFF8u + key % 16);
}
std::uint64_t few(std::uint32_t key) { return key % 5; }

// Keys are numbers; the value of a key is where it stands in `keys`, as owners of the index do it.
class HashIndexAtRandom : public ::testing::TestWithParam<Hashing> {
 protected:
  static constexpr std::uint32_t kKeys = 300;

  // In tides, so that the table grows and shrinks.
  void step() {
    const bool rising = steps_++ / 600 % 2 == 0;
    const auto key = static_cast<std::uint32_t>(random_.below(kKeys));
    const std::uint64_t hash = GetParam().hash(key);
    const auto there = values_.find(key);
    if (there == values_.end()) {
      if (!rising && random_.below(8) != 0) return;
      const auto value = static_cast<std::uint32_t>(keys_.size());
      keys_.push_back(key);
      index_.insert(hash, value);
      values_.emplace(key, value);
    } else if (random_.below(4) == 0) {
      const auto value = static_cast<std::uint32_t>(keys_.size());
      keys_.push_back(key);
      index_.replace(hash, there->second, value);
      there->second = value;
    } else {
      index_.erase(hash, there->second);
      values_.erase(there);
    }
  }

  [[nodiscard]] std::uint32_t find(std::uint32_t key) const {
    return index_.find(GetParam().hash(key), [&](std::uint32_t value) { return keys_[value] == key; });
  }

  void check() const {
    ASSERT_EQ(index_.size(), values_.size());
    ASSERT_LE(index_.bytes(), 8 * std::max<std::size_t>(64, 8 * values_.size()));
    for (std::uint32_t key = 0; key < kKeys; ++key) {
      const auto there = values_.find(key);
      ASSERT_EQ(find(key), there == values_.end() ? kNone : there->second) << "key " << key;
    }
  }

 private:
  Random random_{20260701};
  int steps_ = 0;
  HashIndex index_;
  std::vector<std::uint32_t> keys_;  // by value
  std::unordered_map<std::uint32_t, std::uint32_t> values_;
};

TEST_P(HashIndexAtRandom, AgreesWithAMap) {
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 25; ++i) step();
    check();
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Hashes, HashIndexAtRandom,
                         ::testing::Values(Hashing{"spread", spread}, Hashing{"same_for_all", same_for_all},
                                           Hashing{"all_at_the_edge", all_at_the_edge}, Hashing{"few", few}),
                         [](const auto& suite) { return suite.param.name; });

}  // namespace
}  // namespace pint::test
