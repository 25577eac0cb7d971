#include "testkit/search.hpp"

#include <algorithm>
#include <optional>

namespace pint::testkit {
namespace {

// Give the next match and go on after it, or to the end of the journal. Records that were dropped are noted:
// what is found without them is right, but what is not found may have been among them.
std::optional<Record> next_match(const Journal& journal, const Pattern& pattern, std::uint64_t& next,
                                 std::uint64_t& missed) {
  next = std::max({next, journal.begin(), pattern.after_sequence() + 1});
  if (next < journal.first()) {
    missed = journal.first() - 1;
    next = journal.first();
  }
  std::optional<Record> found = journal.find(pattern, next);
  next = found ? found->sequence + 1 : journal.last() + 1;
  return found;
}

}  // namespace

bool CountSearch::look(const Journal& journal) {
  while (found_.size() < enough_) {
    std::optional<Record> found = next_match(journal, pattern_, next_, missed_);
    if (!found) return false;
    found_.push_back(std::move(*found));
  }
  return true;
}

bool OrderSearch::look(const Journal& journal) {
  while (found_.size() < patterns_.size()) {
    std::optional<Record> found = next_match(journal, patterns_[found_.size()], next_, missed_);
    if (!found) return false;
    found_.push_back(std::move(*found));
  }
  return true;
}

}  // namespace pint::testkit
