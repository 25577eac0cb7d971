#include "core/tell_packet.hpp"

#include <string>
#include <utility>

#include "core/message_properties.hpp"

namespace pint::core {

void add_packet_event(State& state, const Connection& connection, Direction direction, ByteView head,
                      ByteView payload) {
  std::string bytes(as_text(head));
  bytes += as_text(payload);
  add_event(state, PacketSeen{describe(state, connection), direction, std::move(bytes)});
}

// It says something for the first time, or nobody knows its name yet.
LogNumber introduce(State& state, Connection& connection) {
  LoggedConnections& connections = state.seams.packet_log->connections();
  if (connection.log_number == LogNumber::none) {
    connection.log_number =
        connections.add({.remote_address = connection.remote.text()}, state.seams.packet_log->first());
  }
  LoggedConnection& logged = connections.at(connection.log_number);
  logged.version = connection.version;
  const Session* session = state.sessions.find(connection.session);
  connection.known_to_log = session != nullptr;
  // In place of the name in a CONNECT that may have been lost to a fault, and another one was taken.
  if (session != nullptr) logged.client_id = std::string(session->client_id);
  return connection.log_number;
}

void end_in_log(State& state, const Connection& connection) {
  if (connection.log_number == LogNumber::none) return;
  state.seams.packet_log->connections().end(connection.log_number, state.seams.packet_log->next());
}

void tell_sent(State& state, Connection& connection, ByteView head, ByteView payload,
               std::string_view alias_topic) {
  if (state.seams.packet_log != nullptr) {
    state.seams.packet_log->add_sent(number_of(state, connection), head, payload, alias_topic);
  }
  if (state.options.observed.packets) add_packet_event(state, connection, Direction::sent, head, payload);
}

void add_message_event(State& state, const Session& session, const MessageView& message, bool duplicate,
                       std::uint32_t receivers) {
  MessagePublished event{std::string(session.client_id), to_message(message, state.now), duplicate,
                         receivers};
  const bool logged = state.seams.packet_log != nullptr && state.seams.interceptor == nullptr;
  if (logged) return add_event(state, std::move(event));
  add_placed_event(state, std::move(event));
}

}  // namespace pint::core
