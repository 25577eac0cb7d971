#include "api/rules.hpp"

#include <utility>

#include "base/assert.hpp"

namespace pint {

bool has_one_handler(const Rule& rule) {
  return int{rule.on_message != nullptr} + int{rule.on_payload != nullptr} + int{rule.queue != nullptr} == 1;
}

void Rules::add(RuleId id, core::RuleKey key, std::shared_ptr<const Rule> rule) {
  const bool is_new = keys_.emplace(id, key).second && by_key_.emplace(key, std::move(rule)).second;
  PINT_ASSERT(is_new);
}

const Rule* Rules::find(core::RuleKey key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second.get();
}

std::optional<core::RuleKey> Rules::remove(RuleId id) {
  const auto found = keys_.find(id);
  if (found == keys_.end()) return std::nullopt;
  const core::RuleKey key = found->second;
  keys_.erase(found);
  removed_.push_back(std::move(by_key_.extract(key).mapped()));
  return key;
}

void Rules::close_queues() const {
  for (const auto& [key, rule] : by_key_) {
    if (rule->queue) rule->queue->close();
  }
}

}  // namespace pint
