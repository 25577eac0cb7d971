#include "core/tell_packet.hpp"

#include <string>
#include <utility>

#include "core/message_properties.hpp"
#include "core/packet_log.hpp"

namespace pint::core {
namespace {

void add_packet_event(State& state, const Connection& connection, Direction direction, ByteView head,
                      ByteView payload) {
  std::string bytes(as_text(head));
  bytes += as_text(payload);
  add_event(state, PacketSeen{describe(state, connection), direction, std::move(bytes)});
}

// The connection says something for the first time, or for the first time under its name or in its version.
const PacketLog::Place& introduce(State& state, const Connection& connection) {
  PacketLog& log = *state.seams.packet_log;
  PacketLog::Place* found = log.find(connection.id);
  PacketLog::Place& place =
      found != nullptr ? *found : log.add(connection.id, {.remote_address = connection.remote.text()});
  place.version = connection.version;
  LoggedConnection& logged = log.connections().at(place.number);
  logged.version = connection.version;
  const Session* session = state.sessions.find(connection.session);
  place.named = session != nullptr;
  // In place of the name in a CONNECT that may have been lost to a fault, and another one was taken.
  if (session != nullptr) logged.client_id = std::string(session->client_id);
  return place;
}

const PacketLog::Place& place_of(State& state, const Connection& connection) {
  const PacketLog::Place* place = state.seams.packet_log->find(connection.id);
  const bool known = place != nullptr && place->named && place->version == connection.version;
  return known ? *place : introduce(state, connection);
}

}  // namespace

void tell_received(State& state, const Connection& connection, ByteView packet) {
  if (state.seams.packet_log != nullptr) {
    const PacketLog::Place& place = place_of(state, connection);
    state.seams.packet_log->add_received(place.number, place.version, packet);
  }
  if (state.options.observed.packets) add_packet_event(state, connection, Direction::received, packet, {});
}

void tell_sent(State& state, const Connection& connection, ByteView head, ByteView payload,
               std::string_view alias_topic) {
  if (state.seams.packet_log != nullptr) {
    state.seams.packet_log->add_sent(place_of(state, connection).number, head, payload, alias_topic);
  }
  if (state.options.observed.packets) add_packet_event(state, connection, Direction::sent, head, payload);
}

// The log's packet is the message, unless a fault may have made something else of it on its way.
void tell_message(State& state, const Session& session, const MessageView& message, bool duplicate,
                  std::uint32_t receivers) {
  const bool logged = state.seams.packet_log != nullptr && state.seams.interceptor == nullptr;
  if (logged) state.seams.packet_log->add_message(receivers);
  if (logged ? !state.options.observed.logged_messages : !state.options.observed.messages) return;
  MessagePublished event{std::string(session.client_id), to_message(message, state.now), duplicate,
                         receivers};
  if (logged) return add_event(state, std::move(event));
  add_placed_event(state, std::move(event));
}

}  // namespace pint::core
