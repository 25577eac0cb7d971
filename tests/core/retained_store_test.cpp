// RetainedStore: by hand where prefixes could mislead it, and at random against a list and mqtt::matches.
#include "core/retained_store.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "mqtt/topic.hpp"

namespace pint::core::test {
namespace {

using Topics = std::vector<std::string>;

class Store {
 public:
  Store() = default;
  Store(std::initializer_list<const char*> topics) {
    for (const char* topic : topics) put(topic, topic);
  }
  void put(std::string_view topic, std::string_view payload) {
    store_.insert(
        StoredMessage::make({.topic = topic, .payload = as_bytes(payload), .retain = true}, meter_));
  }
  [[nodiscard]] Topics matching(std::string_view filter) const {
    Topics out;
    store_.match(filter, [&](const MessageRef& message) { out.emplace_back(message->topic()); });
    return out;
  }
  // From a topic on, at most so many; "…" if there are more.
  [[nodiscard]] Topics matching_from(std::string_view topic, std::string_view filter,
                                     std::size_t most) const {
    Topics out;
    const bool all = store_.match_from(topic, filter, [&](const RetainedStore::Entry& entry) {
      if (out.size() == most) return false;
      out.emplace_back(entry.message->topic());
      return true;
    });
    if (!all) out.emplace_back("…");
    return out;
  }
  RetainedStore& operator*() { return store_; }
  RetainedStore* operator->() { return &store_; }
  [[nodiscard]] std::size_t metered_bytes() const { return meter_.bytes; }

 private:
  MemoryMeter meter_;
  RetainedStore store_;
};

TEST(RetainedStore, FindsATopicAndNothingElse) {
  Store store{"a", "a/b"};
  ASSERT_NE(store->find("a/b"), nullptr);
  EXPECT_EQ(as_text(store->find("a/b")->message->payload()), "a/b");
  EXPECT_EQ(store->find("a/"), nullptr);
  EXPECT_EQ(store->find("a/b/c"), nullptr);
}

TEST(RetainedStore, LetsGoOfWhatItForgets) {
  Store store{"a", "b"};
  store->erase("a");
  EXPECT_EQ(store->find("a"), nullptr);
  EXPECT_EQ(store->size(), 1u);
  EXPECT_EQ(store.metered_bytes(), store->find("b")->message->bytes());
  store->erase("b");
  EXPECT_EQ(store.metered_bytes(), 0u);
}

TEST(RetainedStore, TakesANewMessageOnceTheOldOneIsOut) {
  Store store{"a"};
  store->erase("a");
  store.put("a", "new");
  EXPECT_EQ(as_text(store->find("a")->message->payload()), "new");
}

TEST(RetainedStore, GoesOnFromATopic) {
  const Store store{"a", "a/b", "a/c", "a/d", "b"};
  EXPECT_EQ(store.matching_from("a", "#", 2), (Topics{"a", "a/b", "…"}));
  EXPECT_EQ(store.matching_from("a/c", "a/+", 2), (Topics{"a/c", "a/d"}));
  EXPECT_EQ(store.matching_from("a/bb", "a/#", 1), (Topics{"a/c", "…"}));  // which is gone
  EXPECT_EQ(store.matching_from("b/b", "#", 9), Topics{});
  EXPECT_EQ(store.matching_from("a/c", "a/c", 1), Topics{"a/c"});
  EXPECT_EQ(store.matching_from("a/c", "a/c", 0), Topics{"…"});
}

struct Row {
  const char* filter;
  Topics topics;  // in order
};

// What stands close together in the order of bytes: '$' < '+' < '-' < '/' < '0' < 'A' < 'a'.
TEST(RetainedStore, GivesWhatAFilterMatchesInOrderOfTopic) {  // [MQTT-4.7.1-2] [MQTT-4.7.2-1]
  const Store store{"b", "a/c", "a/b/c", "a/b", "a-b", "a0", "ab", "a", "/a", "/", "$SYS/a", "$SYS"};
  const Row rows[] = {
      {"a", {"a"}},
      {"a/b", {"a/b"}},
      {"x", {}},
      {"a/#", {"a", "a/b", "a/b/c", "a/c"}},  // not "a-b", which stands between them, and not "ab"
      {"a/+", {"a/b", "a/c"}},
      {"a/b/#", {"a/b", "a/b/c"}},
      {"a/+/c", {"a/b/c"}},
      {"+", {"a", "a-b", "a0", "ab", "b"}},
      {"+/b", {"a/b"}},
      {"/+", {"/", "/a"}},
      {"/#", {"/", "/a"}},
      {"#", {"/", "/a", "a", "a-b", "a/b", "a/b/c", "a/c", "a0", "ab", "b"}},
      {"+/a", {"/a"}},
      {"$SYS/#", {"$SYS", "$SYS/a"}},
      {"$SYS/+", {"$SYS/a"}},
  };
  for (const Row& row : rows) EXPECT_EQ(store.matching(row.filter), row.topics) << row.filter;
}

std::string random_levels(Random& random, bool wildcards) {
  static constexpr const char* kLevels[] = {"a", "b", "ab", "", "$a", "+", "#"};
  std::string out;
  const std::uint64_t count = 1 + random.below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) out += '/';
    const bool last = i + 1 == count;
    out += kLevels[random.below(!wildcards ? 5 : last ? 7 : 6)];
  }
  return out;
}

TEST(RetainedStore, AgreesWithASortedList) {
  Random random(7);
  Store store;
  std::map<std::string, std::string, std::less<>> expected;
  for (int step = 0; step < 4'000; ++step) {
    const std::string topic = random_levels(random, false);
    if (topic.empty()) continue;
    if (expected.erase(topic) == 1) {
      store->erase(topic);
    } else {
      store.put(topic, topic);
      expected.emplace(topic, topic);
    }
    const std::string filter = random_levels(random, true);
    if (filter.empty()) continue;
    Topics matching;
    for (const auto& [name, payload] : expected) {
      if (mqtt::matches(filter, name)) matching.push_back(name);
    }
    ASSERT_EQ(store.matching(filter), matching) << filter;
  }
}

}  // namespace
}  // namespace pint::core::test
