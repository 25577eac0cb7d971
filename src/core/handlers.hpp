// The handlers, one for each packet a client may send. Each is called with a whole frame of its type, on a
// connection that is not closing; which packets are legal in which phase is the dispatcher's matter
// (dispatch.cpp).
#pragma once

#include "core/state.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {

// Handle one whole packet: look it up by phase and type, hand it on, or answer that it has no place here.
void dispatch(State& state, Connection& connection, const mqtt::Frame& frame);

// The same without asking the interceptor: it has given the packet back.
void dispatch_unasked(State& state, Connection& connection, const mqtt::Frame& frame);

void on_connect(State& state, Connection& connection, const mqtt::Frame& frame);
void on_publish(State& state, Connection& connection, const mqtt::Frame& frame);
void on_acknowledgement(State& state, Connection& connection, const mqtt::Frame& frame);
void on_pubrel(State& state, Connection& connection, const mqtt::Frame& frame);
void on_subscribe(State& state, Connection& connection, const mqtt::Frame& frame);
void on_unsubscribe(State& state, Connection& connection, const mqtt::Frame& frame);
void on_pingreq(State& state, Connection& connection, const mqtt::Frame& frame);
void on_disconnect(State& state, Connection& connection, const mqtt::Frame& frame);
void on_auth(State& state, Connection& connection, const mqtt::Frame& frame);

// CONNECT was found good by on_connect (and by enhanced authentication, whose last data goes into CONNACK):
// take over or begin the Session, and answer. [section 3.1.4]
void accept_connect(State& state, Connection& connection, const mqtt::Connect& connect,
                    std::string_view auth_data);

// Answer CONNECT with a failure and close. 3.x clients get the nearest return code, or none. [MQTT-3.2.2-7]
void refuse_connect(State& state, Connection& connection, DisconnectCause cause, ReasonCode reason,
                    std::string_view why, std::string_view server_reference = {});

}  // namespace pint::core
