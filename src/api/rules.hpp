// Rules: the rules a running broker has installed, by the engine's key and by the caller's id. Broker thread
// only.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <pint/broker.hpp>

#include "core/ids.hpp"

namespace pint {

// Whether the rule has exactly one handler.
[[nodiscard]] bool has_one_handler(const Rule& rule);

class Rules {
 public:
  void add(RuleId id, core::RuleKey key, std::shared_ptr<const Rule> rule);

  // Null if it was removed.
  [[nodiscard]] const Rule* find(core::RuleKey key) const;

  // Give the key to remove from the engine; nothing if the rule is not here. A handler may remove its own
  // rule while it runs, so the rule itself stays until forget_removed().
  std::optional<core::RuleKey> remove(RuleId id);
  void forget_removed() { removed_.clear(); }

  // No more messages will come: let whoever waits at a queue go on.
  void close_queues() const;

 private:
  std::unordered_map<core::RuleKey, std::shared_ptr<const Rule>> by_key_;
  std::map<RuleId, core::RuleKey> keys_;
  std::vector<std::shared_ptr<const Rule>> removed_;
};

}  // namespace pint
