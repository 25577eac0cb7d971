// Device checks about connections and subscriptions, on records as the journal makes them.
#include <gtest/gtest.h>

#include <stdexcept>

#include <pint/device_check.hpp>

#include "device_story.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using namespace std::chrono_literals;
using Evidence = std::vector<std::uint64_t>;

TEST(SubscribedAgainCheck, SaysOnWhichConnection) {
  Story same;
  same.received(PacketType::subscribe, 1, "a").wait(2s).received(PacketType::subscribe, 2, "a");
  EXPECT_EQ(check_subscribed_again(same.records(), same.at(1)).explanation,
            "SUBSCRIBE to a was sent again after 2.000 s on the same connection");
  Story next;
  next.received(PacketType::subscribe, 1, "a").lost().received(PacketType::subscribe, 1, "a");
  const DeviceVerdict verdict = check_subscribed_again(next.records(), next.at(1));
  EXPECT_TRUE(verdict);
  EXPECT_EQ(verdict.explanation, "SUBSCRIBE to a was sent again after 0.000 s on the next connection");
  EXPECT_EQ(verdict.evidence, (Evidence{1, 3}));
}

TEST(SubscribedAgainCheck, FailsAnotherFilter) {
  Story story;
  story.received(PacketType::subscribe, 1, "a").received(PacketType::subscribe, 2, "b");
  EXPECT_EQ(check_subscribed_again(story.records(), story.at(1)).explanation,
            "SUBSCRIBE to a was not sent again");
  EXPECT_FALSE(check_subscribed_again(story.records(), story.at(1)));
}

TEST(GaveUpCheck, PassesAClientThatEndsTheConnection) {
  for (const char* detail : {"client closed", "client disconnected", "transport failed: reset"}) {
    Story story;
    story.received(PacketType::pingreq).wait(1500ms).lost(detail);
    const DeviceVerdict verdict = check_gave_up(story.records(), story.at(1));
    EXPECT_TRUE(verdict);
    EXPECT_EQ(verdict.explanation, std::string("dev-1 ended the connection after 1.500 s: ") + detail);
  }
}

TEST(GaveUpCheck, FailsAClientThatWaitsForTheBroker) {
  Story story;
  story.received(PacketType::pingreq).wait(90s).lost("keep alive timeout");
  const DeviceVerdict verdict = check_gave_up(story.records(), story.at(1));
  EXPECT_FALSE(verdict);
  EXPECT_EQ(verdict.explanation, "not dev-1 ended the connection after 90.000 s: keep alive timeout");
}

TEST(CameBackCheck, WantsItNotTooSoon) {
  Story story;
  story.lost().wait(40ms).connect();
  EXPECT_TRUE(check_came_back(story.records(), story.at(1)));
  EXPECT_TRUE(check_came_back(story.records(), story.at(1), 40ms));
  EXPECT_EQ(check_came_back(story.records(), story.at(1), 41ms).explanation,
            "dev-1 came back after 0.040 s, which is too soon");
  EXPECT_FALSE(check_came_back(story.records(), story.at(1), 41ms));
}

TEST(StayedAwayCheck, IsTheOpposite) {
  Story away;
  away.connect().lost();
  EXPECT_FALSE(check_came_back(away.records(), away.at(2)));
  EXPECT_TRUE(check_stayed_away(away.records(), away.at(2)));
  away.connect();
  EXPECT_FALSE(check_stayed_away(away.records(), away.at(2)));
  EXPECT_EQ(check_stayed_away(away.records(), away.at(2)).evidence, (Evidence{2, 3}));
}

TEST(ResumedCheck, WantsASessionThatWasKept) {
  Story resumed;
  resumed.lost().connected("session present, no clean start");
  EXPECT_TRUE(check_resumed(resumed.records(), resumed.at(1), true));
  Story thrown_away;
  thrown_away.lost().connected("clean start").subscribed();
  const DeviceVerdict verdict = check_resumed(thrown_away.records(), thrown_away.at(1), true);
  EXPECT_FALSE(verdict);
  EXPECT_EQ(verdict.explanation, "dev-1 came back and had no Session: clean start");
}

TEST(ResumedCheck, WantsANewSubscriptionWhereItWasLost) {
  Story story;
  story.lost().connected("no clean start");
  EXPECT_EQ(check_resumed(story.records(), story.at(1), false).explanation,
            "dev-1 came back without a Session and did not subscribe again");
  EXPECT_FALSE(check_resumed(story.records(), story.at(1), false));
  story.subscribed();
  EXPECT_TRUE(check_resumed(story.records(), story.at(1), false));
}

TEST(TakenCheck, WantsTheAnswerOfItsQosOnTheSameConnection) {
  Story story;
  story.sent_publish(5, QoS::at_least_once).received(PacketType::puback, 6);
  EXPECT_EQ(check_taken(story.records(), story.at(1)).explanation, "dev-1 did not acknowledge the message");
  EXPECT_FALSE(check_taken(story.records(), story.at(1)));
  story.received(PacketType::puback, 5);
  EXPECT_TRUE(check_taken(story.records(), story.at(1)));
  Story later;
  later.sent_publish(5, QoS::exactly_once).lost("client closed").received(PacketType::pubrec, 5);
  EXPECT_FALSE(check_taken(later.records(), later.at(1)));
  EXPECT_EQ(check_taken(later.records(), later.at(1)).explanation,
            "dev-1 lost the connection over the message: client closed");
}

TEST(TakenCheck, WantsAtQos0OnlyThatTheConnectionStays) {
  Story story;
  story.sent_publish(0, QoS::at_most_once);
  EXPECT_TRUE(check_taken(story.records(), story.at(1)));
  story.lost("client closed");
  EXPECT_FALSE(check_taken(story.records(), story.at(1)));
}

TEST(ConnectionChecks, RefuseOtherRecords) {
  Story story;
  story.connect();
  EXPECT_THROW(check_subscribed_again(story.records(), story.at(1)), std::invalid_argument);
  EXPECT_THROW(check_gave_up(story.records(), story.at(1)), std::invalid_argument);
  EXPECT_THROW(check_came_back(story.records(), story.at(1)), std::invalid_argument);
  EXPECT_THROW(check_stayed_away(story.records(), story.at(1)), std::invalid_argument);
  EXPECT_THROW(check_resumed(story.records(), story.at(1), true), std::invalid_argument);
  EXPECT_THROW(check_taken(story.records(), story.at(1)), std::invalid_argument);
}

}  // namespace
}  // namespace pint::testkit::test
