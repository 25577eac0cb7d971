// TimerQueue: in order of time, then of setting, and a cancelled timer is gone.
#include "base/timer_queue.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace pint {
namespace {

using namespace std::chrono_literals;

constexpr Time at(Duration since_zero) { return Time(since_zero); }

TEST(TimerQueue, PopsInOrderOfTime) {
  TimerQueue<int> timers;
  timers.set(at(3s), 3);
  timers.set(at(1s), 1);
  timers.set(at(2s), 2);
  EXPECT_EQ(timers.next(), at(1s));
  for (const int expected : {1, 2, 3}) EXPECT_EQ(timers.pop(at(9s)), expected);
  EXPECT_EQ(timers.pop(at(9s)), std::nullopt);
}

TEST(TimerQueue, PopsTiesInOrderOfSetting) {
  TimerQueue<int> timers;
  for (int i = 0; i < 50; ++i) timers.set(at(1s), i);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(timers.pop(at(1s)), i);
}

TEST(TimerQueue, PopsNothingBeforeItIsDue) {
  TimerQueue<int> timers;
  timers.set(at(1s), 1);
  EXPECT_EQ(timers.pop(at(1s) - 1ns), std::nullopt);
  EXPECT_EQ(timers.pop(at(1s)), 1);
}

TEST(TimerQueue, HasNoNextWhenEmpty) {
  TimerQueue<int> timers;
  EXPECT_EQ(timers.next(), std::nullopt);
  EXPECT_EQ(timers.size(), 0u);
}

TEST(TimerQueue, ForgetsWhatIsCancelledAndItsId) {
  TimerQueue<int> timers;
  TimerId first = timers.set(at(1s), 1);
  timers.set(at(2s), 2);
  timers.cancel(first);
  EXPECT_EQ(first, TimerId::none);
  EXPECT_EQ(timers.size(), 1u);
  EXPECT_EQ(timers.pop(at(9s)), 2);
}

TEST(TimerQueue, LetsNoneBeCancelled) {
  TimerQueue<int> timers;
  timers.set(at(1s), 1);
  TimerId none = TimerId::none;
  timers.cancel(none);
  EXPECT_EQ(timers.size(), 1u);
}

TEST(TimerQueue, UsesIdsAgain) {
  TimerQueue<int> timers;
  TimerId id = timers.set(at(1s), 1);
  const TimerId old = id;
  timers.cancel(id);
  EXPECT_EQ(timers.set(at(2s), 2), old);
}

TEST(TimerQueue, GivesMemoryBackWhoeverIsLeft) {
  TimerQueue<int> timers;
  std::vector<TimerId> ids;
  for (int i = 0; i < 10'000; ++i) ids.push_back(timers.set(at(Duration(10'000 - i)), i));
  const std::size_t most = timers.bytes();
  for (int i = 0; i < 10'000; ++i) {
    if (i != 5'000 && i != 9'999) timers.cancel(ids[static_cast<std::size_t>(i)]);
  }
  EXPECT_LT(timers.bytes(), most / 50);
  EXPECT_EQ(timers.pop(at(1s)), 9'999);
  timers.cancel(ids[5'000]);
  EXPECT_EQ(timers.size(), 0u);
}

TEST(TimerQueue, DoesWhatASortedMapDoes) {
  Random random(2);
  TimerQueue<int> timers;
  std::map<std::pair<Time, int>, TimerId> model;  // by time and order of setting, which is the value
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t choice = random.below(4);
    const bool rising = i / 2'000 % 2 == 0;
    if (choice < 2 && (rising || choice == 0)) {
      const Time due = at(Duration(random.below(1000)));
      model[{due, i}] = timers.set(due, i);
    } else if (choice >= 2 && rising == (choice == 2) && !model.empty()) {
      const auto victim = std::next(model.begin(), static_cast<std::ptrdiff_t>(random.below(model.size())));
      timers.cancel(victim->second);
      model.erase(victim);
    } else if (!model.empty()) {
      ASSERT_EQ(timers.next(), model.begin()->first.first) << i;
      ASSERT_EQ(timers.pop(at(1000ns)), model.begin()->first.second) << i;
      model.erase(model.begin());
    }
    ASSERT_EQ(timers.size(), model.size());
  }
}

}  // namespace
}  // namespace pint
