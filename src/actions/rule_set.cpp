// The old list is sorted into what stays and what goes; then the new rules are added, then the old ones end.
#include "actions/rule_set.hpp"

#include <algorithm>

namespace pint::actions {

RuleSet::Change RuleSet::replace(const std::vector<std::string>& texts) {
  std::vector<RunningRule> old = std::exchange(running_, {});
  Change change;
  for (const std::string& text : texts) {
    const auto same = std::ranges::find(old, text, &RunningRule::text);
    if (same == old.end()) {
      add(text, running_);
      ++change.added;
    } else {
      running_.push_back(std::move(*same));
      old.erase(same);
      ++change.kept;
    }
  }
  change.removed = old.size();
  for (const RunningRule& rule : old) broker_.remove_rule(rule.id);
  // The broker takes calls in their order: once it answers a question, the rules are in force.
  [[maybe_unused]] const Stats answer = broker_.stats();
  stop(old);
  return change;
}

void RuleSet::begin() {
  begun_ = true;
  for (const RunningRule& rule : running_) rule.action->begin();
}

void RuleSet::reopen() {
  for (const RunningRule& rule : running_) rule.action->reopen();
}

void RuleSet::stop() {
  out_->begin_stop();
  stop(running_);
  out_->stop();
}

void RuleSet::stop(std::vector<RunningRule>& rules) {
  for (const RunningRule& rule : rules) rule.action->begin_stop();
  for (const RunningRule& rule : rules) rule.action->stop();
  rules.clear();
}

void RuleSet::add(const std::string& text, std::vector<RunningRule>& rules) {
  const ParsedRule parsed = parse_rule(text);
  if (!parsed.rule) return;
  auto publish = [&broker = broker_](Message message) { return broker.publish(std::move(message)); };
  std::shared_ptr<Action> action = make_action(*parsed.rule, {std::move(publish), out_, log_});
  const AddedRule added = broker_.add_rule(parsed.rule->topic_filter,
                                           [action](const Message& message) { action->handle(message); });
  if (added.error) {
    if (log_) log_(LogLevel::error, "rule " + text + ": " + added.error.message());
    return;
  }
  if (begun_) action->begin();
  rules.push_back({text, added.id, std::move(action)});
}

}  // namespace pint::actions
