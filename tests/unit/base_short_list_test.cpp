// ShortList: a list like another, with its first values inside and the rest in a block.
#include "base/short_list.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/random.hpp"

namespace pint {
namespace {

using List = ShortList<int, 2>;

std::vector<int> values(const List& list) { return {list.begin(), list.end()}; }

List list_of(int count) {
  List list;
  for (int i = 0; i < count; ++i) list.push_back(i);
  return list;
}

TEST(ShortList, IsEmptyAtFirst) {
  const List list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.size(), 0u);
  EXPECT_EQ(list.begin(), list.end());
}

TEST(ShortList, KeepsOrderThroughGrowth) {
  EXPECT_EQ(values(list_of(2)), (std::vector{0, 1}));
  EXPECT_EQ(values(list_of(3)), (std::vector{0, 1, 2}));
  EXPECT_EQ(values(list_of(9)), (std::vector{0, 1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(ShortList, TakesAValueOfItsOwnWhileItGrows) {
  for (const int count : {2, 4}) {
    List list = list_of(count);
    list.push_back(list[1]);
    EXPECT_EQ(list.back(), 1);
  }
}

TEST(ShortList, IsUsableAfterClear) {
  for (const int count : {0, 2, 5}) {
    List list = list_of(count);
    list.clear();
    EXPECT_TRUE(list.empty());
    for (int i = 0; i < 3; ++i) list.push_back(i);
    EXPECT_EQ(values(list), (std::vector{0, 1, 2}));
  }
}

TEST(ShortList, MovesAndLeavesNothingBehind) {
  for (const int count : {0, 2, 5}) {
    List from = list_of(count);
    const std::vector<int> before = values(from);
    List to = std::move(from);
    EXPECT_EQ(values(to), before);
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the question
  }
}

TEST(ShortList, IsReplacedByAssignment) {
  for (const int old : {0, 2, 5}) {
    for (const int young : {0, 2, 5}) {
      List list = list_of(old);
      list = list_of(young);
      EXPECT_EQ(values(list), values(list_of(young)));
    }
  }
}

TEST(ShortList, ShrinksWithItsContent) {
  List list = list_of(10'000);
  const std::size_t most = list.capacity();
  std::size_t moves = 0;
  while (list.size() > 100) {
    const std::size_t before = list.capacity();
    list.pop_back();
    if (list.capacity() != before) ++moves;
  }
  EXPECT_EQ(values(list), values(list_of(100)));
  EXPECT_LE(list.capacity(), 8 * list.size());
  EXPECT_EQ(list.capacity(), most >> moves) << "it moved more than once for each half";
}

TEST(ShortList, DoesWhatAVectorDoes) {
  Random random(3);
  List list;
  std::vector<int> model;
  for (int i = 0; i < 20'000; ++i) {
    const bool growing = (i / 20) % 2 == 0;  // in small waves, so that it is often at the edge
    if (model.empty() || random.below(3) < (growing ? 2u : 1u)) {
      model.push_back(i);
      list.push_back(i);
    } else {
      model.pop_back();
      list.pop_back();
    }
    ASSERT_EQ(values(list), model) << i;
  }
}

TEST(ShortListDeathTest, EndsTheProcessOutsideTheList) {
  List list = list_of(1);
  EXPECT_DEATH((void)list[1], "broken invariant");
  list.pop_back();
  EXPECT_DEATH(list.pop_back(), "broken invariant");
}

}  // namespace
}  // namespace pint
