#include "core/intercept.hpp"

#include <utility>

#include "base/assert.hpp"
#include "core/handlers.hpp"
#include "core/lifecycle.hpp"

namespace pint::core {
namespace {

void put_in_outbox(State& state, Connection& connection, ByteView bytes) {
  connection.outbox.append(bytes);
  state.counters.bytes_sent += bytes.size();
  touch(state, connection);
}

// Bytes that may be anything: the fault may have made them so.
void handle(State& state, Connection& connection, ByteView bytes) {
  const auto frame = mqtt::next_frame(bytes, state.options.limits.maximum_packet_size);
  if (!frame) return protocol_error(state, connection, frame.refusal());
  if (!frame->has_value()) {
    return protocol_error(state, connection, {ReasonCode::malformed_packet, "the packet is cut short"});
  }
  dispatch_unasked(state, connection, **frame);
}

void carry_out_one(State& state, const Return& wanted) {
  Connection* connection = state.connections.find(wanted.connection);
  if (connection == nullptr || connection->phase == Phase::closing) return;
  if (wanted.kind != Return::Kind::packet) {
    connection->reset_wanted = wanted.kind == Return::Kind::end_by_reset;
    state.ends_noted.push_back(wanted.connection);
  } else if (wanted.direction == Direction::sent) {
    put_in_outbox(state, *connection, wanted.bytes);
  } else {
    handle(state, *connection, wanted.bytes);
  }
}

}  // namespace

bool intercepted(State& state, Connection& connection, Direction direction, ByteView packet) {
  PINT_ASSERT(state.seams.interceptor != nullptr);
  const Session* session = state.sessions.find(connection.session);
  const PassingPacket passing{.connection = connection.id,
                              .client_id = session == nullptr ? std::string_view{} : session->client_id,
                              .version = connection.version, .direction = direction, .bytes = packet};
  std::vector<Return> returns;
  if (!state.seams.interceptor->take(passing, state.now, returns)) return false;
  carry_out(state, std::move(returns));
  return true;
}

void carry_out(State& state, std::vector<Return> returns) {
  for (const Return& wanted : returns) carry_out_one(state, wanted);
}

void end_noted(State& state) {
  for (const ConnectionId id : std::exchange(state.ends_noted, {})) {
    Connection* connection = state.connections.find(id);
    if (connection == nullptr) continue;
    end_connection(state, *connection,
                   {.cause = DisconnectCause::transport_failed, .explanation = "ended by a fault"});
  }
}

}  // namespace pint::core
