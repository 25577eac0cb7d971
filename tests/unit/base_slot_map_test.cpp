// SlotMap: ids go stale with their object, objects never move.
#include "base/slot_map.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pint {
namespace {

// Neither copied nor moved: a SlotMap must not need either.
struct Pinned {
  explicit Pinned(std::string text) : name(std::move(text)) {}
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;
  std::string name;
};
using Map = SlotMap<Pinned>;

TEST(SlotMap, FindsWhatWasPutIn) {
  Map map;
  const Map::Key key = map.emplace("a");
  EXPECT_TRUE(bool{key});
  EXPECT_EQ(map.at(key).name, "a");
  EXPECT_EQ(map.size(), 1u);
}

TEST(SlotMap, FindsNothingUnderNoId) {
  Map map;
  EXPECT_EQ(map.find(Map::Key{}), nullptr);
  map.emplace("a");
  EXPECT_EQ(map.find(Map::Key{}), nullptr);
  EXPECT_EQ(map.find(Map::Key{.index = 1'000'000, .generation = 1}), nullptr);
}

TEST(SlotMap, LetsIdsGoStale) {
  Map map;
  const Map::Key old = map.emplace("old");
  map.erase(old);
  const Map::Key young = map.emplace("young");
  EXPECT_EQ(young.index, old.index);  // last freed, used first
  EXPECT_NE(young, old);
  EXPECT_EQ(map.find(old), nullptr);
  EXPECT_EQ(map.at(young).name, "young");
}

TEST(SlotMap, NeverMovesItsObjects) {
  Map map;
  const Map::Key first = map.emplace("first");
  const Pinned* address = map.find(first);
  for (int i = 0; i < 1000; ++i) map.emplace("another");
  EXPECT_EQ(map.find(first), address);
}

TEST(SlotMap, DestroysOnErase) {
  struct Counted {
    explicit Counted(int& count) : alive(count) { ++alive; }
    ~Counted() { --alive; }
    int& alive;
  };
  int alive = 0;
  SlotMap<Counted> map;
  const auto key = map.emplace(alive);
  EXPECT_EQ(alive, 1);
  map.erase(key);
  EXPECT_EQ(alive, 0);
}

TEST(SlotMap, VisitsInOrderOfIndex) {
  Map map;
  const Map::Key a = map.emplace("a");
  map.emplace("b");
  map.emplace("c");
  map.erase(a);
  map.emplace("d");  // in a's place
  std::string visited;
  map.for_each([&](Map::Key, Pinned& object) { visited += object.name; });
  EXPECT_EQ(visited, "dbc");
}

TEST(SlotMap, LetsTheVisitorEraseWhatItIsGiven) {
  Map map;
  for (const char* name : {"a", "b", "c"}) map.emplace(name);
  map.for_each([&](Map::Key key, Pinned& object) {
    if (object.name != "b") map.erase(key);
  });
  EXPECT_EQ(map.size(), 1u);
}

TEST(SlotMapDeathTest, EndsTheProcessWhenAStaleIdIsErased) {
  Map map;
  const Map::Key key = map.emplace("a");
  map.erase(key);
  EXPECT_DEATH(map.erase(key), "broken invariant");
}

}  // namespace
}  // namespace pint
