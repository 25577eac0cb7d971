// SlotMap: ids go stale with their object, objects never move.
#include "base/slot_map.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.hpp"

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

// Far more than a page, so that pages go, and the slots of those that come again are new.
TEST(SlotMap, KeepsStaleIdsStaleAfterItsMemoryHasGone) {
  Map map;
  std::set<Map::Key> given;
  for (int round = 0; round < 5; ++round) {
    std::vector<Map::Key> keys;
    for (int i = 0; i < 1'000; ++i) {
      keys.push_back(map.emplace("x"));
      EXPECT_TRUE(given.insert(keys.back()).second) << "an id was given twice";
    }
    const std::size_t bytes = map.bytes();
    for (const Map::Key key : keys) map.erase(key);
    EXPECT_LT(map.bytes(), bytes / 10);
    for (const Map::Key key : given) EXPECT_EQ(map.find(key), nullptr);
  }
}

TEST(SlotMap, NeverMovesWhoStaysWhenAllOthersGo) {
  Map map;
  std::vector<Map::Key> keys;
  for (int i = 0; i < 1'000; ++i) keys.push_back(map.emplace(std::to_string(i)));
  const Map::Key middle = keys[500], last = keys.back();
  const Pinned* const addresses[] = {map.find(middle), map.find(last)};
  for (const Map::Key key : keys) {
    if (key != middle && key != last) map.erase(key);
  }
  EXPECT_EQ(map.find(middle), addresses[0]);
  EXPECT_EQ(map.find(last), addresses[1]);
  std::string visited;
  map.for_each([&](Map::Key, Pinned& object) { visited += object.name + ' '; });
  EXPECT_EQ(visited, "500 999 ");
}

TEST(SlotMap, DoesWhatAMapDoes) {
  Random random(5);
  Map map;
  std::map<Map::Key, std::string> model;
  std::vector<Map::Key> gone;
  for (int i = 0; i < 30'000; ++i) {
    const bool rising = i / 1'500 % 2 == 0;
    if (model.empty() || random.below(10) < (rising ? 8u : 2u)) {
      const std::string name = std::to_string(i);
      ASSERT_TRUE(model.emplace(map.emplace(name), name).second) << i;
    } else {
      const Map::Key from{.index = static_cast<std::uint32_t>(random.below(1'000)), .generation = 0};
      const auto victim = model.lower_bound(from);
      gone.push_back(victim == model.end() ? model.begin()->first : victim->first);
      map.erase(gone.back());
      model.erase(gone.back());
    }
    ASSERT_EQ(map.size(), model.size());
    if (gone.empty()) continue;
    ASSERT_EQ(map.find(gone[random.below(gone.size())]), nullptr) << i;
  }
  for (const auto& [key, name] : model) ASSERT_EQ(map.at(key).name, name);
  auto expected = model.begin();  // by index, as keys are
  map.for_each([&](Map::Key key, Pinned&) { ASSERT_EQ(key, expected++->first); });
  EXPECT_EQ(expected, model.end());
}

TEST(SlotMapDeathTest, EndsTheProcessWhenAStaleIdIsErased) {
  Map map;
  const Map::Key key = map.emplace("a");
  map.erase(key);
  EXPECT_DEATH(map.erase(key), "broken invariant");
}

}  // namespace
}  // namespace pint
