// AUTH: enhanced authentication, at CONNECT and again later. The Policy is the method; this is the
// conversation. [section 4.12]
//
//   CONNECT(method) ─▶ policy ─▶ AUTH 0x18 ─▶ AUTH 0x18 ─▶ policy ─▶ … ─▶ CONNACK        refused: CONNACK >=
//   0x80 AUTH 0x19       ─▶ policy ─▶ AUTH 0x18 ─▶ AUTH 0x18 ─▶ policy ─▶ … ─▶ AUTH 0x00      refused:
//   DISCONNECT >= 0x80
#include <string>

#include "core/handlers.hpp"
#include "core/lifecycle.hpp"
#include "core/send.hpp"
#include "mqtt/reason_table.hpp"

namespace pint::core {
namespace {

using mqtt::PropertyId;

constexpr std::size_t kLongestBinary = 65'535;  // [section 1.5.6]

void refuse(State& state, Connection& connection, ReasonCode reason, std::string_view why,
            DisconnectCause cause) {
  if (connection.phase == Phase::authenticating) {  // [MQTT-4.12.0-1] [MQTT-4.12.0-4]
    return refuse_connect(state, connection, cause, reason, why);
  }
  // [MQTT-4.12.1-2] DISCONNECT has not all the codes of CONNACK; 0x8C is one it has not. [MQTT-3.14.2-1]
  const bool legal = mqtt::is_legal_reason(reason, mqtt::PacketType::disconnect);
  disconnect(state, connection,
             {.cause = cause, .reason = legal ? reason : ReasonCode::not_authorized, .explanation = why});
}

void refuse_packet(State& state, Connection& connection, const Refusal& refusal) {
  ++state.counters.protocol_errors;
  refuse(state, connection, refusal.reason, refusal.why, DisconnectCause::protocol_error);
}

// The conversation cannot go on with an answer that cannot be sent.
void send_auth(State& state, Connection& connection, ReasonCode reason, std::string_view answer) {
  mqtt::PropertyList properties;
  properties.add(PropertyId::authentication_method, connection.auth()->method);  // [MQTT-4.12.0-5]
  if (!answer.empty()) properties.add(PropertyId::authentication_data, answer);
  if (send(state, connection, mqtt::Auth{reason, properties.view()})) return;
  refuse(state, connection, ReasonCode::packet_too_large,
         "AUTH does not fit into the client's Maximum Packet Size", DisconnectCause::not_authorized);
}

// The CONNECT that was kept until authentication is over.
mqtt::Connect kept_connect(ByteView kept) {
  const auto frame = mqtt::next_frame(kept, mqtt::kMaxPacketBytes);
  return *mqtt::decode_connect(**frame);
}

std::string client_id_of(State& state, const Connection& connection) {
  const Session* session = state.sessions.find(connection.session);
  return std::string(session != nullptr ? session->client_id.view()
                                        : kept_connect(connection.auth()->connect).client_id);
}

void finish(State& state, Connection& connection, std::string_view answer) {
  if (connection.phase == Phase::connected) {
    connection.auth()->reauthenticating = false;
    return send_auth(state, connection, ReasonCode::success, answer);
  }
  const Bytes kept = std::move(connection.auth()->connect);
  connection.auth()->connect = {};
  accept_connect(state, connection, kept_connect(kept), answer);
}

void ask_policy(State& state, Connection& connection, std::string_view client_id, std::string_view bytes) {
  AuthExchange& auth = *connection.auth();
  AuthDecision decision;
  if (state.seams.policy != nullptr) {
    decision = state.seams.policy->authenticate({.client_id = client_id,
                                                 .method = auth.method,
                                                 .authentication_data = bytes,
                                                 .step = auth.step++,
                                                 .reauthentication = auth.reauthenticating});
  }
  if (decision.authentication_data.size() > kLongestBinary) {
    return refuse(state, connection, ReasonCode::implementation_specific_error,
                  "Authentication Data is longer than a property can be", DisconnectCause::not_authorized);
  }
  if (decision.reason == ReasonCode::continue_authentication) {  // [MQTT-4.12.0-2]
    return send_auth(state, connection, ReasonCode::continue_authentication, decision.authentication_data);
  }
  if (decision.reason == ReasonCode::success) return finish(state, connection, decision.authentication_data);
  const ReasonCode reason = is_failure(decision.reason) ? decision.reason : ReasonCode::not_authorized;
  refuse(state, connection, reason, "authentication was refused", DisconnectCause::not_authorized);
}

// What is wrong with this AUTH at this point of the conversation, or success.
Refusal check(const Connection& connection, const mqtt::Auth& auth) {
  if (connection.auth() == nullptr) {
    return {ReasonCode::protocol_error, "AUTH, but CONNECT had no Authentication Method [MQTT-4.12.0-7]"};
  }
  if (auth.properties.text(PropertyId::authentication_method) != connection.auth()->method) {
    return {ReasonCode::protocol_error,
            "Authentication Method is not the one of CONNECT [MQTT-4.12.0-5] [MQTT-4.12.1-1]"};
  }
  const bool under_way = connection.phase == Phase::authenticating || connection.auth()->reauthenticating;
  if (under_way && auth.reason != ReasonCode::continue_authentication) {
    return {ReasonCode::protocol_error, "AUTH must have reason 0x18 here [MQTT-4.12.0-3]"};
  }
  if (!under_way && auth.reason != ReasonCode::reauthenticate) {
    return {ReasonCode::protocol_error, "AUTH must have reason 0x19 here [section 4.12.1]"};
  }
  return {ReasonCode::success};
}

std::string_view bytes_of(const mqtt::PropertyView& properties) {
  return properties.text(PropertyId::authentication_data).value_or(std::string_view{});
}

}  // namespace

// Also called with the CONNECT that began it all.
void on_auth(State& state, Connection& connection, const mqtt::Frame& frame) {
  if (frame.type() == mqtt::PacketType::connect) {
    const Result<mqtt::Connect> connect = mqtt::decode_connect(frame);
    return ask_policy(state, connection, connect->client_id, bytes_of(connect->properties));
  }
  const Result<mqtt::Auth> auth = mqtt::decode_auth(frame, connection.version);
  if (!auth) return refuse_packet(state, connection, auth.refusal());
  const Refusal refusal = check(connection, *auth);
  if (is_failure(refusal.reason)) return refuse_packet(state, connection, refusal);
  if (auth->reason == ReasonCode::reauthenticate) {
    connection.auth()->reauthenticating = true;
    connection.auth()->step = 0;
  }
  ask_policy(state, connection, client_id_of(state, connection), bytes_of(auth->properties));
}

}  // namespace pint::core
