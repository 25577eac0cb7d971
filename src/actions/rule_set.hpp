// RuleSet: the rules with actions that a broker runs now, and how to get from them to another list.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <pint/broker.hpp>

#include "actions/action.hpp"
#include "actions/standard_output.hpp"

namespace pint::actions {

// Not thread-safe; not to be used on the broker thread.
class RuleSet {
 public:
  // The broker must stay where it is as long as the set.
  RuleSet(Broker& broker, Log log) : broker_(broker), log_(std::move(log)) {}
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;
  ~RuleSet() { stop(); }

  // Make the running rules those of `texts`, "FILTER=ACTION" each and all well-formed (see parse_rule), and
  // return when they are in force. A rule that is in both lists goes on undisturbed: its command is not
  // restarted and it gets no retained messages again.
  struct Change {
    std::size_t added = 0;
    std::size_t removed = 0;
    std::size_t kept = 0;
  };
  Change replace(const std::vector<std::string>& texts);

  // Start threads and commands, once the broker runs. replace() does it for rules that come later.
  void begin();
  void reopen();  // files that were rotated away
  void stop();    // all actions at the same time; see Action::stop

 private:
  struct RunningRule {
    std::string text;
    RuleId id{};
    std::shared_ptr<Action> action;
  };
  static void stop(std::vector<RunningRule>& rules);
  void add(const std::string& text, std::vector<RunningRule>& rules);

  Broker& broker_;
  Log log_;
  std::shared_ptr<StandardOutput> out_ = std::make_shared<StandardOutput>();
  std::vector<RunningRule> running_;
  bool begun_ = false;
};

}  // namespace pint::actions
