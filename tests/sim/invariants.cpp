#include "sim/invariants.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "sim/violation.hpp"

namespace pint::sim {
namespace {

// The largest packet the simulation makes, with room for what the broker adds.
constexpr std::size_t kLargestPacket = 4'000;
// Chunks that wait to be used again are of these sizes; all else the meter counts must be gone.
constexpr std::size_t kChunk = 128;  // the smallest; the others are multiples of it
constexpr std::size_t kPoolMaximum = 256 * kChunk + 256 * 1'024 + 32 * 32'768;

// Not below low water. Of the queue, the bytes are not told.
bool is_full(const Limits& limits, const ClientState& client) {
  return client.connected && (client.outbox_bytes > limits.outbox_bytes / 16 * 3 || client.queued > 0);
}

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

bool check_back_pressure(core::Engine& engine, const core::EngineOptions& options, core::ConnectionId id) {
  if (engine.wants_bytes(id) || engine.finished(id)) return false;
  const core::Outbox* outbox = engine.outbox(id);
  require(outbox != nullptr, "a connection has no outbox");
  if (outbox->bytes() > options.limits.outbox_bytes / 8) return false;
  const std::vector<ClientState> clients = engine.clients();
  require(
      std::ranges::any_of(clients, [&](const ClientState& each) { return is_full(options.limits, each); }),
      "a connection is not read although its outbox is almost empty and nobody is full");
  return true;
}

void check_hold(core::Engine& engine, const core::EngineOptions& options, core::ConnectionId publisher,
                core::ConnectionId receiver) {
  const core::Outbox* outbox = engine.outbox(receiver);
  if (options.limits.hold_publishers == Duration::zero() || publisher == receiver || outbox == nullptr ||
      outbox->bytes() <= options.limits.outbox_bytes / 4 || engine.finished(receiver)) {
    return;
  }
  const std::string client_id(engine.peer(receiver)->client_id);
  for (const ClientState& each : engine.clients()) {
    if (each.client.client_id == client_id && each.stalled) return;
  }
  require(!engine.wants_bytes(publisher), "a client is read although somebody it publishes to is full");
}

void check_stalled(core::Engine& engine, const core::EngineOptions& options) {
  for (const ClientState& each : engine.clients()) {
    require(!each.stalled || is_full(options.limits, each), "a client has stalled although it has drained");
  }
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
