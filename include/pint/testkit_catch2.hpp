// The test kit in Catch2, version 2 or 3: patterns as matchers, records and verdicts that print as what they
// say. The one header of the test kit that includes Catch2.
//
//   CHECK_THAT(broker.check(pint::published("dev-1/temp"), pint::times(1)), pint::Passes());
//   CHECK_THAT(broker.await(pint::published()), pint::Matches(pint::published("dev-1/temp")));
#pragma once

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>
#include <utility>

#include <pint/testkit.hpp>

namespace Catch {

template <>
struct StringMaker<pint::Record> {
  static std::string convert(const pint::Record& record) { return pint::to_string(record); }
};
template <>
struct StringMaker<pint::Verdict> {
  static std::string convert(const pint::Verdict& verdict) {
    return verdict.passed ? "passed" : verdict.explanation;
  }
};

}  // namespace Catch

namespace pint {

#if __has_include(<catch2/matchers/catch_matchers.hpp>)
template <class T>
using CatchMatcher = Catch::Matchers::MatcherBase<T>;
#else
template <class T>
using CatchMatcher = Catch::MatcherBase<T>;
#endif

// A record that the pattern matches.
class RecordMatches : public CatchMatcher<Record> {
 public:
  explicit RecordMatches(Pattern pattern) : pattern_(std::move(pattern)) {}
  bool match(const Record& record) const override { return pattern_.differences(record).empty(); }
  std::string describe() const override { return "is " + pattern_.describe(); }

 private:
  Pattern pattern_;
};
[[nodiscard]] inline RecordMatches Matches(Pattern pattern) { return RecordMatches(std::move(pattern)); }

// A verdict that passed; one that failed is printed with its explanation.
class VerdictPasses : public CatchMatcher<Verdict> {
 public:
  bool match(const Verdict& verdict) const override { return verdict.passed; }
  std::string describe() const override { return "passes"; }
};
[[nodiscard]] inline VerdictPasses Passes() { return {}; }

}  // namespace pint
