// SlotPages: what is in use never moves, and pages go when nothing is in them.
#include "base/slot_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace pint {
namespace {

using Pages = SlotPages<std::string>;
using Numbers = std::vector<std::uint32_t>;

constexpr std::uint32_t kPage = 32;
constexpr std::size_t kPageBytes = kPage * sizeof(std::string);

std::string text_of(std::uint32_t number) { return "what is in slot " + std::to_string(number); }

Numbers take(Pages& pages, std::size_t count) {
  Numbers numbers;
  for (std::size_t i = 0; i < count; ++i) {
    numbers.push_back(pages.take());
    pages[numbers.back()] = text_of(numbers.back());
  }
  return numbers;
}

TEST(SlotPages, HasNothingAtFirst) {
  Pages pages;
  EXPECT_EQ(pages.bytes(), 0u);
  EXPECT_EQ(pages.find(0), nullptr);
  EXPECT_FALSE(pages.has_page(0));
}

TEST(SlotPages, GivesEachNumberToOneOnly) {
  Pages pages;
  const Numbers numbers = take(pages, 1'000);
  EXPECT_EQ(std::set<std::uint32_t>(numbers.begin(), numbers.end()).size(), numbers.size());
  EXPECT_LE(*std::ranges::max_element(numbers), pages.end());
}

TEST(SlotPages, IsOneSpareOnceAllHaveGone) {
  Pages pages;
  for (const std::uint32_t number : take(pages, 10'000)) pages.give_back(number);
  EXPECT_EQ(pages.bytes(), kPageBytes);
}

// The first, the last, and one in the middle stay: their three pages do, and not what lies between.
TEST(SlotPages, KeepsThePagesOfSurvivorsWhereverTheyAre) {
  Pages pages;
  const Numbers numbers = take(pages, 10'000);
  std::map<std::uint32_t, const std::string*> survivors;
  for (const std::uint32_t number : {numbers.front(), numbers[5'000], numbers.back()})
    survivors[number] = pages.find(number);
  for (const std::uint32_t number : numbers) {
    if (!survivors.contains(number)) pages.give_back(number);
  }
  EXPECT_EQ(pages.bytes(), (survivors.size() + 1) * kPageBytes);
  for (const auto& [number, address] : survivors) {
    EXPECT_EQ(pages.find(number), address);
    EXPECT_EQ(*address, text_of(number));
  }
}

TEST(SlotPages, UsesTheNumbersOfPagesThatHaveGoneAgain) {
  Pages pages;
  for (const std::uint32_t number : take(pages, 1'000)) pages.give_back(number);
  const std::uint32_t end = pages.end();
  const Numbers again = take(pages, 1'000);
  EXPECT_EQ(pages.end(), end);
  EXPECT_EQ(std::set<std::uint32_t>(again.begin(), again.end()).size(), again.size());
}

// With 32 others there, one that comes and goes begins a page and empties it each time.
TEST(SlotPages, AsksForNothingWhenOneComesAndGoes) {
  for (const std::size_t others : {0u, 1u, 31u, 32u, 33u, 64u}) {
    Pages pages;
    take(pages, others);
    pages.give_back(pages.take());
    const std::uint32_t first = pages.take();
    const std::string* const address = pages.find(first);
    const std::size_t bytes = pages.bytes();
    for (int i = 0; i < 100; ++i) {
      pages.give_back(first);
      EXPECT_EQ(pages.bytes(), bytes) << others;
      EXPECT_EQ(pages.take(), first) << others;
      EXPECT_EQ(pages.find(first), address) << others;
    }
  }
}

// The worst that can be done to it: fill the spare and one more, and take both back.
TEST(SlotPages, AsksForAPageOnceIn32CallsAtMost) {
  Pages pages;
  std::size_t calls = 0;
  std::size_t asked = 0;
  for (int i = 0; i < 100; ++i) {
    Numbers numbers;
    for (std::uint32_t number = 0; number < kPage + 1; ++number) {
      const std::size_t before = pages.bytes();
      numbers.push_back(pages.take());
      ++calls;
      if (pages.bytes() > before) ++asked;
    }
    for (const std::uint32_t number : numbers) pages.give_back(number);
  }
  EXPECT_LE(asked, calls / kPage + 1);
}

// In tides, so that pages come and go all the time. Exactly those pages are there that somebody is in, and a
// spare.
TEST(SlotPages, DoesWhatAMapDoes) {
  Random random(7);
  Pages pages;
  std::map<std::uint32_t, std::string> model;
  for (int i = 0; i < 30'000; ++i) {
    const bool rising = i / 1'500 % 2 == 0;
    if (model.empty() || random.below(10) < (rising ? 8u : 2u)) {
      const std::uint32_t number = pages.take();
      ASSERT_FALSE(model.contains(number)) << i;
      pages[number] = model[number] = std::to_string(i);
    } else {
      const auto victim = model.lower_bound(static_cast<std::uint32_t>(random.below(pages.end())));
      const auto gone = victim == model.end() ? model.begin() : victim;
      pages.give_back(gone->first);
      model.erase(gone);
    }
    std::set<std::uint32_t> in_use;
    for (const auto& [used, text] : model) in_use.insert(used / kPage);
    const std::size_t there = pages.bytes() / kPageBytes;
    ASSERT_TRUE(there == in_use.size() || there == in_use.size() + 1) << i;
  }
  for (const auto& [number, text] : model) ASSERT_EQ(pages[number], text);
}

TEST(SlotPagesDeathTest, EndsTheProcessWhenASlotIsGivenBackTwice) {
  Pages pages;
  const std::uint32_t number = pages.take();
  [[maybe_unused]] const std::uint32_t another = pages.take();
  pages.give_back(number);
  EXPECT_DEATH(pages.give_back(number), "broken invariant");
  EXPECT_DEATH(pages.give_back(1'000'000), "broken invariant");
}

}  // namespace
}  // namespace pint
