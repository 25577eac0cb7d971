// How connections, Sessions and Wills end. Every end of a connection, whoever caused it, passes through
// end_connection.
#pragma once

#include <string>
#include <string_view>

#include "core/state.hpp"

namespace pint::core {

struct Ending {
  DisconnectCause cause = DisconnectCause::client_closed;
  ReasonCode reason = ReasonCode::unspecified_error;
  std::string_view explanation = {};
  bool keeps_will = true;    // false: the client said goodbye, and its Will is dropped [MQTT-3.14.4-3]
  bool asked_for_it = false;
};

// The connection is over: its Session goes on without it or ends, its Will is published, delayed or dropped.
// What is in the outbox is still sent; then the host closes the transport. Does nothing if it is over
// already.
void end_connection(State& state, Connection& connection, const Ending& ending);

// The same from our side: a 5.0 client that has its CONNACK is told by DISCONNECT. [MQTT-3.14.0-1]
void disconnect(State& state, Connection& connection, const Ending& ending);

// The client broke the protocol. [MQTT-4.13.1-1] [MQTT3-4.8.0-1] Before CONNACK nothing is sent.
// [MQTT-3.1.4-1]
void protocol_error(State& state, Connection& connection, const Refusal& refusal);

// Make a Session for a Client Identifier that has none.
Session& begin_session(State& state, std::string_view client_id);

// End a Session: its Will is published if it is still owed, its subscriptions go, what waits is dropped.
// Precondition: no connection. `expired`: its Session Expiry Interval passed.
void end_session(State& state, Session& session, bool expired);

// See Engine::restart.
void crash(State& state, const Loss& loss);

// Publish the Will and forget it. [MQTT-3.1.2-8] [MQTT-3.1.2-10]
void publish_will(State& state, Session& session);

}  // namespace pint::core
