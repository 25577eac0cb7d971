// SubscriptionIndex: who wants which topics. Filters without wildcards are found by one hash of the whole
// topic; only filters with wildcards live in a trie, so what a match costs depends on what matches, not on
// how many there are.
//
//   exact:    hash("a/b")  -> filter "a/b" -> next: "$share/g/a/b"
//   wildcard: root -a-> node -+-> node      each node: the filter that ends here, and the one that goes on
//   with "#"
//
// A shared group is a filter of its own ($share/name/filter) at the same place. Receivers stand under ids, in
// an order that depends on nothing but the calls made. Memory follows the number of subscriptions down again,
// see slot_pages.hpp and spare_room.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/compact_text.hpp"
#include "base/hash.hpp"
#include "base/short_list.hpp"
#include "base/slot_pages.hpp"
#include "core/ids.hpp"
#include "mqtt/packet.hpp"
#include "mqtt/topic.hpp"

namespace pint::core {

// Who receives: a Session, or a rule of the application (generation 0).
struct ReceiverId {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
  static ReceiverId of(SessionId id) { return {id.index, id.generation}; }
  static ReceiverId of(RuleKey key) { return {static_cast<std::uint32_t>(key), 0}; }
  [[nodiscard]] bool is_rule() const { return generation == 0; }
  [[nodiscard]] SessionId session() const { return {index, generation}; }
  [[nodiscard]] RuleKey rule() const { return RuleKey{index}; }
  friend bool operator==(const ReceiverId&, const ReceiverId&) = default;
};

struct Subscription {
  ReceiverId receiver;
  std::uint32_t identifier = 0;       // Subscription Identifier; 0: none
  mqtt::SubscriptionOptions options;  // qos: as granted
  std::uint32_t place = 0;            // where the receiver keeps this filter in a list of its own
};

enum class FilterId : std::uint32_t { none = HashIndex::kNone };

class SubscriptionIndex {
 public:
  SubscriptionIndex();

  // One filter and its subscriptions. A cache line: a match among many filters finds none of it in a cache.
  struct alignas(64) Filter {
    CompactText text;              // as in SUBSCRIBE
    std::uint16_t matched_at = 0;  // where in text the part that topics are matched with begins
    bool has_wildcard = false;
    bool crowded = false;          // has a table in crowds_
    std::uint32_t cursor = 0;      // shared: whose turn it is
    FilterId next = FilterId::none;  // the next filter with the same matched part
    std::uint32_t node = 0;          // its trie node; unused without wildcards
    ShortList<Subscription, 1> subscriptions;
    [[nodiscard]] bool shared() const { return matched_at != 0; }
    [[nodiscard]] std::string_view matched() const { return text.view().substr(matched_at); }
  };
  static_assert(sizeof(Filter) == 64);  // there may be a million

  struct Added {
    FilterId filter;
    bool replaced;  // the receiver had it: options and identifier are the new ones [MQTT-3.8.4-3]
  };

  // Precondition: the filter was parsed. O(length), amortised.
  Added add(const mqtt::TopicFilterView& filter, const Subscription& subscription);
  // Precondition: it is there.
  void remove(FilterId filter, ReceiverId receiver);

  // Visit each filter (with its subscriptions) that matches the Topic Name, each once. Do not change the
  // index from the visitor, except Filter::cursor.
  template <class Visitor>
  void match(std::string_view topic, Visitor visit) {
    visit_chain(find_exact(topic), visit);
    if (wildcard_filters_ > 0) match_wildcards(topic, visit);
  }

