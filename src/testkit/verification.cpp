#include "testkit/verification.hpp"

#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "testkit/record_text.hpp"
#include "testkit/search.hpp"

namespace pint::testkit {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

std::string count_text(std::size_t count) {
  if (count == 1) return "once";
  if (count == 2) return "twice";
  return std::to_string(count) + " times";
}

std::string expectation(const Times& times) {
  if (times.at_most == 0) return "never";
  if (times.at_least == times.at_most) return "exactly " + count_text(times.at_least);
  if (times.at_most == kNoLimit) return "at least " + count_text(times.at_least);
  if (times.at_least == 0) return "at most " + count_text(times.at_most);
  return "between " + std::to_string(times.at_least) + " and " + count_text(times.at_most);
}

std::string waited(Nanoseconds within) {
  return within > Nanoseconds::zero() ? " within " + span_text(within) : "";
}

// Must it come? Then it is worth waiting for, though the test says nothing about how long.
bool must_come(const Times& times) { return times.at_least > 0; }

Nanoseconds patience(const Workbench& bench, std::optional<Nanoseconds> within, bool is_worth_it) {
  if (within) require_not_negative(*within, "`within`");
  return within.value_or(is_worth_it ? bench.options().patience : Nanoseconds::zero());
}

std::vector<Record> held(Workbench& bench) {
  std::vector<Record> records;
  bench.read([&](const Journal& journal) { records = journal.held(); });
  return records;
}

std::string told_missed(std::uint64_t missed) {
  if (missed == 0) return {};
  return "Records up to #" + std::to_string(missed) +
         " could not be looked at: they were dropped; raise TestOptions::journal_records and "
         "journal_bytes.\n";
}

Verdict failure(std::string explanation) { return {.passed = false, .explanation = std::move(explanation)}; }

Verdict miss(Workbench& bench, const Pattern& pattern, std::string_view what_failed, std::uint64_t missed) {
  return failure(explain_miss(pattern, held(bench), what_failed) + told_missed(missed));
}

// So many are enough to know: the least there must be or, if none must be, one more than there may be.
std::size_t deciding(const Times& times) {
  if (must_come(times) || times.at_most == kNoLimit) return times.at_least;
  return times.at_most + 1;
}

Verdict judge(Workbench& bench, const Pattern& pattern, const Times& times, Nanoseconds within,
              const CountSearch& search) {
  const std::size_t found = search.found().size();
  const bool right = found >= times.at_least && found <= times.at_most;
  const bool sure = search.missed() == 0 || found > times.at_most || times.at_most == kNoLimit;
  if (right && sure) return {};
  const std::string found_text = found == 0 ? "nothing" : std::to_string(found);
  const std::string found_what = right ? ", which cannot be told" : ", found " + found_text;
  return miss(bench, pattern, "Expected " + expectation(times) + waited(within) + found_what,
              search.missed());
}

std::string list(const std::vector<Record>& records) {
  std::string text;
  for (const Record& record : records) text += "  " + to_string(record) + '\n';
  return text;
}

}  // namespace

Verified verify(Workbench& bench, const Pattern& pattern, const Times& times,
               std::optional<Nanoseconds> within) {
  const Nanoseconds longest = patience(bench, within, must_come(times));
  CountSearch search(pattern, deciding(times));
  Watch::Outcome outcome = bench.wait(search, longest);
  if (outcome.thrown.empty()) {  // now those that are more than what decides, if any
    search.set_enough(kNoLimit);
    outcome = bench.wait(search, Nanoseconds::zero());
  }
  if (!outcome.thrown.empty()) return {.verdict = miss(bench, pattern, outcome.thrown, search.missed())};
  return {.verdict = judge(bench, pattern, times, longest, search), .records = search.found()};
}

Verified verify_order(Workbench& bench, const std::vector<Pattern>& patterns,
                     std::optional<Nanoseconds> within) {
  if (patterns.empty()) throw std::invalid_argument("an order of no patterns is always there");
  const Nanoseconds longest = patience(bench, within, true);
  OrderSearch search(patterns);
  const Watch::Outcome outcome = bench.wait(search, longest);
  if (outcome.found) return {.records = search.found()};
  const std::size_t missing = search.found().size();
  const bool is_first = missing == 0;
  const Pattern pattern = is_first ? patterns[0] : patterns[missing].after(search.found().back());
  const std::string what_failed = !outcome.thrown.empty()
                                      ? outcome.thrown
                                      : "Step " + std::to_string(missing + 1) + " of " +
                                            std::to_string(patterns.size()) + " did not come" +
                                            waited(longest) + (is_first ? "" : ", after the ones before it");
  Verdict verdict = miss(bench, pattern, what_failed, search.missed());
  if (!is_first) verdict.explanation += "\nThe steps before it:\n" + list(search.found());
  return {.verdict = std::move(verdict), .records = search.found()};
}

Verdict nothing_found(Workbench& bench, const Pattern& pattern, const CountSearch& search,
                      std::string_view what_failed) {
  return miss(bench, pattern, what_failed, search.missed());
}

}  // namespace pint::testkit
