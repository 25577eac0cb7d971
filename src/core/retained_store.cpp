#include "core/retained_store.hpp"

#include <utility>

#include "base/assert.hpp"
#include "mqtt/topic.hpp"

namespace pint::core {

const RetainedStore::Entry* RetainedStore::find(std::string_view topic) const {
  const auto found = by_topic_.find(topic);
  return found == by_topic_.end() ? nullptr : &*found;
}

const RetainedStore::Entry& RetainedStore::insert(MessageRef message) {
  const auto [place, inserted] = by_topic_.insert({.message = std::move(message)});
  PINT_ASSERT(inserted);
  return *place;
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
    if (found != by_topic_.end()) visit(found->message);
    return;
  }
  // "a/#" also matches "a": the fixed front ends before the slash.
  const std::string_view front = filter.substr(0, wildcard == 0 ? 0 : wildcard - 1);
  for (auto at = by_topic_.lower_bound(front); at != by_topic_.end(); ++at) {
    const std::string_view topic = at->message->topic();
    if (!topic.starts_with(front)) return;
    if (mqtt::matches(filter, topic)) visit(at->message);
  }
}

}  // namespace pint::core
