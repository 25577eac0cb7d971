// Waiting and verifying: what counts, when a wait is over, and what a failure says.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <pint/testkit.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using testing::Test;

// What a call that must fail says.
template <class Call>
std::string failure_of(Call call) {
  try {
    call();
  } catch (const TestFailure& failure) {
    return failure.what();
  }
  return "it did not fail";
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

class Verify : public Test {
 protected:
  void publish(int count) {
    for (int i = 0; i < count; ++i) broker_.publish("a/b", std::to_string(i));
  }
  TestBroker broker_;
};

TEST_F(Verify, AwaitGivesWhatIsThereAlready) {
  publish(2);
  EXPECT_EQ(broker_.await(published("a/b")).payload, "0");
}

TEST_F(Verify, AwaitWaitsForWhatIsNot) {
  std::jthread other([&] { publish(1); });
  EXPECT_EQ(broker_.await(published("a/b")).payload, "0");
  other.join();
}

TEST_F(Verify, AwaitAfterARecordWaitsForTheNext) {
  publish(1);
  const Record first = broker_.await(published("a/b"));
  std::jthread other([&] { publish(1); });
  EXPECT_GT(broker_.await(published("a/b").after(first)).sequence, first.sequence);
  other.join();
}

TEST_F(Verify, ManyMayWaitAtOnce) {
  std::vector<std::jthread> waiting;
  std::vector<std::string> payloads(8);
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    waiting.emplace_back(
        [&, i] { payloads[i] = broker_.await(published("a/b").payload(std::to_string(i))).payload; });
  }
  publish(8);
  for (std::jthread& thread : waiting) thread.join();
  EXPECT_EQ(payloads, (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7"}));
}

TEST_F(Verify, AFailedAwaitNamesTheFieldThatDiffers) {
  publish(1);
  const std::string text = failure_of([&] { broker_.await(published("a/b").qos(QoS::at_least_once), 1ms); });
  EXPECT_TRUE(text.starts_with("Nothing within 0.001 s: published a/b, qos 1\n")) << text;
  EXPECT_TRUE(contains(text, "qos: expected 1, was 0")) << text;
}

TEST_F(Verify, TimesMeansExactly) {
  publish(2);
  EXPECT_EQ(broker_.verify(published("a/b"), times(2)).size(), 2u);
  EXPECT_TRUE(contains(failure_of([&] { broker_.verify(published("a/b"), times(1)); }),
                       "Expected exactly once within 5 s, found 2: published a/b"));
  EXPECT_TRUE(contains(failure_of([&] { broker_.verify(published("a/b"), times(3), 1ms); }),
                       "Expected exactly 3 times within 0.001 s, found 2: published a/b"));
}

TEST_F(Verify, TimesWaitsUntilThereAreSoMany) {
  std::jthread other([&] { publish(3); });
  EXPECT_EQ(broker_.verify(published("a/b"), times(3)).size(), 3u);
  other.join();
}

TEST_F(Verify, AtLeastWaitsAndGivesAll) {
  std::jthread other([&] { publish(3); });
  EXPECT_GE(broker_.verify(published("a/b"), at_least(2)).size(), 2u);
  other.join();
  EXPECT_EQ(broker_.verify(published("a/b")).size(), 3u);
}

TEST_F(Verify, NeverAndAtMostSettleAndLook) {
  broker_.verify(published("a/b"), never());
  publish(1);
  broker_.verify(published("a/b"), at_most(1));
  EXPECT_TRUE(contains(failure_of([&] { broker_.verify(published("a/b"), never()); }),
                       "Expected never, found 1: published a/b"));
  publish(1);
  EXPECT_TRUE(contains(failure_of([&] { broker_.verify(published("a/b"), at_most(1)); }),
                       "Expected at most once, found 2: published a/b"));
}

TEST_F(Verify, NeverWithinATimeFailsAtTheRecordAndNotAtTheEndOfIt) {
  std::jthread other([&] { publish(1); });
  EXPECT_FALSE(broker_.check(published("a/b"), never(), 24h));
  other.join();
}

TEST_F(Verify, NeverWithinATimePassesWhenItIsOver) {
  EXPECT_TRUE(broker_.check(published("a/b"), never(), 1ms));
}

TEST_F(Verify, NeverSeesWhatAClientHasSent) {
  WireClient client(broker_.port());
  client.connect("dev-1");
  client.publish("a/b", "1");
  EXPECT_FALSE(broker_.check(published("a/b"), never()));
}

TEST_F(Verify, CheckTellsInsteadOfThrowing) {
  publish(1);
  EXPECT_TRUE(broker_.check(published("a/b"), times(1)));
  const Verdict verdict = broker_.check(published("a/b"), times(2), 0s);
  EXPECT_FALSE(verdict);
  EXPECT_TRUE(contains(verdict.explanation, "Expected exactly twice, found 1: published a/b"));
}

TEST_F(Verify, OrderAllowsOthersBetween) {
  publish(4);
  const auto records =
      broker_.verify_order({published().payload("0"), published().payload("1"), published().payload("3")});
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[2].payload, "3");
}

TEST_F(Verify, OrderWaitsForTheStepsThatAreMissing) {
  publish(1);
  std::jthread other([&] { broker_.publish("c", ""); });
  EXPECT_EQ(broker_.verify_order({published("a/b"), published("c")}).size(), 2u);
  other.join();
}

TEST_F(Verify, OrderSaysWhichStepIsMissing) {
  publish(2);
  const std::string text = failure_of([&] {
    broker_.verify_order({published().payload("1"), published().payload("0")}, 0s);
  });
  EXPECT_TRUE(text.starts_with("Step 2 of 2 did not come, after the ones before it: published")) << text;
  EXPECT_TRUE(contains(text, "The steps before it:\n  #2 ")) << text;
  EXPECT_FALSE(broker_.check_order({published("x")}, 0s));
}

TEST_F(Verify, APredicateThatThrowsFailsTheTestAndNotTheBroker) {
  publish(1);
  const auto throws = [](std::string_view) -> bool { throw std::runtime_error("not JSON"); };
  const Pattern pattern = published("a/b").payload_where("is odd", throws);
  const std::string text = failure_of([&] { broker_.await(pattern); });
  EXPECT_TRUE(text.starts_with("A predicate threw \"not JSON\": published a/b")) << text;
  EXPECT_FALSE(broker_.check(pattern, never()));
  EXPECT_FALSE(broker_.check_order({pattern}));
  EXPECT_TRUE(contains(failure_of([&] { broker_.advance_until(pattern, 1s); }), "not JSON"));
  publish(1);
  EXPECT_EQ(broker_.journal(published("a/b")).size(), 2u);
}

TEST_F(Verify, APredicateIsAskedOnTheBrokerThreadAndMayReadTheJournal) {
  publish(1);
  const auto reads = [&](const Record&) { return broker_.journal(published("a/b")).size() == 1; };
  EXPECT_EQ(broker_.await(published("a/b").where("is alone", reads)).payload, "0");
}

TEST_F(Verify, ASubscriptionIsWaitedFor) {
  WireClient client(broker_.port());
  client.connect("dev-1");
  std::jthread other([&] { client.subscribe("a/#"); });
  broker_.await_subscription("a/#", "dev-*");
  publish(1);
  other.join();
  EXPECT_EQ(client.expect<mqtt::Publish>().topic, "a/b");
}

TEST_F(Verify, ASubscriptionThatIsGoneDoesNotCount) {
  WireClient client(broker_.port());
  client.connect("dev-1");
  client.subscribe("a/#");
  broker_.await_subscription("a/#", "dev-1");
  client.send(mqtt::Unsubscribe{.packet_id = mqtt::PacketId{2}, .topic_filters = {"a/#"}});
  client.expect<mqtt::Unsuback>();
  EXPECT_TRUE(
      contains(failure_of([&] { broker_.await_subscription("a/#", "dev-1", 1ms); }), "Nothing within"));
}

TEST_F(Verify, ASubscriptionOfASessionThatWasResumedCounts) {
  mqtt::PropertyList properties;
  properties.add(mqtt::PropertyId::session_expiry_interval, 60u);
  const mqtt::Connect keeps{.clean_start = false, .properties = properties.view()};
  {
    WireClient client(broker_.port());
    client.connect("dev-1", keeps);
    client.subscribe("a/#");
  }
  broker_.await(disconnected("dev-1"));
  WireClient client(broker_.port());
  client.connect("dev-1", keeps);
  broker_.await_subscription("a/#", "dev-1");
}

TEST(VerifyOfALongStory, KnowsWhatItCannotKnow) {
  TestBroker broker({.journal_records = 3});
  for (int i = 0; i < 5; ++i) broker.publish("a/b", std::to_string(i));
  EXPECT_TRUE(broker.check(published("a/b"), at_least(2)));
  EXPECT_FALSE(broker.check(published("a/b"), never()));
  const Verdict verdict = broker.check(published("c"), never());
  EXPECT_FALSE(verdict);
  EXPECT_TRUE(contains(verdict.explanation, "Records up to #2 could not be looked at"))
      << verdict.explanation;
  EXPECT_FALSE(broker.check(published("a/b"), times(3), 0s));
}

}  // namespace
}  // namespace pint::test
