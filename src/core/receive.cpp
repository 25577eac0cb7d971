#include "core/receive.hpp"

#include <algorithm>

#include "core/handlers.hpp"
#include "core/lifecycle.hpp"

namespace pint::core {
namespace {

constexpr std::size_t kLongestFixedHeader = 5;
constexpr std::size_t kReserved = 8;  // times what has come

void refuse_frame(State& state, Connection& connection, const Refusal& refusal) {
  if (refusal.reason == ReasonCode::packet_too_large) {
    const Session* session = state.sessions.find(connection.session);
    count_limit(state, Limit::maximum_packet_size,
                session == nullptr ? std::string_view{} : session->client_id);
  }
  protocol_error(state, connection, refusal);
}

// Handle whole packets at the front of `bytes`, until the client is held; gives what is left.
ByteView handle_whole(State& state, Connection& connection, ByteView bytes) {
  while (!bytes.empty() && connection.phase != Phase::closing && !connection.held) {
    const auto frame = mqtt::next_frame(bytes, state.options.limits.maximum_packet_size);
    if (!frame) {
      refuse_frame(state, connection, frame.refusal());
      return {};
    }
    if (!frame->has_value()) return bytes;
    dispatch(state, connection, **frame);
    bytes = bytes.subspan((*frame)->bytes.size());
  }
  return bytes;
}

// Add to the packet that has begun, no more than it needs; gives what is left of `bytes`.
ByteView complete(State& state, Connection& connection, ByteView bytes) {
  Bytes& partial = *connection.partial;
  const std::size_t announced = mqtt::announced_size(partial);
  const std::size_t wanted = announced > 0 ? announced : std::min(partial.size() + 1, kLongestFixedHeader);
  const std::size_t part = std::min(bytes.size(), wanted - partial.size());
  // A large packet is not copied each time it has doubled, and who only announces one does not get its
  // memory.
  if (partial.capacity() < wanted) partial.reserve(std::min(wanted, kReserved * (partial.size() + part)));
  partial.insert(partial.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
  state.memory.bytes += part;
  return bytes.subspan(part);
}

void keep(State& state, Connection& connection, ByteView bytes) {
  if (bytes.empty()) return;
  if (!connection.partial) connection.partial = std::make_unique<Bytes>();
  connection.partial->insert(connection.partial->end(), bytes.begin(), bytes.end());
  state.memory.bytes += bytes.size();
}

}  // namespace

void handle_kept(State& state, Connection& connection) {
  if (!connection.partial) return;
  // Handled from a buffer of its own: the handler may end the connection, which frees `partial`.
  std::unique_ptr<Bytes> kept = std::move(connection.partial);
  state.memory.bytes -= kept->size();
  const ByteView rest = handle_whole(state, connection, *kept);
  if (rest.empty() || connection.phase == Phase::closing) return;
  kept->erase(kept->begin(), kept->end() - static_cast<std::ptrdiff_t>(rest.size()));
  state.memory.bytes += kept->size();
  connection.partial = std::move(kept);
}

void receive_bytes(State& state, Connection& connection, ByteView bytes) {
  if (connection.phase == Phase::closing) return;
  state.counters.bytes_received += bytes.size();
  while (connection.partial && !connection.held && !bytes.empty()) {
    bytes = complete(state, connection, bytes);
    handle_kept(state, connection);
    if (connection.phase == Phase::closing) return;
  }
  if (!connection.held) bytes = handle_whole(state, connection, bytes);
  if (connection.phase != Phase::closing) keep(state, connection, bytes);
}

}  // namespace pint::core
