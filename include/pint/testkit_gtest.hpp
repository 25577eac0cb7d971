// The test kit in GoogleTest: verdicts as assertions, patterns as matchers, records that print as their line.
// The one header of the test kit that includes GoogleTest; link what you use of it.
//
//   EXPECT_TRUE(pint::verified(broker, pint::published("dev-1/temp"), pint::times(1)));
//   EXPECT_THAT(broker.journal(), Contains(pint::Matches(pint::connected("dev-1"))));   // with gMock
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include <pint/testkit.hpp>

namespace pint {

// How GoogleTest shows them; it finds them by their names.
inline void PrintTo(const Record& record, std::ostream* out) { *out << to_string(record); }
inline void PrintTo(const Pattern& pattern, std::ostream* out) { *out << pattern.describe(); }
inline void PrintTo(const Verdict& verdict, std::ostream* out) {
  *out << (verdict.passed ? "passed" : verdict.explanation);
}

// The verdict as an assertion, for EXPECT_TRUE and ASSERT_TRUE; its explanation is the message.
[[nodiscard]] inline testing::AssertionResult assertion(const Verdict& verdict) {
  if (verdict.passed) return testing::AssertionSuccess();
  return testing::AssertionFailure() << verdict.explanation;
}

// TestBroker::check() and check_order() as assertions: the test goes on after EXPECT_TRUE.
[[nodiscard]] inline testing::AssertionResult verified(TestBroker& broker, const Pattern& pattern,
                                                       Times times = {},
                                                       std::optional<std::chrono::nanoseconds> within = {}) {
  return assertion(broker.check(pattern, times, within));
}
[[nodiscard]] inline testing::AssertionResult verified_order(
    TestBroker& broker, const std::vector<Pattern>& patterns,
    std::optional<std::chrono::nanoseconds> within = {}) {
  return assertion(broker.check_order(patterns, within));
}

// A record that a pattern matches, as a matcher for EXPECT_THAT; a mismatch is explained field by field.
class RecordMatcher : public testing::MatcherInterface<const Record&> {
 public:
  explicit RecordMatcher(Pattern pattern) : pattern_(std::move(pattern)) {}
  bool MatchAndExplain(const Record& record, testing::MatchResultListener* listener) const override {
    const std::vector<Pattern::Difference> differences = pattern_.differences(record);
    const char* separator = "";
    for (const auto& [field, expected, actual] : differences) {
      *listener << separator << field << ": expected " << expected << ", was " << actual;
      separator = "; ";
    }
    return differences.empty();
  }
  void DescribeTo(std::ostream* out) const override { *out << "is " << pattern_.describe(); }
  void DescribeNegationTo(std::ostream* out) const override { *out << "is not " << pattern_.describe(); }

 private:
  Pattern pattern_;
};
[[nodiscard]] inline testing::Matcher<const Record&> Matches(Pattern pattern) {
  return testing::MakeMatcher(new RecordMatcher(std::move(pattern)));
}

}  // namespace pint
