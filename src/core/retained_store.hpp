// RetainedStore: the last retained message of each topic, ordered by topic so that answers have one order and
// a filter with a fixed front looks at that part of the topics only. Knows nothing of who subscribes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include "base/timer_queue.hpp"
#include "core/stored_message.hpp"
#include "mqtt/topic.hpp"

namespace pint::core {

class RetainedStore {
 public:
  struct Entry {
    MessageRef message;
    // Kept by the owner of the timers and of the walks (retained_walk.hpp); they order nothing.
    mutable TimerId expiry = TimerId::none;
    mutable std::uint32_t walks_before = 0;  // how many walks had begun to wait when it was stored
  };

  [[nodiscard]] const Entry* find(std::string_view topic) const;
  // Store in place of the topic's earlier message. [MQTT-3.3.1-5] Precondition: not there (find and change it
  // instead).
  const Entry& insert(MessageRef message);
  void erase(std::string_view topic);

  // Visit those whose topic the filter (without $share) matches, in order of topic: all, or from a topic on,
  // until one is not taken. Returns whether all were.
  template <class Visit>
  void match(std::string_view filter, Visit visit) const {
    match_from(std::nullopt, filter, [&](const Entry& entry) {
      visit(entry.message);
      return true;
    });
  }
  template <class Take>
  bool match_from(std::optional<std::string_view> topic, std::string_view filter, Take take) const;

  template <class Visitor>
  void for_each(Visitor visit) const {
    for (const Entry& entry : by_topic_) visit(entry);
  }
  void clear() { by_topic_.clear(); }
  [[nodiscard]] std::size_t size() const { return by_topic_.size(); }

 private:
  // The topic is read out of the message, which is where a comparison goes anyway: a copy of where it lies
  // would make a node of 64 bytes, and the allocator's block for it 80, out of one of 48 and 64.
  struct TopicOrder {
    using is_transparent = void;
    static std::string_view topic_of(const Entry& entry) { return entry.message->topic(); }
    static std::string_view topic_of(std::string_view topic) { return topic; }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return topic_of(a) < topic_of(b);
    }
  };
  static_assert(sizeof(Entry) <= 16);

  std::set<Entry, TopicOrder> by_topic_;
};

template <class Take>
bool RetainedStore::match_from(std::optional<std::string_view> topic, std::string_view filter,
                               Take take) const {
  const std::size_t wildcard = filter.find_first_of("+#");
  if (wildcard == std::string_view::npos) {
    const Entry* entry = find(filter);
    return entry == nullptr || take(*entry);
  }
  // "a/#" also matches "a": the fixed front ends before the slash.
  const std::string_view front = filter.substr(0, wildcard == 0 ? 0 : wildcard - 1);
  for (auto at = by_topic_.lower_bound(topic.value_or(front)); at != by_topic_.end(); ++at) {
    const std::string_view here = at->message->topic();
    if (!here.starts_with(front)) return true;
    if (mqtt::matches(filter, here) && !take(*at)) return false;
  }
  return true;
}

}  // namespace pint::core
