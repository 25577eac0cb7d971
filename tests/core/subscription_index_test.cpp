// SubscriptionIndex, feature by feature. (At random: subscription_index_random_test.cpp.)
#include "core/subscription_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <vector>

namespace pint::core::test {
namespace {

using Texts = std::vector<std::string>;

ReceiverId receiver(std::uint32_t number) { return {.index = number, .generation = 1}; }

class SubscriptionIndexTest : public ::testing::Test {
 protected:
  SubscriptionIndex::Added add(std::string_view filter, std::uint32_t number = 1, std::uint32_t place = 0) {
    return add(filter, Subscription{.receiver = receiver(number), .options = {}, .place = place});
  }
  SubscriptionIndex::Added add(std::string_view filter, const Subscription& subscription) {
    const auto view = mqtt::parse_topic_filter(filter);
    EXPECT_TRUE(view) << filter;
    return index_.add(*view, subscription);
  }
  void remove(std::string_view filter, std::uint32_t number = 1) {
    const FilterId id = index_.find_filter(filter);
    ASSERT_NE(id, FilterId::none) << filter;
    index_.remove(id, receiver(number));
  }
  // Exact filters and such with wildcards, no two alike.
  static std::string filter_of(int number) {
    return (number % 2 == 0 ? "many/exact/" : "many/+/") + std::to_string(number);
  }
  // The filters that match, sorted; one that was visited twice stands here twice.
  Texts matching(std::string_view topic) {
    Texts out;
    index_.match(topic, [&](FilterId, SubscriptionIndex::Filter& filter) { out.emplace_back(filter.text); });
    std::ranges::sort(out);
    return out;
  }
  const SubscriptionIndex::Filter& filter(std::string_view text) {
    return index_.filter(index_.find_filter(text));
  }

