// Device checks on records as the journal makes them.
#include <pint/device_check.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

#include "device_story.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using namespace std::chrono_literals;

using Evidence = std::vector<std::uint64_t>;

TEST(BackOffCheck, PassesAClientThatWaitsLongerAndLonger) {
  Story story;
  story.fail_after({0ms, 1100ms, 1900ms, 4300ms, 7500ms});
  const DeviceVerdict verdict = check_back_off(story.records(), "dev-1");
  EXPECT_TRUE(verdict);
  EXPECT_EQ(verdict.explanation, "dev-1 waited 1.100 s, 1.900 s, 4.300 s, 7.500 s");
  EXPECT_EQ(verdict.evidence, (Evidence{3, 5, 7, 9}));
}

TEST(BackOffCheck, FailsAClientThatDoesNot) {
  Story story;
  story.fail_after({0ms, 1000ms, 990ms, 1010ms, 1000ms});
  const DeviceVerdict verdict = check_back_off(story.records(), "dev-1");
  EXPECT_FALSE(verdict);
  EXPECT_EQ(verdict.explanation, "dev-1 waited 1.000 s, 0.990 s, 1.010 s, 1.000 s: no longer and longer");
}

TEST(BackOffCheck, TakesNoiseForNoBackOff) {
  Story story;
  story.fail_after({0ms, 1ms, 2ms, 3ms, 5ms});
  EXPECT_EQ(check_back_off(story.records(), "dev-1").explanation,
            "dev-1 waited 0.001 s, 0.002 s, 0.003 s, 0.005 s: too short, even at the last");
  EXPECT_TRUE(check_back_off(story.records(), "dev-1", {.last_at_least = 5ms}));
}

TEST(BackOffCheck, WantsJitterUnlessToldNotTo) {
  Story story;
  story.fail_after({0ms, 1000ms, 2000ms, 4000ms, 8000ms});
  EXPECT_EQ(check_back_off(story.records(), "dev-1").explanation,
            "dev-1 waited 1.000 s, 2.000 s, 4.000 s, 8.000 s: without jitter");
  EXPECT_TRUE(check_back_off(story.records(), "dev-1", {.jitter = false}));
}

TEST(BackOffCheck, FailsAClientThatCameBackTooSeldom) {
  Story story;
  story.fail_after({0ms, 1000ms, 3000ms});
  const DeviceVerdict verdict = check_back_off(story.records(), "dev-1");
  EXPECT_FALSE(verdict);
  EXPECT_EQ(verdict.explanation, "dev-1 came back 2 times after a failure, too seldom to tell: expected 4");
  EXPECT_TRUE(check_back_off(story.records(), "dev-1", {.waits = 2}));
}

TEST(BackOffCheck, BeginsAnewAfterASuccess) {
  Story story;
  story.fail_after({0ms, 9000ms}).wait(9000ms).connect().connected().lost().fail_after({1000ms, 2500ms});
  EXPECT_EQ(check_back_off(story.records(), "dev-1", {.waits = 2}).explanation,
            "dev-1 waited 1.000 s, 2.500 s");
}

TEST(BackOffCheck, LooksAtItsClientOnly) {
  Story story;
  story.fail_after({0ms, 1100ms, 1900ms, 4300ms, 7500ms});
  EXPECT_FALSE(check_back_off(story.records(), "dev-2"));
}

TEST(BackOffCheck, RefusesTermsThatAreNone) {
  EXPECT_THROW(check_back_off({}, "dev-1", {.waits = 1}), std::invalid_argument);
}

TEST(ResendCheck, PassesTheSameMessageWithDup) {
  Story story;
  story.publish(1, "x").publish(2, "y").publish(1, "x", true);
  const DeviceVerdict verdict = check_resent(story.records(), story.at(1));
  EXPECT_TRUE(verdict);
  EXPECT_EQ(verdict.evidence, (Evidence{1, 3}));
}

TEST(ResendCheck, FailsWhatWasNotOrWronglySentAgain) {
  Story story;
  story.publish(1, "x").publish(2, "y").publish(1, "x").publish(3, "y", true).publish(4, "z");
  EXPECT_EQ(check_resent(story.records(), story.at(1)).explanation, "PUBLISH 1 was sent again with DUP 0");
  EXPECT_EQ(check_resent(story.records(), story.at(2)).explanation,
            "PUBLISH 2 was sent again with another Packet Identifier");
  EXPECT_EQ(check_resent(story.records(), story.at(5)).explanation, "PUBLISH 4 was not sent again");
  EXPECT_FALSE(check_resent(story.records(), story.at(1)));
  EXPECT_FALSE(check_resent(story.records(), story.at(2)));
  EXPECT_FALSE(check_resent(story.records(), story.at(5)));
}

TEST(ExactlyOnceCheck, CountsArrivals) {
  Story story;
  story.publish(1, "x").published("x").publish(1, "x", true).published("y");
  EXPECT_TRUE(check_exactly_once(story.records(), story.at(1)));
  story.published("x");
  const DeviceVerdict twice = check_exactly_once(story.records(), story.at(1));
  EXPECT_FALSE(twice);
  EXPECT_EQ(twice.explanation, "the message of PUBLISH 1 arrived 2 times");
  EXPECT_EQ(twice.evidence, (Evidence{1, 2, 5}));
  story.publish(2, "lost");
  EXPECT_EQ(check_exactly_once(story.records(), story.at(6)).explanation,
            "the message of PUBLISH 2 arrived never");
}

TEST(ResendCheck, ForbidsIt50OnTheSameConnection) {
  Story story;
  story.over5().publish(1, "x").publish(1, "x", true);
  EXPECT_EQ(check_resent(story.records(), story.at(1)).explanation,
            "PUBLISH 1 was sent again on the same connection, which MQTT 5.0 forbids");
  Story later;
  later.over5().publish(1, "x").lost().publish(1, "x", true);
  EXPECT_TRUE(check_resent(later.records(), later.at(1)));
}

TEST(DeviceChecks, RefuseRecordsThatAreNoPublishOfAClient) {
  Story story;
  story.connect();
  EXPECT_THROW(check_resent(story.records(), story.at(1)), std::invalid_argument);
  EXPECT_THROW(check_exactly_once(story.records(), story.at(1)), std::invalid_argument);
}

}  // namespace
}  // namespace pint::testkit::test
