// Which packets are legal when, as a table.
#include "core/handlers.hpp"
#include "core/intercept.hpp"
#include "core/lifecycle.hpp"
#include "core/tell_packet.hpp"
#include "core/timers.hpp"

namespace pint::core {
namespace {

using mqtt::PacketType;
using Handler = void (*)(State&, Connection&, const mqtt::Frame&);

struct Row {
  PacketType type;
  Handler before_connack;  // while authenticating: only AUTH and DISCONNECT [MQTT-3.1.2-30]
  Handler connected;
  Refusal refusal;         // where there is no handler
};

constexpr Refusal kServerOnly{ReasonCode::protocol_error,
                              "this packet is sent by servers only [section 2.1.2]"};
constexpr Refusal kTooEarly{ReasonCode::protocol_error,
                            "only AUTH or DISCONNECT may come before CONNACK [MQTT-3.1.2-30]"};
constexpr Refusal kSecondConnect{ReasonCode::protocol_error,
                                 "second CONNECT on one connection [MQTT-3.1.0-2]"};

constexpr Row kRows[] = {
    {PacketType::connect, nullptr, nullptr, kSecondConnect},
    {PacketType::connack, nullptr, nullptr, kServerOnly},
    {PacketType::publish, nullptr, on_publish, kTooEarly},
    {PacketType::puback, nullptr, on_acknowledgement, kTooEarly},
    {PacketType::pubrec, nullptr, on_acknowledgement, kTooEarly},
    {PacketType::pubrel, nullptr, on_pubrel, kTooEarly},
    {PacketType::pubcomp, nullptr, on_acknowledgement, kTooEarly},
    {PacketType::subscribe, nullptr, on_subscribe, kTooEarly},
    {PacketType::suback, nullptr, nullptr, kServerOnly},
    {PacketType::unsubscribe, nullptr, on_unsubscribe, kTooEarly},
    {PacketType::unsuback, nullptr, nullptr, kServerOnly},
    {PacketType::pingreq, nullptr, on_pingreq, kTooEarly},
    {PacketType::pingresp, nullptr, nullptr, kServerOnly},
    {PacketType::disconnect, on_disconnect, on_disconnect, kTooEarly},
    {PacketType::auth, on_auth, on_auth, kTooEarly},
};

}  // namespace

void dispatch(State& state, Connection& connection, const mqtt::Frame& frame) {
  if (end_is_noted(state, connection)) return;
  ++state.counters.packets_received;
  connection.last_packet = wire_now(state);
  if (observes_packets(state)) tell_received(state, connection, frame.bytes);
  if (state.seams.interceptor != nullptr && intercepted(state, connection, Direction::received, frame.bytes))
    return;
  dispatch_unasked(state, connection, frame);
}

void dispatch_unasked(State& state, Connection& connection, const mqtt::Frame& frame) {
  if (connection.phase == Phase::awaiting_connect) {
    if (frame.type() == PacketType::connect) return on_connect(state, connection, frame);
    return protocol_error(state, connection,
                          {ReasonCode::protocol_error, "the first packet is not CONNECT [MQTT-3.1.0-1]"});
  }
  const Row& row = kRows[static_cast<std::size_t>(frame.type()) - 1];
  const Handler handler = connection.phase == Phase::connected ? row.connected : row.before_connack;
  if (handler != nullptr) return handler(state, connection, frame);
  if (connection.phase == Phase::connected) return protocol_error(state, connection, row.refusal);
  ++state.counters.protocol_errors;
  refuse_connect(state, connection, DisconnectCause::protocol_error, row.refusal.reason, row.refusal.why);
}

}  // namespace pint::core