  SubscriptionIndex index_;
};

TEST_F(SubscriptionIndexTest, MatchesNothingWhileEmpty) {
  EXPECT_TRUE(matching("a").empty());
  EXPECT_EQ(index_.find_filter("a"), FilterId::none);
  EXPECT_EQ(index_.find_filter("a/+"), FilterId::none);
}

struct Row {
  const char* topic;
  Texts filters;  // sorted
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.topic; }

TEST_F(SubscriptionIndexTest, VisitsEachMatchingFilterOnce) {  // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.2-1]
  for (const char* filter : {"#", "+", "+/+", "/", "/+", "a", "a/#", "a/+", "a/+/c", "a/b", "a/b/#", "a/b/c",
                             "+/b/#", "+/#", "$SYS/#", "$SYS/+", "$SYS/a"}) {
    add(filter);
  }
  const Row rows[] = {
      {"a", {"#", "+", "+/#", "a", "a/#"}},
      {"a/b", {"#", "+/#", "+/+", "+/b/#", "a/#", "a/+", "a/b", "a/b/#"}},
      {"a/b/c", {"#", "+/#", "+/b/#", "a/#", "a/+/c", "a/b/#", "a/b/c"}},
      {"a/", {"#", "+/#", "+/+", "a/#", "a/+"}},
      {"/", {"#", "+/#", "+/+", "/", "/+"}},
      {"b", {"#", "+", "+/#"}},
      {"$SYS/a", {"$SYS/#", "$SYS/+", "$SYS/a"}},
      {"$SYS", {"$SYS/#"}},
      {"$other", {}},
      {"a/$SYS", {"#", "+/#", "+/+", "a/#", "a/+"}},
  };
  for (const Row& row : rows) EXPECT_EQ(matching(row.topic), row.filters) << row.topic;
}

TEST_F(SubscriptionIndexTest, GivesTheReceiversOfAFilterInTheOrderTheyCame) {
  for (const std::uint32_t number : {3u, 1u, 2u}) add("a", number);
  std::vector<std::uint32_t> order;
  for (const Subscription& subscription : filter("a").subscriptions)
    order.push_back(subscription.receiver.index);
  EXPECT_EQ(order, (std::vector<std::uint32_t>{3, 1, 2}));
}

TEST_F(SubscriptionIndexTest, ReplacesASubscriptionInItsPlace) {  // [MQTT-3.8.4-3]
  add("a/+", 1);
  const auto first = add("a/+", {.receiver = receiver(2), .identifier = 7, .options = {}, .place = 5});
  EXPECT_FALSE(first.replaced);
  const auto second = add(
      "a/+", {.receiver = receiver(2), .identifier = 9, .options = {.qos = QoS::exactly_once}, .place = 6});
  EXPECT_TRUE(second.replaced);
  EXPECT_EQ(second.filter, first.filter);
  EXPECT_EQ(index_.size(), 2u);
  const Subscription* found = index_.find(first.filter, receiver(2));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->identifier, 9u);
  EXPECT_EQ(found->options.qos, QoS::exactly_once);
  EXPECT_EQ(found->place, 5u);  // where the receiver keeps it has not changed
}

TEST_F(SubscriptionIndexTest, FindsFiltersCharacterByCharacter) {  // [MQTT-3.10.4-1]
  for (const char* text : {"a", "$share/g/a", "$share/h/a", "a/+", "$share/g/a/+", "a/#", "#", "+"})
    add(text);
  for (const char* text : {"a", "$share/g/a", "$share/h/a", "a/+", "$share/g/a/+", "a/#", "#", "+"}) {
    const FilterId id = index_.find_filter(text);
    ASSERT_NE(id, FilterId::none) << text;
    EXPECT_EQ(index_.filter(id).text.view(), text);
  }
  for (const char* text :
       {"A", "a/", "$share/x/a", "$share/h/a/+", "a/b", "a/+/+", "+/+", "$share/g", "a#"}) {
    EXPECT_EQ(index_.find_filter(text), FilterId::none) << text;
  }
}

TEST_F(SubscriptionIndexTest, TellsReceiversOfOneFilterApart) {
  const auto added = add("a", 1);
  EXPECT_NE(index_.find(added.filter, receiver(1)), nullptr);
  EXPECT_EQ(index_.find(added.filter, receiver(2)), nullptr);
  EXPECT_EQ(index_.find(added.filter, ReceiverId{.index = 1, .generation = 2}), nullptr);  // a later Session
  EXPECT_EQ(index_.find(added.filter, ReceiverId::of(RuleKey{1})), nullptr);
}

TEST_F(SubscriptionIndexTest, CountsSubscriptionsAndThoseOfSys) {
  add("a", 1);
  add("a", 2);
  add("$SYS/#", 1);
  add("$SYS/broker/uptime", 1);
  add("$share/g/$SYS/#", 1);  // a group's text begins otherwise
  EXPECT_EQ(index_.size(), 5u);
  EXPECT_EQ(index_.sys_size(), 2u);
  remove("$SYS/#");
  remove("a", 2);
  EXPECT_EQ(index_.size(), 3u);
  EXPECT_EQ(index_.sys_size(), 1u);
}

// Several filters stand at one place: the plain one and its groups. Whichever goes first, the others stay.
class FilterChain : public SubscriptionIndexTest, public ::testing::WithParamInterface<Row> {};

TEST_P(FilterChain, KeepsTheOthersWhenOneGoes) {
  std::array<std::size_t, 3> order = {0, 1, 2};
  do {
    Texts left = GetParam().filters;
    for (const std::string& text : left) add(text);
    for (const std::size_t gone : order) {
      EXPECT_EQ(matching(GetParam().topic), left);
      remove(GetParam().filters[gone]);
      std::erase(left, GetParam().filters[gone]);
    }
    EXPECT_TRUE(matching(GetParam().topic).empty());
    EXPECT_EQ(index_.size(), 0u);
  } while (std::ranges::next_permutation(order).found);
}

INSTANTIATE_TEST_SUITE_P(Places, FilterChain,
                         ::testing::Values(Row{"a/b", {"$share/g/a/b", "$share/h/a/b", "a/b"}},
                                           Row{"a/b", {"$share/g/a/+", "$share/h/a/+", "a/+"}},
                                           Row{"a/b", {"$share/g/a/#", "$share/h/a/#", "a/#"}},
                                           Row{"a", {"#", "$share/g/#", "$share/h/#"}}),
                         [](const auto& suite) { return "row_" + std::to_string(suite.index); });

// Up to 32 receivers are looked through, more are looked up; both on the way up and on the way down.
class ManyReceivers : public SubscriptionIndexTest {
 protected:
  static constexpr std::uint32_t kMany = 100;
  void SetUp() override {
    for (std::uint32_t number = 0; number < kMany; ++number) add("a", number, number * 10);
  }
  void expect_exactly(const std::vector<std::uint32_t>& numbers) {
    const FilterId id = index_.find_filter("a");
    ASSERT_EQ(filter("a").subscriptions.size(), numbers.size());
    for (const std::uint32_t number : numbers) {
      const Subscription* found = index_.find(id, receiver(number));
      ASSERT_NE(found, nullptr) << number;
      EXPECT_EQ(found->receiver, receiver(number));
      EXPECT_EQ(found->place, number * 10) << number;
    }
  }
};

TEST_F(ManyReceivers, AreAllFound) {
  std::vector<std::uint32_t> all(kMany);
  for (std::uint32_t number = 0; number < kMany; ++number) all[number] = number;
  expect_exactly(all);
  EXPECT_EQ(index_.find(index_.find_filter("a"), receiver(kMany)), nullptr);
}

TEST_F(ManyReceivers, AreStillFoundAfterOthersMovedToTheirPlace) {
  std::vector<std::uint32_t> left;
  for (std::uint32_t number = 0; number < kMany; ++number) left.push_back(number);
  while (!left.empty()) {
    const std::size_t gone = left.size() * 7 / 10;  // neither the first nor the last
    remove("a", left[gone]);
    EXPECT_EQ(index_.size(), left.size() - 1);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(gone));
    if (!left.empty()) expect_exactly(left);
  }
  EXPECT_EQ(index_.find_filter("a"), FilterId::none);
}

