#include "core/intercept.hpp"

#include <utility>

#include "base/assert.hpp"
#include "core/handlers.hpp"
#include "core/lifecycle.hpp"
#include "mqtt/decode.hpp"

namespace pint::core {
namespace {

void put_in_outbox(State& state, Connection& connection, ByteView bytes) {
  connection.outbox.append(bytes);
  ++state.counters.packets_sent;
  state.counters.bytes_sent += bytes.size();
  touch(state, connection);
}

// Bytes that may be anything, several packets or none: the fault may have made them so.
void handle(State& state, Connection& connection, ByteView bytes) {
  while (!bytes.empty() && connection.phase != Phase::closing) {
    const auto frame = mqtt::next_frame(bytes, state.options.limits.maximum_packet_size);
    if (!frame) return protocol_error(state, connection, frame.refusal());
    if (!frame->has_value()) {
      return protocol_error(state, connection, {ReasonCode::malformed_packet, "the packet is cut short"});
    }
    dispatch_unasked(state, connection, **frame);
    bytes = bytes.subspan((*frame)->bytes.size());
  }
}

// What the Topic Alias of a received PUBLISH without a topic stands for. Most PUBLISHes have a topic, and
// that is quickly seen.
std::string_view topic_of_alias(const Connection& connection, ByteView packet) {
  if (!connection.v5() || connection.aliases_in() == nullptr) return {};
  if (static_cast<PacketType>(packet[0] >> 4) != PacketType::publish) return {};
  const auto frame = mqtt::next_frame(packet, mqtt::kMaxPacketBytes);
  if (!frame || !*frame || Reader((*frame)->body).u16() != 0) return {};
  const Result<mqtt::Publish> publish = mqtt::decode_publish(**frame, connection.version);
  if (!publish) return {};
  const auto alias = publish->properties.number(mqtt::PropertyId::topic_alias);
  return alias ? connection.aliases_in()->topic_of(static_cast<std::uint16_t>(*alias)) : std::string_view{};
}

void note_end(State& state, Connection& connection, bool by_reset) {
  connection.end_noted = true;
  connection.reset_when_sent = by_reset;
  state.ends_noted.push_back(connection.id);
}

void carry_out_one(State& state, const Return& wanted) {
  Connection* connection = state.connections.find(wanted.connection);
  if (connection == nullptr || connection->phase == Phase::closing || connection->end_noted) return;
  if (wanted.kind != Return::Kind::packet) {
    note_end(state, *connection, wanted.kind == Return::Kind::end_by_reset);
  } else if (wanted.direction == Direction::sent) {
    put_in_outbox(state, *connection, wanted.bytes);
  } else {
    handle(state, *connection, wanted.bytes);
  }
}

}  // namespace

bool intercepted(State& state, Connection& connection, Direction direction, ByteView packet,
                 std::string_view alias_topic) {
  PINT_ASSERT(state.seams.interceptor != nullptr);
  const Session* session = state.sessions.find(connection.session);
  if (direction == Direction::received) alias_topic = topic_of_alias(connection, packet);
  const PassingPacket passing{.connection = connection.id,
                              .client_id = session == nullptr ? std::string_view{} : session->client_id,
                              .version = connection.version,
                              .direction = direction,
                              .bytes = packet,
                              .alias_topic = alias_topic,
                              .remote = connection.remote};
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
