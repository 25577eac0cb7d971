// What must hold after every step whatever the messages are: the engine's own bounds. Asked of the engine
// alone; the oracle looks at what is in the messages.
#pragma once

#include <cstddef>

#include "core/engine.hpp"

namespace pint::sim {

// Of one connection: how much waited in its outbox before the step and what went in.
struct OutboxStep {
  core::ConnectionId id;
  std::size_t bytes_before = 0;
  bool qos_0_sent = false;
};

// Throws Violation.
void check_outbox(core::Engine& engine, const core::EngineOptions& options, const OutboxStep& step);
// The host has flushed: a connection that is not read must have something it waits for.
// Whether that is because somebody it publishes to is full.
[[nodiscard]] bool check_back_pressure(core::Engine& engine, const core::EngineOptions& options,
                                       core::ConnectionId id);
// A PUBLISH of `publisher` went to `receiver`.
void check_hold(core::Engine& engine, const core::EngineOptions& options, core::ConnectionId publisher,
                core::ConnectionId receiver);
// Who has stalled is full still.
void check_stalled(core::Engine& engine, const core::EngineOptions& options);
// Everything has ended: nothing may be left, in memory or in time.
void check_end(core::Engine& engine);

}  // namespace pint::sim
