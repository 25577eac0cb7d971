#include "core/receive.hpp"

#include <algorithm>

#include "core/handlers.hpp"
#include "core/lifecycle.hpp"

namespace pint::core {
namespace {

constexpr std::size_t kLongestFixedHeader = 5;

void refuse_frame(State& state, Connection& connection, const Refusal& refusal) {
  if (refusal.reason == ReasonCode::packet_too_large) {
    const Session* session = state.sessions.find(connection.session);
    count_limit(state, Limit::maximum_packet_size,
                session == nullptr ? std::string_view{} : session->client_id);
  }
  protocol_error(state, connection, refusal);
}

// Handle whole packets at the front of `bytes`; gives what is left: the front of a packet, or nothing.
ByteView handle_whole(State& state, Connection& connection, ByteView bytes) {
  while (!bytes.empty() && connection.phase != Phase::closing) {
    const auto frame = mqtt::next_frame(bytes, state.options.limits.maximum_packet_size);
    if (!frame) {
      refuse_frame(state, connection, frame.refusal());
      return {};
    }
    if (!frame->has_value()) return bytes;
    dispatch(state, connection, **frame);
    bytes = bytes.subspan((*frame)->bytes.size());
  }
  return {};
}

// Add to the packet that has begun, no more than it needs; gives what is left of `bytes`.
ByteView complete(State& state, Connection& connection, ByteView bytes) {
  Bytes& partial = *connection.partial;
  const std::size_t announced = mqtt::announced_size(partial);
  const std::size_t wanted = announced > 0 ? announced : std::min(partial.size() + 1, kLongestFixedHeader);
  const std::size_t part = std::min(bytes.size(), wanted - partial.size());
  partial.insert(partial.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
  state.memory.bytes += part;
  return bytes.subspan(part);
}

}  // namespace

void receive_bytes(State& state, Connection& connection, ByteView bytes) {
  if (connection.phase == Phase::closing) return;
  state.counters.bytes_received += bytes.size();
  while (connection.partial && !bytes.empty()) {
    bytes = complete(state, connection, bytes);
    // Handled from a buffer of its own: the handler may end the connection, which frees `partial`.
    const std::unique_ptr<Bytes> partial = std::move(connection.partial);
    state.memory.bytes -= partial->size();
    const ByteView rest = handle_whole(state, connection, *partial);
    if (connection.phase == Phase::closing) return;
    if (rest.empty()) break;
    state.memory.bytes += partial->size();
    connection.partial = std::make_unique<Bytes>(std::move(*partial));
  }
  const ByteView rest = handle_whole(state, connection, bytes);
  if (rest.empty() || connection.phase == Phase::closing) return;
  connection.partial = std::make_unique<Bytes>(rest.begin(), rest.end());
  state.memory.bytes += rest.size();
}

}  // namespace pint::core