  // The filter with this text, character by character [MQTT-3.10.4-1]; none if nobody subscribes to it.
  [[nodiscard]] FilterId find_filter(std::string_view text) const;
  [[nodiscard]] const Filter& filter(FilterId id) const { return filters_[static_cast<std::uint32_t>(id)]; }
  [[nodiscard]] const Subscription* find(FilterId id, ReceiverId receiver) const;
  // The receiver's own note (Subscription::place) of a subscription that is there.
  void set_place(FilterId id, ReceiverId receiver, std::uint32_t place);
  [[nodiscard]] std::size_t size() const { return size_; }  // subscriptions
  // What it takes of the system, but for long texts and for filters with more than one subscription.
  [[nodiscard]] std::size_t bytes() const {
    return filters_.bytes() + nodes_.bytes() + exact_.bytes() + children_.bytes();
  }
  // Subscriptions whose filter begins with "$SYS": whether anybody looks.
  [[nodiscard]] std::size_t sys_size() const { return sys_size_; }

 private:
  static constexpr std::uint32_t kRoot = 0;
  static constexpr std::uint32_t kNoNode = HashIndex::kNone;

  struct Node {
    CompactText level;
    std::uint32_t parent = kNoNode;
    std::uint32_t plus = kNoNode;    // the child for "+"
    std::uint32_t uses = 0;          // children and filters
    std::uint32_t named = 0;         // children that are no "+"
    FilterId here = FilterId::none;  // filters that end at this node
    FilterId hash = FilterId::none;  // filters that end with "#" below this node
  };

  template <class Visitor>
  void visit_chain(FilterId id, Visitor& visit) {
    while (id != FilterId::none) {
      Filter& filter = filters_[static_cast<std::uint32_t>(id)];
      visit(id, filter);
      id = filter.next;
    }
  }

  template <class Visitor>
  void match_wildcards(std::string_view topic, Visitor& visit) {
    // [MQTT-4.7.2-1] wildcards at the front do not see names that begin with $.
    const bool reserved = topic.front() == '$';
    frontier_.assign(1, kRoot);
    for (mqtt::Levels levels(topic); !levels.done() && !frontier_.empty();) {
      const std::string_view level = levels.next();
      next_frontier_.clear();
      for (const std::uint32_t number : frontier_) {
        const Node& node = nodes_[number];
        const bool hidden = reserved && number == kRoot;
        if (!hidden) visit_chain(node.hash, visit);
        // Nodes without such children are what most matches end at: they need no hash.
        const std::uint32_t child = node.named == 0 ? kNoNode : find_child(number, level);
        if (child != kNoNode) next_frontier_.push_back(child);
        if (!hidden && node.plus != kNoNode) next_frontier_.push_back(node.plus);
      }
      frontier_.swap(next_frontier_);
      if (!levels.done()) continue;
      for (const std::uint32_t number : frontier_) {
        const Node& node = nodes_[number];
        visit_chain(node.here, visit);
        visit_chain(node.hash, visit);  // "a/#" matches "a" too
      }
    }
  }

  [[nodiscard]] FilterId find_exact(std::string_view matched) const;
  [[nodiscard]] std::uint32_t find_child(std::uint32_t parent, std::string_view level) const;
  [[nodiscard]] FilterId& wildcard_head(const mqtt::TopicFilterView& filter, std::uint32_t& node);
  [[nodiscard]] FilterId find_filter(const mqtt::TopicFilterView& filter) const;
  [[nodiscard]] FilterId make_filter(const mqtt::TopicFilterView& filter);
  void drop_filter(FilterId id);
  std::uint32_t child_for(std::uint32_t parent, std::string_view level);
  void release_node(std::uint32_t node);
  [[nodiscard]] std::uint32_t position_of(FilterId id, ReceiverId receiver) const;
  void note_position(FilterId id, std::uint32_t position);
  [[nodiscard]] HashIndex& crowd_of(FilterId id) { return crowds_.find(id)->second; }

  SlotPages<Filter> filters_;
  // Where each receiver of a filter stands, once there are too many to look through.
  std::unordered_map<FilterId, HashIndex> crowds_;
  HashIndex exact_;
  SlotPages<Node> nodes_;
  HashIndex children_;
  std::size_t size_ = 0;
  std::size_t sys_size_ = 0;
  std::size_t wildcard_filters_ = 0;
  std::vector<std::uint32_t> frontier_;  // scratch of match(), kept for its capacity
  std::vector<std::uint32_t> next_frontier_;
};

}  // namespace pint::core
