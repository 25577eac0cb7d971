// RetainedStore: the last retained message of each topic, ordered by topic so that answers have one order and
// a filter with a fixed front looks at that part of the topics only. Knows nothing of who subscribes.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string_view>

#include "base/timer_queue.hpp"
#include "core/stored_message.hpp"

namespace pint::core {

class RetainedStore {
 public:
  struct Entry {
    MessageRef message;
    mutable TimerId expiry = TimerId::none;  // set and cancelled by the owner of the timers; orders nothing
  };

  [[nodiscard]] const Entry* find(std::string_view topic) const;
  // Store in place of the topic's earlier message. [MQTT-3.3.1-5] Precondition: not there (find and change it
  // instead).
  const Entry& insert(MessageRef message);
  void erase(std::string_view topic);

  // Visit the messages whose topic the filter (without $share) matches, in order of topic.
  void match(std::string_view filter, const std::function<void(const MessageRef&)>& visit) const;

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

}  // namespace pint::core
