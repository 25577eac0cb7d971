// DISCONNECT and PINGREQ from a client.
#include <algorithm>

#include "core/handlers.hpp"
#include "core/lifecycle.hpp"
#include "core/send.hpp"

namespace pint::core {
namespace {

using mqtt::PropertyId;

// Codes of table 3-10 that only a server may send. [section 3.14.2.1]
bool is_server_only(ReasonCode reason) {
  switch (reason) {
    case ReasonCode::not_authorized:
    case ReasonCode::server_busy:
    case ReasonCode::server_shutting_down:
    case ReasonCode::keep_alive_timeout:
    case ReasonCode::session_taken_over:
    case ReasonCode::topic_filter_invalid:
    case ReasonCode::retain_not_supported:
    case ReasonCode::use_another_server:
    case ReasonCode::server_moved:
    case ReasonCode::shared_subscriptions_not_supported:
    case ReasonCode::connection_rate_exceeded:
    case ReasonCode::maximum_connect_time:
    case ReasonCode::subscription_identifiers_not_supported:
    case ReasonCode::wildcard_subscriptions_not_supported: return true;
    default: return false;  // 0x9B is the server's by the table, yet section 3.3.4 has the client use it
  }
}

Refusal check(const Connection& connection, const mqtt::Disconnect& packet) {
  if (is_server_only(packet.reason)) {
    return {ReasonCode::protocol_error, "only a server may send this DISCONNECT reason [section 3.14.2.1]"};
  }
  if (packet.properties.text(PropertyId::server_reference)) {
    return {ReasonCode::protocol_error, "only a server may send Server Reference [section 3.14.2.2.5]"};
  }
  const auto expiry = packet.properties.number(PropertyId::session_expiry_interval);
  if (expiry && *expiry > 0 && !connection.session_outlives) {
    return {ReasonCode::protocol_error,
            "Session Expiry Interval above 0 in DISCONNECT after 0 in CONNECT [section 3.14.2.2.2]"};
  }
  return {ReasonCode::success};
}

}  // namespace

void on_disconnect(State& state, Connection& connection, const mqtt::Frame& frame) {
  const Result<mqtt::Disconnect> packet = mqtt::decode_disconnect(frame, connection.version);
  if (!packet) return protocol_error(state, connection, packet.refusal());
  const Refusal refusal = check(connection, *packet);
  if (is_failure(refusal.reason)) return protocol_error(state, connection, refusal);
  const auto expiry = packet->properties.number(PropertyId::session_expiry_interval);
  if (expiry) {
    const auto maximum = static_cast<std::uint32_t>(state.options.limits.session_expiry_maximum.count());
    connection.session_expiry = std::min(*expiry, maximum);
  }
  // Only 0x00 drops the Will: 0x04 asks for it, and a failure leaves it owed. [MQTT-3.14.4-3] [MQTT-3.1.2-10]
  end_connection(state, connection, {.cause = DisconnectCause::client_disconnected, .reason = packet->reason,
                                     .keeps_will = packet->reason != ReasonCode::normal_disconnection,
                                     .asked_for_it = true});
}

void on_pingreq(State& state, Connection& connection, const mqtt::Frame& frame) {
  const Result<mqtt::Pingreq> packet = mqtt::decode_pingreq(frame);
  if (!packet) return protocol_error(state, connection, packet.refusal());
  send(state, connection, mqtt::Pingresp{});  // [MQTT-3.12.4-1]
}

}  // namespace pint::core
