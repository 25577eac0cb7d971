#include "core/retained_store.hpp"

#include <utility>

#include "base/assert.hpp"

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

}  // namespace pint::core
