// What happens when a number is not the next one.
#include "bench/sequence_check.hpp"

#include <algorithm>

namespace pint::bench {

Findings& Findings::operator+=(const Findings& other) {
  lost += other.lost;
  duplicated += other.duplicated;
  reordered += other.reordered;
  unknown += other.unknown;
  return *this;
}

void SequenceCheck::take_out_of_order(std::uint64_t sequence) {
  if (sequence > next_) {
    gaps_.push_back({next_, sequence});
    next_ = sequence + 1;
    ++received_;
    return;
  }
  const auto gap = std::ranges::upper_bound(gaps_, sequence, {}, &Gap::end);
  if (gap == gaps_.end() || sequence < gap->begin) {
    ++duplicated_;
    return;
  }
  ++reordered_;
  ++received_;
  const Gap before{gap->begin, sequence};
  gap->begin = sequence + 1;
  if (gap->begin == gap->end) {
    if (before.begin == before.end)
      gaps_.erase(gap);
    else
      *gap = before;
  } else if (before.begin != before.end) {
    gaps_.insert(gap, before);
  }
}

Findings SequenceCheck::findings(std::uint64_t sent) const {
  Findings found{.duplicated = duplicated_, .reordered = reordered_};
  found.unknown = next_ > sent ? next_ - sent : 0;
  for (const Gap& gap : gaps_) {
    if (gap.begin < sent) found.lost += std::min(gap.end, sent) - gap.begin;
  }
  if (next_ < sent) found.lost += sent - next_;
  return found;
}

}  // namespace pint::bench