TEST_F(ManyReceivers, AreReplacedInPlace) {
  const auto added = add("a", {.receiver = receiver(50), .identifier = 7, .options = {}, .place = 1});
  EXPECT_TRUE(added.replaced);
  EXPECT_EQ(index_.size(), kMany);
  EXPECT_EQ(index_.find(added.filter, receiver(50))->identifier, 7u);
  EXPECT_EQ(index_.find(added.filter, receiver(50))->place, 500u);
}

TEST_F(SubscriptionIndexTest, KeepsThePlaceItWasTold) {
  const auto added = add("a", 1, 4);
  add("a", 2, 8);
  EXPECT_EQ(index_.find(added.filter, receiver(1))->place, 4u);
  index_.set_place(added.filter, receiver(1), 9);
  EXPECT_EQ(index_.find(added.filter, receiver(1))->place, 9u);
  EXPECT_EQ(index_.find(added.filter, receiver(2))->place, 8u);
}

// Filters and nodes are used again; nothing of what they were may show.
TEST_F(SubscriptionIndexTest, UsesAFilterAgainAsNew) {
  for (std::uint32_t number = 0; number < 40; ++number) add("$share/g/a", number);
  index_.match("a", [](FilterId, SubscriptionIndex::Filter& filter) { filter.cursor = 17; });
  const FilterId old = index_.find_filter("$share/g/a");
  for (std::uint32_t number = 0; number < 40; ++number) remove("$share/g/a", number);
  const auto added = add("b/+", 5);
  ASSERT_EQ(added.filter, old) << "the test means to see the same one again";
  EXPECT_EQ(index_.filter(old).cursor, 0u);
  EXPECT_FALSE(index_.filter(old).shared());
  EXPECT_EQ(index_.find(old, receiver(6)), nullptr);
  EXPECT_TRUE(matching("a").empty());
  EXPECT_EQ(matching("b/c"), (Texts{"b/+"}));
}

TEST_F(SubscriptionIndexTest, UsesNodesAgainAsNew) {
  for (int round = 0; round < 3; ++round) {
    add("a/+/c/#");
    add("a/+/c");
    EXPECT_EQ(matching("a/b/c"), (Texts{"a/+/c", "a/+/c/#"}));
    remove("a/+/c/#");
    EXPECT_EQ(matching("a/b/c"), (Texts{"a/+/c"}));
    EXPECT_TRUE(matching("a/b/c/d").empty());
    remove("a/+/c");
    add("x/y/+");
    add("+/y/z");
    EXPECT_TRUE(matching("a/b/c").empty());
    EXPECT_EQ(matching("x/y/z"), (Texts{"+/y/z", "x/y/+"}));
    remove("x/y/+");
    EXPECT_EQ(matching("x/y/z"), (Texts{"+/y/z"}));
    remove("+/y/z");
    EXPECT_TRUE(matching("x/y/z").empty());
  }
}

TEST_F(SubscriptionIndexTest, KeepsNodesThatOthersStillUse) {
  add("a/b/+");
  add("a/b/+/d");
  add("a/b/#");
  remove("a/b/+");
  EXPECT_EQ(matching("a/b/c/d"), (Texts{"a/b/#", "a/b/+/d"}));
  remove("a/b/+/d");
  EXPECT_EQ(matching("a/b/c/d"), (Texts{"a/b/#"}));
}

TEST_F(SubscriptionIndexTest, GivesMemoryBackWhoeverIsLeft) {
  constexpr int kMany = 20'000;
  for (int i = 0; i < kMany; ++i) add(filter_of(i));
  const std::size_t most = index_.bytes();
  const Texts left{filter_of(0), filter_of(kMany / 2 + 1), filter_of(kMany - 1)};
  for (int i = 0; i < kMany; ++i) {
    if (std::ranges::find(left, filter_of(i)) == left.end()) remove(filter_of(i));
  }
  EXPECT_LT(index_.bytes(), most / 100);
  EXPECT_EQ(matching("many/exact/0"), Texts{left[0]});
  EXPECT_EQ(matching("many/any/" + std::to_string(kMany / 2 + 1)), Texts{left[1]});
  EXPECT_EQ(matching("many/any/" + std::to_string(kMany - 1)), Texts{left[2]});
  EXPECT_EQ(matching("many/any/1"), Texts{});
}

// A million that come and go are not remembered by the next.
TEST_F(SubscriptionIndexTest, TakesNoMoreTheSecondTime) {
  constexpr int kMany = 5'000;
  std::array<std::size_t, 2> most{};
  for (std::size_t& bytes : most) {
    for (int i = 0; i < kMany; ++i) add(filter_of(i));
    bytes = index_.bytes();
    for (int i = 0; i < kMany; ++i) remove(filter_of(i));
  }
  EXPECT_LE(most[1], most[0]);
  EXPECT_EQ(index_.size(), 0u);
}

}  // namespace
}  // namespace pint::core::test
