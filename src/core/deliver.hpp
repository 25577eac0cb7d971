// Delivery: one message to one Session, through its send window and its queue.
//
//   QoS 0    -> outbox, or dropped
//   QoS 1/2  -> inflight (has a Packet Identifier) -> outbox      while the window has room
//            -> queue                                             otherwise, or while the client is away
#pragma once

#include "core/state.hpp"

namespace pint::core {

// One message on its way to its receivers.
struct Publication {
  MessageView message;
  SessionId publisher{};   // null: the application
  std::uint8_t hops = 0;   // rules it has been through
  MessageRef stored = {};  // made when first somebody keeps it
  PacketAsItCame packet = {};
};

// The owning form of the message, made on demand and shared by all who keep it.
[[nodiscard]] const MessageRef& stored_form(State& state, Publication& publication);

// Deliver to a Session, connected or not. `fanning_out`: state.variants holds this message.
void deliver(State& state, Session& session, Publication& publication, DeliveryTerms terms, bool fanning_out);

// Whether there is room for a message of the retained store: for QoS 0 in the outbox, for QoS 1 and 2 in the
// window.
[[nodiscard]] bool has_room(const State& state, const Session& session, const Connection& connection,
                            QoS qos);

// Deliver one of QoS 1 or 2 ahead of what waits. Precondition: has_room().
void deliver_ahead(State& state, Session& session, Connection& connection, Publication& publication,
                   DeliveryTerms terms);

// Send what the window now has room for: first what must be resent, then what retained walks bring, then what
// waits. [MQTT-4.9.0-2]
void pump(State& state, Session& session);

// The client is back with its Session: everything unacknowledged goes out again, in order. [MQTT-4.4.0-1]
void resume(State& state, Session& session);

// The Session ends: what waits in it is dropped, counted.
void drop_all(State& state, Session& session);

}  // namespace pint::core
