#include "core/subscription_index.hpp"

#include <utility>

#include "base/assert.hpp"

namespace pint::core {
namespace {

constexpr std::uint32_t kNowhere = HashIndex::kNone;
constexpr std::size_t kLookThrough = 32;  // up to here a linear search is cheaper than a table

std::uint64_t edge_hash(std::uint32_t parent, std::string_view level) {
  return hash_text(level, (std::uint64_t{parent} + 1) * 0xD6E8FEB86659FD93u);
}

std::uint64_t receiver_hash(ReceiverId receiver) {
  const std::uint64_t h = (std::uint64_t{receiver.index} << 32 | receiver.generation) * 0x9FB21C651E98DF25u;
  return h ^ h >> 29;
}

bool ends_with_hash(std::string_view matched) { return matched.back() == '#'; }

}  // namespace

SubscriptionIndex::SubscriptionIndex() {
  const std::uint32_t root = nodes_.take();
  PINT_ASSERT(root == kRoot);
}

SubscriptionIndex::Added SubscriptionIndex::add(const mqtt::TopicFilterView& view,
                                                const Subscription& subscription) {
  FilterId id = find_filter(view);
  if (id == FilterId::none) id = make_filter(view);
  Filter& filter = filters_[static_cast<std::uint32_t>(id)];
  const std::uint32_t position = position_of(id, subscription.receiver);
  if (position != kNowhere) {
    const std::uint32_t place = filter.subscriptions[position].place;
    filter.subscriptions[position] = subscription;
    filter.subscriptions[position].place = place;
    return {id, true};
  }
  filter.subscriptions.push_back(subscription);
  note_position(id, static_cast<std::uint32_t>(filter.subscriptions.size() - 1));
  ++size_;
  if (filter.text.view().starts_with("$SYS")) ++sys_size_;
  return {id, false};
}

FilterId SubscriptionIndex::find_filter(std::string_view text) const {
  const auto view = mqtt::parse_topic_filter(text);
  return view ? find_filter(*view) : FilterId::none;
}

void SubscriptionIndex::remove(FilterId id, ReceiverId receiver) {
  Filter& filter = filters_[static_cast<std::uint32_t>(id)];
  const std::uint32_t position = position_of(id, receiver);
  PINT_ASSERT(position != kNowhere);
  if (filter.crowded) crowd_of(id).erase(receiver_hash(receiver), position);
  // The last one takes its place: removing is O(1), and order stays a matter of the calls alone.
  if (position + 1 != filter.subscriptions.size()) {
    const Subscription& last = filter.subscriptions.back();
    if (filter.crowded) {
      const auto from = static_cast<std::uint32_t>(filter.subscriptions.size() - 1);
      crowd_of(id).replace(receiver_hash(last.receiver), from, position);
    }
    filter.subscriptions[position] = last;
  }
  filter.subscriptions.pop_back();
  --size_;
  if (filter.text.view().starts_with("$SYS")) --sys_size_;
  if (filter.subscriptions.empty()) drop_filter(id);
}

const Subscription* SubscriptionIndex::find(FilterId id, ReceiverId receiver) const {
  const Filter& found = filter(id);
  const std::uint32_t position = position_of(id, receiver);
  return position == kNowhere ? nullptr : &found.subscriptions[position];
}

void SubscriptionIndex::set_place(FilterId id, ReceiverId receiver, std::uint32_t place) {
  Filter& filter = filters_[static_cast<std::uint32_t>(id)];
  const std::uint32_t position = position_of(id, receiver);
  PINT_ASSERT(position != kNowhere);
  filter.subscriptions[position].place = place;
}

std::uint32_t SubscriptionIndex::position_of(FilterId id, ReceiverId receiver) const {
  const Filter& filter = this->filter(id);
  if (filter.crowded) {
    return crowds_.find(id)->second.find(receiver_hash(receiver), [&](std::uint32_t position) {
      return filter.subscriptions[position].receiver == receiver;
    });
  }
  for (std::size_t i = 0; i < filter.subscriptions.size(); ++i) {
    if (filter.subscriptions[i].receiver == receiver) return static_cast<std::uint32_t>(i);
  }
  return kNowhere;
}

void SubscriptionIndex::note_position(FilterId id, std::uint32_t position) {
  Filter& filter = filters_[static_cast<std::uint32_t>(id)];
  const auto insert = [&](HashIndex& crowd, std::uint32_t at) {
    crowd.insert(receiver_hash(filter.subscriptions[at].receiver), at);
  };
  if (filter.crowded) return insert(crowd_of(id), position);
  if (filter.subscriptions.size() <= kLookThrough) return;
  filter.crowded = true;
  HashIndex& crowd = crowds_[id];
  for (std::uint32_t i = 0; i < filter.subscriptions.size(); ++i) insert(crowd, i);
}

FilterId SubscriptionIndex::find_exact(std::string_view matched) const {
  return FilterId{
      exact_.find(hash_text(matched), [&](std::uint32_t id) { return filters_[id].matched() == matched; })};
}

std::uint32_t SubscriptionIndex::find_child(std::uint32_t parent, std::string_view level) const {
  return children_.find(edge_hash(parent, level), [&](std::uint32_t number) {
    const Node& node = nodes_[number];
    return node.parent == parent && node.level == level;
  });
}

// Walks as far as there are nodes, without making any.
FilterId SubscriptionIndex::find_filter(const mqtt::TopicFilterView& view) const {
  FilterId id = FilterId::none;
  if (!view.has_wildcard) {
    id = find_exact(view.filter);
  } else {
    std::uint32_t node = kRoot;
    for (mqtt::Levels levels(view.filter); !levels.done() && node != kNoNode;) {
      const std::string_view level = levels.next();
      if (level == "#") break;
      node = level == "+" ? nodes_[node].plus : find_child(node, level);
    }
    if (node == kNoNode) return FilterId::none;
    id = ends_with_hash(view.filter) ? nodes_[node].hash : nodes_[node].here;
  }
  while (id != FilterId::none && filter(id).text != view.text) id = filter(id).next;
  return id;
}

// Where the chain of filters with these wildcards begins; makes the nodes that lead there, each used once
// more.
FilterId& SubscriptionIndex::wildcard_head(const mqtt::TopicFilterView& view, std::uint32_t& node) {
  node = kRoot;
  for (mqtt::Levels levels(view.filter); !levels.done();) {
    const std::string_view level = levels.next();
    if (level == "#") break;
    node = child_for(node, level);
  }
  ++nodes_[node].uses;
  return ends_with_hash(view.filter) ? nodes_[node].hash : nodes_[node].here;
}

FilterId SubscriptionIndex::make_filter(const mqtt::TopicFilterView& view) {
  const std::uint32_t index = filters_.take();
  Filter& filter = filters_[index];
  filter.text = CompactText(view.text);
  filter.matched_at = static_cast<std::uint16_t>(view.filter.data() - view.text.data());
  filter.has_wildcard = view.has_wildcard;
  if (view.has_wildcard) {
    FilterId& head = wildcard_head(view, filter.node);
    filter.next = std::exchange(head, FilterId{index});
    ++wildcard_filters_;
    return FilterId{index};
  }
  const FilterId head = find_exact(view.filter);
  if (head == FilterId::none) {
    exact_.insert(hash_text(view.filter), index);
  } else {  // behind the head, so that the table need not change
    filter.next = std::exchange(filters_[static_cast<std::uint32_t>(head)].next, FilterId{index});
  }
  return FilterId{index};
}

void SubscriptionIndex::drop_filter(FilterId id) {
  const auto index = static_cast<std::uint32_t>(id);
  Filter& filter = filters_[index];
  FilterId exact_head = filter.has_wildcard ? FilterId::none : find_exact(filter.matched());
  Node* node = filter.has_wildcard ? &nodes_[filter.node] : nullptr;
  FilterId& head = node == nullptr ? exact_head : ends_with_hash(filter.matched()) ? node->hash : node->here;
  if (head != id) {
    FilterId before = head;
    while (this->filter(before).next != id) before = this->filter(before).next;
    filters_[static_cast<std::uint32_t>(before)].next = filter.next;
  } else if (node != nullptr) {
    head = filter.next;
  } else if (filter.next == FilterId::none) {
    exact_.erase(hash_text(filter.matched()), index);
  } else {
    exact_.replace(hash_text(filter.matched()), index, static_cast<std::uint32_t>(filter.next));
  }
  if (node != nullptr) {
    --wildcard_filters_;
    release_node(filter.node);
  }
  if (filter.crowded) crowds_.erase(id);
  filter = {};
  filters_.give_back(index);
}

std::uint32_t SubscriptionIndex::child_for(std::uint32_t parent, std::string_view level) {
  const bool plus = level == "+";
  const std::uint32_t found = plus ? nodes_[parent].plus : find_child(parent, level);
  if (found != kNoNode) return found;
  const std::uint32_t child = nodes_.take();
  nodes_[child].parent = parent;
  ++nodes_[parent].uses;
  if (plus) {
    nodes_[parent].plus = child;
  } else {
    nodes_[child].level = CompactText(level);
    children_.insert(edge_hash(parent, level), child);
    ++nodes_[parent].named;
  }
  return child;
}

// One use less; nodes that nothing uses any more go, up towards the root.
void SubscriptionIndex::release_node(std::uint32_t node) {
  while (--nodes_[node].uses == 0 && node != kRoot) {
    const std::uint32_t parent = nodes_[node].parent;
    if (nodes_[parent].plus == node) {
      nodes_[parent].plus = kNoNode;
    } else {
      children_.erase(edge_hash(parent, nodes_[node].level), node);
      --nodes_[parent].named;
    }
    nodes_[node] = {};
    nodes_.give_back(node);
    node = parent;
  }
}

}  // namespace pint::core
