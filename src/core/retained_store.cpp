#include "core/retained_store.hpp"

#include <utility>

#include "base/assert.hpp"
#include "mqtt/topic.hpp"

namespace pint::core {

RetainedStore::Entry* RetainedStore::find(std::string_view topic) {
  const auto found = by_topic_.find(topic);
  return found == by_topic_.end() ? nullptr : &found->second;
}

RetainedStore::Entry& RetainedStore::insert(MessageRef message) {
  const std::string_view topic = message->topic();
  const auto [place, inserted] = by_topic_.try_emplace(topic);
  PINT_ASSERT(inserted);
  place->second.message = std::move(message);
  return place->second;
}

void RetainedStore::erase(std::string_view topic) {
  const auto found = by_topic_.find(topic);
  PINT_ASSERT(found != by_topic_.end());
  by_topic_.erase(found);
}

void RetainedStore::match(std::string_view filter,
                          const std::function<void(const MessageRef&)>& visit) const {
  const std::size_t wildcard = filter.find_first_of("+#");
  if (wildcard == std::string_view::npos) {
    const auto found = by_topic_.find(filter);
    if (found != by_topic_.end()) visit(found->second.message);
    return;
  }
  // "a/#" also matches "a": the fixed front ends before the slash.
  const std::string_view front = filter.substr(0, wildcard == 0 ? 0 : wildcard - 1);
  for (auto at = by_topic_.lower_bound(front); at != by_topic_.end() && at->first.starts_with(front); ++at) {
    if (mqtt::matches(filter, at->first)) visit(at->second.message);
  }
}

}  // namespace pint::core
