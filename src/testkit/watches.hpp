// Watches: searches that threads wait for. A search is looked at on the broker thread, after each turn that
// brought news; its thread sleeps until the search has come to its end or its patience has.
//
//   test thread                          broker thread
//   add() ── wait_for(patience) ··       news ─▶ after the turn: look() at each ─▶ done: wake up
//   remove() ── the last look
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "testkit/search.hpp"

namespace pint::testkit {

// One search and the thread that waits for it.
class Watch {
 public:
  // The search must last until the watch is removed.
  explicit Watch(Search& search) : search_(search) {}

  // Broker thread. Whether it has come to its end.
  bool look(const Journal& journal);

  // The thread that waits.
  void wait_for(Duration real_time);
  // After it was removed.
  struct Outcome {
    bool found = false;       // all that the search wanted
    std::string thrown = {};  // what a predicate threw, as a sentence: the test fails, the broker goes on
  };
  [[nodiscard]] const Outcome& outcome() const { return outcome_; }

 private:
  [[nodiscard]] bool done() const { return outcome_.found || !outcome_.thrown.empty(); }

  Search& search_;
  std::mutex lock_;
  std::condition_variable ended_;
  Outcome outcome_;
};

// Broker thread only.
class Watches {
 public:
  [[nodiscard]] bool empty() const { return watches_.empty(); }
  void add(const std::shared_ptr<Watch>& watch) { watches_.push_back(watch); }
  // Has a last look if it has not come to its end.
  void remove(const std::shared_ptr<Watch>& watch, const Journal& journal);
  void look(const Journal& journal);

 private:
  // Weak: a thread that was told that the broker has stopped cannot remove its watch any more.
  std::vector<std::weak_ptr<Watch>> watches_;
};

}  // namespace pint::testkit
