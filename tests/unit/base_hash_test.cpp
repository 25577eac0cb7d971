// hash_text, and HashIndex where it is empty or replaces; what else it does is in
// tests/core/hash_index_test.cpp.
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pint {
namespace {

TEST(HashText, DependsOnEveryByteAndOnTheLength) {
  std::set<std::uint64_t> hashes;
  std::string text(24, 'a');
  hashes.insert(hash_text(text));
  for (char& character : text) {
    character = 'b';
    hashes.insert(hash_text(text));
  }
  for (std::size_t size = 0; size < text.size(); ++size) hashes.insert(hash_text(text.substr(0, size)));
  EXPECT_EQ(hashes.size(), 1u + 24u + 24u);
}

TEST(HashText, DependsOnTheSeed) { EXPECT_NE(hash_text("topic", 1), hash_text("topic", 2)); }

TEST(HashIndex, FindsNothingWhenEmpty) {
  const HashIndex index;
  EXPECT_EQ(index.find(1, [](std::uint32_t) { return true; }), HashIndex::kNone);
}

TEST(HashIndex, ReplacesAValueInItsPlace) {
  HashIndex index;
  index.insert(5, 1);
  index.replace(5, 1, 2);
  EXPECT_EQ(index.find(5, [](std::uint32_t value) { return value == 2; }), 2u);
  EXPECT_EQ(index.find(5, [](std::uint32_t value) { return value == 1; }), HashIndex::kNone);
}

}  // namespace
}  // namespace pint
