// RetainedStore: the last retained message of each topic, ordered by topic so that answers have one order and
// a filter with a fixed front looks at that part of the topics only. Knows nothing of who subscribes.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string_view>

#include "base/timer_queue.hpp"
#include "core/stored_message.hpp"

namespace pint::core {

class RetainedStore {
 public:
  struct Entry {
    MessageRef message;
    TimerId expiry = TimerId::none;  // set and cancelled by the owner of the timers
  };

  [[nodiscard]] Entry* find(std::string_view topic);
  // Store in place of the topic's earlier message. [MQTT-3.3.1-5] Precondition: not there (find and change it
  // instead).
  Entry& insert(MessageRef message);
  void erase(std::string_view topic);

  // Visit the messages whose topic the filter (without $share) matches, in order of topic.
  void match(std::string_view filter, const std::function<void(const MessageRef&)>& visit) const;

  template <class Visitor>
  void for_each(Visitor visit) {
    for (auto& [topic, entry] : by_topic_) visit(entry);
  }
  void clear() { by_topic_.clear(); }
  [[nodiscard]] std::size_t size() const { return by_topic_.size(); }

 private:
  std::map<std::string_view, Entry> by_topic_;  // the key lies in the message
};

}  // namespace pint::core
