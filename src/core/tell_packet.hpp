// Packets and messages on their way are told to whoever observes them: to the packet log as they are, and as
// events. One check each where nobody does.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/packet_log.hpp"
#include "core/state.hpp"
#include "mqtt/packet.hpp"

namespace pint::core {

[[nodiscard]] inline bool observes_packets(const State& state) {
  return state.seams.packet_log != nullptr || state.options.observed.packets;
}

// What is rare of all these. The first gives the connection's number in the packet log.
[[nodiscard]] LogNumber introduce(State& state, Connection& connection);
void add_packet_event(State& state, const Connection& connection, Direction direction, ByteView head,
                      ByteView payload);
void add_message_event(State& state, const Session& session, const MessageView& message, bool duplicate,
                       std::uint32_t receivers);

[[nodiscard]] inline LogNumber number_of(State& state, Connection& connection) {
  return connection.known_to_log ? connection.log_number : introduce(state, connection);
}

// Precondition of the next three: observes_packets().
inline void tell_received(State& state, Connection& connection, ByteView packet) {
  if (state.seams.packet_log != nullptr) {
    state.seams.packet_log->add_received(number_of(state, connection), connection.version, packet);
  }
  if (state.options.observed.packets) add_packet_event(state, connection, Direction::received, packet, {});
}

// The packet is head and payload. `alias_topic`: what the Topic Alias of a PUBLISH without a topic stands
// for.
void tell_sent(State& state, Connection& connection, ByteView head, ByteView payload,
               std::string_view alias_topic = {});

// The same of a PUBLISH in a form that receivers of one message share.
inline void tell_sent_in_form(State& state, Connection& connection, ByteView head, mqtt::PacketId packet_id,
                              const PacketLog::SharedForm& form) {
  if (PacketLog* const log = state.seams.packet_log) {
    log->add_sent_in_form(form, number_of(state, connection), head, packet_id);
  }
  if (state.options.observed.packets) {
    add_packet_event(state, connection, Direction::sent, head, form.payload);
  }
}

// The connection has said its last.
void end_in_log(State& state, const Connection& connection);

// A client's PUBLISH was routed. The log's packet is the message, unless a fault may have made something else
// of it on its way.
inline void tell_message(State& state, const Session& session, const MessageView& message, bool duplicate,
                         std::uint32_t receivers) {
  const bool logged = state.seams.packet_log != nullptr && state.seams.interceptor == nullptr;
  if (logged) state.seams.packet_log->add_message(receivers);
  if (logged ? state.options.observed.logged_messages : state.options.observed.messages) {
    add_message_event(state, session, message, duplicate, receivers);
  }
}

}  // namespace pint::core
