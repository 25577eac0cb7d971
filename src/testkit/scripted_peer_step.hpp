// One step of a Script: what it does, and how it reads.
#pragma once

#include <functional>
#include <string>

#include <pint/scripted_peer.hpp>

namespace pint {

namespace testkit {
class Conversation;
}

struct Script::Step {
  std::string says;  // "expect received CONNECT, client dev-1"
  std::function<void(testkit::Conversation&)> play;
};

namespace testkit {

// Throw std::invalid_argument unless it is a pattern for packets that a client sends.
void refuse_unless_received(const Pattern& pattern);

}  // namespace testkit
}  // namespace pint
