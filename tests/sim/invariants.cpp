#include "sim/invariants.hpp"

#include <string>

#include "sim/violation.hpp"

namespace pint::sim {
namespace {

// The largest packet the simulation makes, with room for what the broker adds.
constexpr std::size_t kLargestPacket = 4'000;
// Chunks that wait to be used again are of these sizes; all else the meter counts must be gone.
constexpr std::size_t kChunk = 128;  // the smallest; the others are multiples of it
constexpr std::size_t kPoolMaximum = 256 * kChunk + 256 * 1'024 + 32 * 32'768;

}  // namespace

void check_outbox(core::Engine& engine, const core::EngineOptions& options, const OutboxStep& step) {
  const Limits& limits = options.limits;
  if (step.qos_0_sent) {
    require(step.bytes_before < limits.outbox_bytes,
            "QoS 0 was added to an outbox above limits.outbox_bytes");
  }
  const core::Outbox* outbox = engine.outbox(step.id);
  if (outbox == nullptr) return;
  // QoS 1 and 2 may come on top as far as the window goes, answers as far as their quarter.
  const std::size_t most =
      limits.outbox_bytes + limits.outbox_bytes / 4 + (limits.inflight + std::size_t{2}) * kLargestPacket;
  require(outbox->bytes() <= most, "an outbox holds more than its limit allows");
}

void check_back_pressure(core::Engine& engine, const core::EngineOptions& options, core::ConnectionId id) {
  if (engine.wants_bytes(id) || engine.finished(id)) return;
  const core::Outbox* outbox = engine.outbox(id);
  require(outbox != nullptr && outbox->bytes() > options.limits.outbox_bytes / 8,
          "a connection is not read although its outbox is almost empty");
}

void check_end(core::Engine& engine) {
  const Stats stats = engine.stats();
  require(stats.sessions == 0 && engine.clients().empty(), "Sessions are left at the end");
  require(stats.subscriptions == 0, "subscriptions are left at the end");
  require(stats.retained_messages == 0, "retained messages are left at the end");
  require(!engine.next_deadline(), "a deadline is left at the end");
  require(stats.memory_bytes % kChunk == 0 && stats.memory_bytes <= kPoolMaximum,
          "message bytes are left at the end");
}

}  // namespace pint::sim
