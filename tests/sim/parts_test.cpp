// The parts of the simulator that could hide a failure if they were wrong themselves.
#include <gtest/gtest.h>

#include <algorithm>

#include "mqtt/topic.hpp"
#include "sim/batch.hpp"
#include "sim/chance.hpp"
#include "sim/minimise.hpp"
#include "sim/run.hpp"
#include "sim/topic_match.hpp"

namespace pint::sim {
namespace {

std::string random_text(Chance& chance) {
  std::string text = chance.one_in(6) ? "$share/" : "";
  for (std::uint64_t i = 1 + chance.below(7); i > 0; --i)
    text += chance.pick({'a', 'b', '/', '/', '+', '#', '$'});
  return text;
}

// Written apart from each other, the oracle's reading of filters and the broker's must agree.
TEST(TopicMatch, AgreesWithTheBrokersOnWhatIsAFilter) {  // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.8.2-1]
  Chance chance(1);
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = random_text(chance);
    const auto ours = read_filter(text);
    const auto theirs = mqtt::parse_topic_filter(text);
    ASSERT_EQ(ours.has_value(), theirs.has_value()) << text;
    ASSERT_EQ(ours ? ours->share_name : "", theirs ? theirs->share_name : "") << text;
  }
}

TEST(TopicMatch, AgreesWithTheBrokersOnWhatMatches) {  // [MQTT-4.7.2-1]
  Chance chance(2);
  int matched = 0;
  for (int i = 0; i < 400'000; ++i) {
    const std::string filter = random_text(chance), topic = random_text(chance);
    const auto parsed = mqtt::parse_topic_filter(filter);
    if (!parsed || !mqtt::is_topic_name(topic)) continue;
    const bool theirs = mqtt::matches(parsed->filter, topic);
    matched += theirs ? 1 : 0;
    ASSERT_EQ(filter_matches(*read_filter(filter), levels_of(topic)), theirs) << filter << " and " << topic;
  }
  EXPECT_GT(matched, 100);
}

TEST(Minimise, KeepsOnlyWhatTheFailureNeeds) {
  Kept all(100);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const auto fails = [](const Kept& kept) {
    return std::ranges::count(kept, 17u) + std::ranges::count(kept, 18u) + std::ranges::count(kept, 83u) == 3;
  };
  EXPECT_EQ(minimise(all, fails), (Kept{17, 18, 83}));
}

TEST(Kept, IsReadAsItIsWritten) {
  const Kept kept{0, 1, 2, 7, 9, 10};
  EXPECT_EQ(to_text(kept), "0-2,7,9-10");
  EXPECT_EQ(kept_from("0-2,7,9-10"), kept);
  EXPECT_FALSE(kept_from("3-1"));
  EXPECT_FALSE(kept_from("1,x"));
}

TEST(Run, GivesTheSameTraceForTheSameSeed) {
  const sim::Setup setup{.seed = 7, .steps = 200, .clients = 6, .faults = Faults::heavy};
  sim::Setup other = setup;
  other.seed = 8;
  const Outcome first = run(setup, make_schedule(setup));
  EXPECT_EQ(run(setup, make_schedule(setup)).trace, first.trace);
  EXPECT_NE(run(other, make_schedule(other)).trace, first.trace);
}

Choice copy_with(std::uint32_t identifier, QoS qos = QoS::at_least_once) {
  return {std::make_shared<const Told>(Told{.topic = "t", .payload = "m"}),
          {.qos = qos, .identifiers = {identifier}}};
}
Batch::Test has(std::uint32_t identifier) {
  return [identifier](const Choice& choice) { return choice.terms.identifiers.front() == identifier; };
}
bool any(const Choice& /*choice*/) { return true; }

TEST(Batch, SeesNoCopyTwice) {
  Batch batch(1, "t", true);
  batch.add(copy_with(1));
  batch.add(copy_with(2));
  EXPECT_TRUE(batch.see(has(1)));
  EXPECT_FALSE(batch.see(has(1)));
  EXPECT_TRUE(batch.see(has(2)));
  EXPECT_EQ(batch.waiting(), 0u);
  EXPECT_FALSE(batch.see(any));
}

TEST(Batch, LeavesOpenWhichCopyWasSeenUntilItIsKnown) {
  for (const std::uint32_t kept : {1u, 2u}) {
    Batch batch(1, "t", true);
    batch.add(copy_with(1));
    batch.add(copy_with(2));
    const auto sighting = batch.see(any);
    EXPECT_TRUE(batch.can_see(has(1)));
    EXPECT_TRUE(batch.can_see(has(2)));
    EXPECT_TRUE(batch.narrow(*sighting, has(kept)));
    EXPECT_FALSE(batch.can_see(has(kept)));
    EXPECT_FALSE(batch.narrow(*sighting, has(3 - kept)));
  }
}

TEST(Batch, CountsTheUncertainOnesButNamesNone) {
  Batch batch(1, "t", true);
  const int one = 1, other = 2;
  batch.add(copy_with(9));
  batch.add(copy_with(1), false, &one);
  batch.add_alternative(copy_with(2), &other);
  batch.add_alternative(copy_with(2), &other);
  EXPECT_EQ(batch.copies().size(), 3u);
  EXPECT_TRUE(batch.see(has(2)));
  EXPECT_FALSE(batch.can_see(has(1)));  // it is the certain one that waits
  EXPECT_TRUE(batch.can_all_be(has(9)));
  EXPECT_TRUE(batch.see(has(9)));
}

TEST(Seating, MovesGuestsSoThatAsManyAsCanBeHaveAPlace) {
  Seating seating(3);
  seating.add_guest({0, 1});
  seating.add_guest({0});
  seating.add_guest({1});
  seating.seat({true, true, false});
  EXPECT_TRUE(seating.taken(0));
  EXPECT_TRUE(seating.taken(1));
  EXPECT_FALSE(seating.taken(2));
  EXPECT_EQ(seating.seated(0) + seating.seated(1) + seating.seated(2), 2);
}

}  // namespace
}  // namespace pint::sim
