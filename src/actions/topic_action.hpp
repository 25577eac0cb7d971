// topic:NAME publishes each message again under another topic, with its payload, QoS and properties. Loops
// end at limits.rule_hops, which the broker counts.
#pragma once

#include <string>

#include "actions/action.hpp"
#include "actions/trouble.hpp"

namespace pint::actions {

class TopicAction final : public Action {
 public:
  // `name` may contain {topic}, which stands for the message's own Topic Name.
  TopicAction(std::string name, Publish publish, Log log)
      : name_(std::move(name)),
        publish_(std::move(publish)),
        trouble_("rule topic:" + name_, std::move(log)) {}

  // Retain stays as the rule got it: set only for messages that were in the store when the rule began.
  void handle(const Message& message) override {
    Message copy = message;
    copy.topic = filled_topic(name_, message.topic);
    const std::error_code error = publish_(std::move(copy));
    if (error)
      trouble_.lost("cannot publish: " + error.message());
    else
      trouble_.over();
  }

 private:
  std::string name_;
  Publish publish_;
  Trouble trouble_;
};

}  // namespace pint::actions
