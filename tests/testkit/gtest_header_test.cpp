// <pint/testkit_gtest.hpp>: verdicts as assertions, patterns as matchers.
#include <gmock/gmock.h>

#include <string>

#include <pint/testkit_gtest.hpp>

namespace pint::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::Not;

Record message(std::string topic, QoS qos = QoS::at_most_once) {
  return {.sequence = 7, .kind = RecordKind::published, .topic = std::move(topic), .qos = qos};
}

TEST(GtestHeader, AVerdictIsAnAssertionWithItsExplanation) {
  EXPECT_TRUE(assertion({}));
  const testing::AssertionResult failed = assertion({.passed = false, .explanation = "because"});
  EXPECT_FALSE(failed);
  EXPECT_STREQ(failed.message(), "because");
}

TEST(GtestHeader, ABrokerIsVerified) {
  TestBroker broker;
  broker.publish("a", "1");
  broker.publish("b", "2");
  EXPECT_TRUE(verified(broker, published("a"), times(1)));
  EXPECT_FALSE(verified(broker, published("a"), never()));
  EXPECT_TRUE(verified_order(broker, {published("a"), published("b")}));
  EXPECT_FALSE(verified_order(broker, {published("b"), published("a")}, std::chrono::seconds{0}));
  EXPECT_THAT(broker.journal(), Contains(Matches(published("a"))));
  EXPECT_THAT(broker.journal(), Each(Not(Matches(published("c")))));
}

TEST(GtestHeader, AMismatchIsExplainedFieldByField) {
  const auto matcher = Matches(published("a/+").qos(QoS::at_least_once));
  testing::StringMatchResultListener listener;
  EXPECT_FALSE(matcher.MatchAndExplain(message("a/b"), &listener));
  EXPECT_EQ(listener.str(), "qos: expected 1, was 0");
  EXPECT_TRUE(matcher.Matches(message("a/b", QoS::at_least_once)));
  EXPECT_EQ(testing::DescribeMatcher<const Record&>(matcher), "is published a/+, qos 1");
}

TEST(GtestHeader, ARecordPrintsAsItsLine) {
  const Record record = message("a/b");
  EXPECT_EQ(testing::PrintToString(record), to_string(record));
  EXPECT_EQ(testing::PrintToString(published("a/b")), "published a/b");
}

}  // namespace
}  // namespace pint::test
