// SubscriptionIndex against a plain list: random subscribing and unsubscribing with few levels, so that much
// of it collides; after each step one topic is matched both ways.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "core/subscription_index.hpp"

namespace pint::core::test {
namespace {

struct Held {
  std::uint32_t identifier = 0;
  std::uint32_t place = 0;
  friend bool operator==(const Held&, const Held&) = default;
};
// By filter and receiver: the truth.
using List = std::map<std::pair<std::string, std::uint32_t>, Held>;

class IndexAndList : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr std::uint32_t kReceivers = 60;

  std::string random_levels(bool wildcards) {
    static constexpr const char* kLevels[] = {"a", "b", "c", "", "$x", "+", "+", "#"};
    std::string out;
    const std::uint64_t count = 1 + random_.below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
      if (i > 0) out += '/';
      out += kLevels[random_.below(!wildcards ? 5 : i + 1 == count ? 8 : 7)];
    }
    return out.empty() ? "a" : out;
  }

  std::string random_filter() {
    const std::string levels = random_levels(random_.below(3) > 0);
    if (random_.below(5) > 0) return levels;
    return (random_.below(2) == 0 ? "$share/g/" : "$share/h/") + levels;
  }

  static ReceiverId receiver(std::uint32_t number) { return {.index = number, .generation = 1}; }

  void subscribe() {
    // Few filters get most of the receivers, so that some have more than 32 and lose them again.
    const std::string filter = random_.below(2) == 0 ? "a/+" : random_filter();
    const auto number = static_cast<std::uint32_t>(random_.below(kReceivers));
    Held held{static_cast<std::uint32_t>(random_.below(1'000)),
              static_cast<std::uint32_t>(random_.below(1'000))};
    const auto there = list_.find({filter, number});
    const auto added = index_.add(
        *mqtt::parse_topic_filter(filter),
        {.receiver = receiver(number), .identifier = held.identifier, .options = {}, .place = held.place});
    ASSERT_EQ(added.replaced, there != list_.end()) << filter;
    if (added.replaced) held.place = there->second.place;
    list_[{filter, number}] = held;
  }

  void unsubscribe() {
    if (list_.empty()) return;
    auto there = list_.lower_bound({random_filter(), static_cast<std::uint32_t>(random_.below(kReceivers))});
    if (there == list_.end()) there = list_.begin();
    const FilterId id = index_.find_filter(there->first.first);
    ASSERT_NE(id, FilterId::none) << there->first.first;
    index_.remove(id, receiver(there->first.second));
    list_.erase(there);
  }

  void compare(const std::string& topic) {
    List matched;
    std::vector<std::string> visited;
    index_.match(topic, [&](FilterId id, SubscriptionIndex::Filter& filter) {
      visited.emplace_back(filter.text);
      ASSERT_EQ(index_.find_filter(filter.text), id);
      for (const Subscription& subscription : filter.subscriptions) {
        ASSERT_EQ(index_.find(id, subscription.receiver), &subscription);
        matched[{std::string(filter.text), subscription.receiver.index}] = {subscription.identifier,
                                                                            subscription.place};
      }
    });
    std::ranges::sort(visited);
    ASSERT_EQ(std::ranges::adjacent_find(visited), visited.end()) << "visited twice for " << topic;
    ASSERT_EQ(matched, expected_for(topic)) << topic;
    ASSERT_EQ(index_.size(), list_.size());
  }

  [[nodiscard]] List expected_for(const std::string& topic) const {
    List out;
    for (const auto& [key, held] : list_) {
      if (mqtt::matches(mqtt::parse_topic_filter(key.first)->filter, topic)) out.emplace(key, held);
    }
    return out;
  }

  Random random_{GetParam()};
  SubscriptionIndex index_;
  List list_;
};

TEST_P(IndexAndList, Agree) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  for (int step = 0; step < 3'000; ++step) {
    const bool growing = step % 1'000 < 600;
    if (random_.below(10) < (growing ? 7u : 2u)) subscribe();
    else unsubscribe();
    compare(random_levels(false));
    if (HasFatalFailure()) return;
  }
  while (!list_.empty() && !HasFatalFailure()) unsubscribe();
  EXPECT_EQ(index_.size(), 0u);
  compare("a/b");
}

INSTANTIATE_TEST_SUITE_P(Seeds, IndexAndList, ::testing::Range(std::uint64_t{1}, std::uint64_t{13}));

}  // namespace
}  // namespace pint::core::test
