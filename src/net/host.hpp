// Host: whom a loop tells what happened in a turn. Called on the loop's thread, never inside packet handling,
// so that it may post commands and ask the engine anything. Implemented by api/.
#pragma once

#include <vector>

#include <pint/event.hpp>
#include <pint/options.hpp>

#include "base/time.hpp"
#include "core/engine.hpp"

namespace pint::net {

class Host {
 public:
  virtual ~Host() = default;
  virtual void on_events(std::vector<Event> events) = 0;
  virtual void on_rule_calls(std::vector<core::RuleCall> calls, Time now) = 0;
  // A connection's socket, before anything was read from it.
  virtual void on_accepted(NativeSocket socket) = 0;
  // No descriptor was left for a connection that waits. It keeps waiting.
  virtual void on_descriptors_exhausted() = 0;
  // The engine has let go of much memory, and there is nothing to do: a good time to give it back to the
  // system.
  virtual void on_memory_freed() {}
};

}  // namespace pint::net
