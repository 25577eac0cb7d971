// SocketFaults::Implementation: the way from any thread to the shaper of one broker, which belongs to the
// broker thread.
#pragma once

#include <functional>
#include <utility>

#include <pint/socket_fault.hpp>

#include "fault/shaper.hpp"

namespace pint {

class SocketFaults::Implementation {
 public:
  // Runs it on the broker thread and waits; throws std::logic_error if the broker is stopped.
  using Executor = std::function<void(const std::function<void()>&)>;

  // `changed` is called on the broker thread after each change: it calls Loop::shape(). The shaper is touched
  // only within `on_broker_thread`, and must live as long as that does not throw.
  Implementation(Executor on_broker_thread, fault::Shaper& shaper, std::function<void()> changed)
      : on_broker_thread_(std::move(on_broker_thread)), shaper_(shaper), changed_(std::move(changed)) {}

 private:
  friend class SocketFaults;
  Executor on_broker_thread_;
  fault::Shaper& shaper_;
  std::function<void()> changed_;
};

}  // namespace pint
