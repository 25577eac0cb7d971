// StubTable: the stubs of a TestBroker, the states of their scenarios, and the replies that are not due yet.
// Used on the broker thread.
//
//   published ─▶ answer(): the newest stub that matches ─▶ replies_, by when they are due
//                                                          tick(): publish what is due, one hop further
//
// A reply without delay is due at once, which is in the turn after the request's: the request is told before
// its answer is published, so that the journal has them in this order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/stub.hpp>

#include "base/time.hpp"
#include "net/timed.hpp"
#include "testkit/journal.hpp"

namespace pint {

class RunningBroker;

namespace testkit {

struct AddedStub {
  std::string name;
  StubPlan plan;
  std::size_t hits = 0;
  std::string failure = {};  // the first one, as a sentence; empty: none

  [[nodiscard]] bool used_up() const;
};

class StubTable : public net::Timed {
 public:
  // Before anything else: whose stubs they are. Its loop serves them from here on.
  void attach(RunningBroker& broker);

  // Throws std::invalid_argument if another stub has the plan's name.
  std::shared_ptr<AddedStub> add(const StubPlan& plan);
  void remove(const AddedStub& stub);
  // Forget stubs, scenarios and replies.
  void clear();
  [[nodiscard]] bool empty() const { return stubs_.empty(); }

  // A message was published that comes from so many others. Nothing if no stub is for it.
  std::optional<StubCall> answer(const Record& request, std::uint8_t hops);

  // Throw std::invalid_argument if no stub has named the scenario.
  [[nodiscard]] const std::string& state(std::string_view scenario) const;
  void set_state(std::string_view scenario, std::string_view state);

  [[nodiscard]] std::optional<Time> next_deadline() const override;
  void tick(Time now) override;

 private:
  struct Reply {
    Message message;
    Duration delay{};
    std::uint8_t hops = 0;
  };
  // What a stub makes of a message.
  struct Answer {
    std::vector<Reply> replies;
    std::string text;  // "answers resp/1"
  };

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::shared_ptr<AddedStub> find(const Record& request);
  [[nodiscard]] bool matches(AddedStub& stub, const Record& request);
  [[nodiscard]] std::optional<Answer> make_answer(AddedStub& stub, const Record& request);
  std::string change_state(const StubPlan::Parts& parts);
  void fail(AddedStub& stub, const std::string& what);

  RunningBroker* broker_ = nullptr;
  std::vector<std::shared_ptr<AddedStub>> stubs_;           // oldest first
  std::size_t named_ = 0;                                   // "stub 1", "stub 2" …
  std::map<std::string, std::string, std::less<>> states_;  // by scenario
  std::multimap<Time, Reply> replies_;                      // those of one time in the order of requests
};

}  // namespace testkit
}  // namespace pint
