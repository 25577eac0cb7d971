// Search: what somebody looks for in a journal that is still being written. Each look goes on where the last
// one ended. Used on the broker thread, or after it has ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <pint/pattern.hpp>

#include "testkit/journal.hpp"

namespace pint::testkit {

class Search {
 public:
  virtual ~Search() = default;
  // Look at what is new; true: there is no need to look again. What a predicate throws passes through.
  virtual bool look(const Journal& journal) = 0;
};

// Records that match, until there are so many.
class CountSearch : public Search {
 public:
  CountSearch(Pattern pattern, std::size_t enough) : pattern_(std::move(pattern)), enough_(enough) {}

  // Leave out what is in the journal already.
  void begin_after(const Journal& journal) { next_ = journal.last() + 1; }
  void set_enough(std::size_t enough) { enough_ = enough; }
  bool look(const Journal& journal) override;

  [[nodiscard]] const std::vector<Record>& found() const { return found_; }
  // The last record it would have looked at, had it not been dropped; 0: it saw all.
  [[nodiscard]] std::uint64_t missed() const { return missed_; }

 private:
  Pattern pattern_;
  std::size_t enough_;
  std::uint64_t next_ = 1;
  std::uint64_t missed_ = 0;
  std::vector<Record> found_;
};

// For each pattern the first record after the one before.
class OrderSearch : public Search {
 public:
  explicit OrderSearch(std::vector<Pattern> patterns) : patterns_(std::move(patterns)) {}

  bool look(const Journal& journal) override;

  [[nodiscard]] const std::vector<Record>& found() const { return found_; }
  [[nodiscard]] std::uint64_t missed() const { return missed_; }

 private:
  std::vector<Pattern> patterns_;
  std::uint64_t next_ = 1;
  std::uint64_t missed_ = 0;
  std::vector<Record> found_;
};

}  // namespace pint::testkit
