// RepeatedEvents: how often events that are alike have come, so that a log can say so in a few lines. A
// hundred thousand messages that are dropped for one slow client are one story, and writing a line for each
// would take longer than dropping them.
//
// Alike are messages dropped for the same client and cause, the same limit reached by the same client, the
// same refusal of the same Client Identifier, and failures of the same handler. Single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <pint/event.hpp>

namespace pint {

class RepeatedEvents {
 public:
  // How many like this one there were, with it; 1 for an event of another kind. A client that connects begins
  // at 0 again.
  std::uint64_t count(const Event& event);

  [[nodiscard]] std::size_t kinds() const { return counts_.size(); }

 private:
  // Above this everything begins at 0 again: more lines, instead of more memory.
  static constexpr std::size_t kKindsAtMost = 1'000;

  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;  // by client, and what is alike
};

// Whether the event that is the n-th of its kind is told like any other: 1 to 10, 100, 1,000 …
[[nodiscard]] bool is_told(std::uint64_t n);

// What is said behind the line of an event that is told and has followers that are not; otherwise nothing.
[[nodiscard]] std::string count_text(std::uint64_t n);

}  // namespace pint
