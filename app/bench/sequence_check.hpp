// SequenceCheck: whether the messages of one publisher arrive at one subscriber as they must. It is told the
// numbers as they come (the publisher counts 0, 1, 2, …) and remembers only what is missing.
//
//   next_: one more than the highest seen      gaps_: runs below next_ that have not come
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pint::bench {

// What went wrong, in messages. A message that comes late is `reordered`, not lost.
struct Findings {
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;
  std::uint64_t unknown = 0;  // damaged, misrouted or never sent

  Findings& operator+=(const Findings& other);
  friend bool operator==(const Findings&, const Findings&) = default;
};

class SequenceCheck {
 public:
  // A message with this number has come.
  void take(std::uint64_t sequence) {
    if (sequence == next_) {
      ++next_;
      ++received_;
    } else {
      take_out_of_order(sequence);
    }
  }

  // Different messages that have come.
  [[nodiscard]] std::uint64_t received() const { return received_; }

  // What went wrong, `sent` messages having been sent and no more being waited for.
  [[nodiscard]] Findings findings(std::uint64_t sent) const;

 private:
  struct Gap {
    std::uint64_t begin;
    std::uint64_t end;
  };

  void take_out_of_order(std::uint64_t sequence);

  std::uint64_t next_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t duplicated_ = 0;
  std::uint64_t reordered_ = 0;
  std::vector<Gap> gaps_;  // in rising order
};

}  // namespace pint::bench
