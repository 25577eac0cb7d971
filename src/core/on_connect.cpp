// CONNECT: is it well-formed, allowed, and within our limits? What follows if it is stands in
// accept_connect.cpp.
#include <algorithm>
#include <string>

#include "core/handlers.hpp"
#include "core/lifecycle.hpp"
#include "core/send.hpp"

namespace pint::core {
namespace {

using mqtt::PropertyId;

constexpr std::size_t kLongestClientIdOf31 = 23;

// Refused by decode. 3.x: close without CONNACK [MQTT3-3.1.4-1], except for an unknown level [MQTT3-3.1.2-2].
void refuse_malformed(State& state, Connection& connection, const mqtt::Frame& frame,
                      const Refusal& refusal) {
  ++state.counters.protocol_errors;
  const mqtt::ConnectPreamble preamble = mqtt::connect_preamble(frame);
  const Ending ending{
      .cause = DisconnectCause::protocol_error, .reason = refusal.reason, .explanation = refusal.why};
  if (!preamble.known_name) return end_connection(state, connection, ending);  // [MQTT-3.1.2-1]
  if (refusal.reason == ReasonCode::unsupported_protocol_version) {
    // In the form of 3.1.1, which clients of every version can read. [MQTT-3.1.2-2]
    connection.version = ProtocolVersion::v3_1_1;
    return refuse_connect(state, connection, ending.cause, refusal.reason, refusal.why);
  }
  if (preamble.level != 5) return end_connection(state, connection, ending);
  connection.version = ProtocolVersion::v5;
  refuse_connect(state, connection, ending.cause, refusal.reason, refusal.why);
}

// Refuse if a limit of the broker leaves no room for one more client. True if there is room. Who has a
// Session is let in when memory is short: what waits for a client leaves with that client alone.
bool has_room(State& state, Connection& connection, const mqtt::Connect& connect) {
  const bool memory = state.out_of_memory() && state.find_session(connect.client_id) == nullptr;
  if (!connection.over_limit && !memory) return true;
  count_limit(state, connection.over_limit ? Limit::connections : Limit::memory_bytes, connect.client_id);
  refuse_connect(state, connection, DisconnectCause::limit_reached,
                 connection.over_limit ? ReasonCode::connection_rate_exceeded : ReasonCode::quota_exceeded,
                 connection.over_limit ? "limits.connections is reached" : "limits.memory_bytes is reached");
  return false;
}

Refusal check_client_id(const mqtt::Connect& connect) {
  const std::string_view id = connect.client_id;
  switch (connect.version) {
    case ProtocolVersion::v3_1:
      if (!id.empty() && id.size() <= kLongestClientIdOf31) break;
      return {ReasonCode::client_identifier_not_valid,
              "a Client Identifier of MQTT 3.1 has 1 to 23 characters"};
    case ProtocolVersion::v3_1_1:
      if (!id.empty() || connect.clean_start) break;
      return {ReasonCode::client_identifier_not_valid,
              "an empty ClientId needs CleanSession 1 [MQTT3-3.1.3-7] [MQTT3-3.1.3-8]"};
    case ProtocolVersion::v5: break;
  }
  return {ReasonCode::success};
}

Refusal check_will(const State& state, const mqtt::Connect& connect) {
  if (!connect.will) return {ReasonCode::success};
  const Features& features = state.options.features;
  if (connect.will->qos > features.maximum_qos) {
    return {ReasonCode::qos_not_supported, "Will QoS is above maximum_qos [MQTT-3.2.2-12]"};
  }
  if (connect.will->retain && !features.retain_available) {
    return {ReasonCode::retain_not_supported,
            "Will Retain is set, but retain is not available [MQTT-3.2.2-13]"};
  }
  return {ReasonCode::success};
}

// What of CONNECT the connection must know from here on, whatever the answer will be.
void note_terms(Connection& connection, const mqtt::Connect& connect) {
  connection.version = connect.version;
  connection.clean_start = connect.clean_start;
  if (connect.user_name) connection.rare_state().user_name = *connect.user_name;
  const mqtt::PropertyView& properties = connect.properties;
  constexpr auto kMaximum = static_cast<std::uint32_t>(mqtt::kMaxPacketBytes);
  connection.maximum_packet_size =
      std::min(kMaximum, properties.number(PropertyId::maximum_packet_size).value_or(kMaximum));
  connection.problem_information =
      properties.number(PropertyId::request_problem_information).value_or(1) == 1;
}

ConnectDecision ask_policy(State& state, const Connection& connection, const mqtt::Connect& connect) {
  const std::string remote = connection.remote.text();
  ConnectRequest request{.client_id = connect.client_id,
                         .user_name = connect.user_name,
                         .remote_address = remote,
                         .version = connect.version,
                         .clean_start = connect.clean_start};
  if (connect.password) request.password = as_text(*connect.password);
  return state.seams.policy->connect(request);
}

void begin_authentication(State& state, Connection& connection, const mqtt::Frame& frame,
                          std::string_view method) {
  auto auth = std::make_unique<AuthExchange>();
  auth->method = method;
  auth->connect.assign(frame.bytes.begin(), frame.bytes.end());
  connection.rare_state().auth = std::move(auth);
  connection.phase = Phase::authenticating;
  on_auth(state, connection, frame);
}

}  // namespace

void on_connect(State& state, Connection& connection, const mqtt::Frame& frame) {
  const Result<mqtt::Connect> connect = mqtt::decode_connect(frame);
  if (!connect) return refuse_malformed(state, connection, frame, connect.refusal());
  note_terms(connection, *connect);

  if (!has_room(state, connection, *connect)) return;
  for (const Refusal& refusal : {check_client_id(*connect), check_will(state, *connect)}) {
    if (!is_failure(refusal.reason)) continue;
    return refuse_connect(state, connection, DisconnectCause::protocol_error, refusal.reason, refusal.why);
  }
  if (state.seams.policy != nullptr) {
    const ConnectDecision decision = ask_policy(state, connection, *connect);
    if (is_failure(decision.reason)) {  // [MQTT-3.1.4-2]
      return refuse_connect(state, connection, DisconnectCause::not_authorized, decision.reason,
                            decision.reason_string, decision.server_reference);
    }
  }
  const auto method = connect->properties.text(PropertyId::authentication_method);
  if (method) return begin_authentication(state, connection, frame, *method);
  accept_connect(state, connection, *connect, {});
}

void refuse_connect(State& state, Connection& connection, DisconnectCause cause, ReasonCode reason,
                    std::string_view why, std::string_view server_reference) {
  // [MQTT3-3.2.2-6]: no return code fits, no CONNACK.
  if (connection.v5() || mqtt::v3_return_code(reason)) {
    const ReasonCode told = connection.v5() ? legal_reason(reason, mqtt::PacketType::connack) : reason;
    constexpr std::size_t kPlain = 5;  // fixed header, flags, reason, Property Length
    mqtt::PropertyList properties;
    if (connection.v5() && !server_reference.empty() && can_be_written(server_reference)) {
      properties.add(PropertyId::server_reference, server_reference);
    }
    add_reason_string(connection, properties, why, kPlain + properties.size(), true);  // [MQTT-3.2.2-19]
    send(state, connection,
         mqtt::Connack{.reason = told, .properties = properties.view()});  // [MQTT-3.2.2-6]
  }
  end_connection(state, connection, {.cause = cause, .reason = reason, .explanation = why});
}

}  // namespace pint::core
