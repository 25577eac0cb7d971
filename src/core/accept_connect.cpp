// A good CONNECT: the old connection of this client goes, the Session is resumed or begun, CONNACK says what
// was granted, and what was unacknowledged goes out again. In this order. [section 3.1.4]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <string>

#include "core/deliver.hpp"
#include "core/handlers.hpp"
#include "core/lifecycle.hpp"
#include "core/send.hpp"
#include "core/timers.hpp"
#include "mqtt/encode.hpp"

namespace pint::core {
namespace {

using mqtt::PropertyId;
using std::chrono::seconds;

std::uint32_t session_expiry_maximum(const State& state) {
  return static_cast<std::uint32_t>(state.options.limits.session_expiry_maximum.count());
}

// What the client asked for: its property in 5.0; Clean Session 0 of 3.x means for ever.
std::uint32_t session_expiry_asked(const mqtt::Connect& connect) {
  if (connect.version == ProtocolVersion::v5) {
    return connect.properties.number(PropertyId::session_expiry_interval).value_or(0);
  }
  return connect.clean_start ? 0 : Session::kNeverExpires;
}

// Unused by every present Session, and the same in every run with the same seed. [MQTT-3.1.3-6]
// [MQTT-3.2.2-16]
std::string assign_client_id(State& state) {
  for (;;) {
    char id[32];
    std::snprintf(id, sizeof id, "auto-%016llx", static_cast<unsigned long long>(state.random.next()));
    if (state.find_session(id) == nullptr) return id;
  }
}

// The Session this client goes on with, and whether it was there. [MQTT-3.1.2-4] [MQTT-3.1.2-5]
// [MQTT-3.1.2-6]
Session& take_session(State& state, std::string_view client_id, bool clean_start, bool& present) {
  Session* session = state.find_session(client_id);
  if (session != nullptr && session->connection) {  // [MQTT-3.1.4-3]
    disconnect(state, state.connections.at(session->connection),
               {.cause = DisconnectCause::taken_over, .reason = ReasonCode::session_taken_over,
                .explanation = "another connection uses this Client Identifier [MQTT-3.1.4-3]"});
    session = state.find_session(client_id);  // it may have ended with its connection
  }
  if (session != nullptr && clean_start) {
    end_session(state, *session, false);
    session = nullptr;
  }
  present = session != nullptr;
  return present ? *session : begin_session(state, client_id);
}

// The Will as it will be published. What only concerns its publication is taken out. [MQTT-3.1.3-10]
std::unique_ptr<Will> make_will(State& state, const mqtt::WillView& view) {
  auto will = std::make_unique<Will>();
  mqtt::PropertyList properties;
  view.properties.for_each([&](const mqtt::Property& property) {
    switch (property.id) {
      case PropertyId::will_delay_interval: will->delay = property.number; break;
      case PropertyId::message_expiry_interval:
        will->expires = true;
        will->message_expiry = property.number;
        break;
      default: properties.add_encoded(property.encoded);
    }
  });
  will->message = StoredMessage::make({.topic = view.topic,
                                       .payload = view.payload,
                                       .properties = properties.view(),
                                       .qos = view.qos,
                                       .retain = view.retain},
                                      state.memory);
  return will;
}

std::uint16_t keep_alive_granted(const State& state, const mqtt::Connect& connect) {
  const auto maximum = static_cast<std::uint16_t>(state.options.limits.keep_alive_maximum.count());
  const bool too_long = maximum != 0 && (connect.keep_alive == 0 || connect.keep_alive > maximum);
  return too_long && connect.version == ProtocolVersion::v5 ? maximum : connect.keep_alive;
}

void apply_terms(State& state, Connection& connection, const mqtt::Connect& connect) {
  const Limits& limits = state.options.limits;
  const mqtt::PropertyView& properties = connect.properties;
  connection.session_outlives = session_expiry_asked(connect) > 0;
  connection.session_expiry = std::min(session_expiry_asked(connect), session_expiry_maximum(state));
  connection.keep_alive = keep_alive_granted(state, connect);
  // [MQTT-4.9.0-1]
  const std::uint32_t receive_maximum = properties.number(PropertyId::receive_maximum).value_or(65'535);
  connection.send_window =
      static_cast<std::uint16_t>(std::min<std::uint32_t>(receive_maximum, limits.inflight));
  // [MQTT-3.1.2-26] [MQTT-3.1.2-27]
  const std::uint32_t aliases = std::min<std::uint32_t>(
      properties.number(PropertyId::topic_alias_maximum).value_or(0), limits.outgoing_topic_aliases);
  if (aliases > 0)
    connection.rare_state().aliases_out =
        std::make_unique<OutgoingAliases>(static_cast<std::uint16_t>(aliases));
}

// What we offer, where it is less than the protocol allows. [section 3.2.2.3]
void add_offer(const State& state, mqtt::PropertyList& out) {
  const Limits& limits = state.options.limits;
  const Features& features = state.options.features;
  const auto add_if = [&out](bool differs, PropertyId id, std::uint32_t value) {
    if (differs) out.add(id, value);
  };
  add_if(limits.receive_maximum < 65'535, PropertyId::receive_maximum, limits.receive_maximum);
  add_if(features.maximum_qos != QoS::exactly_once, PropertyId::maximum_qos,  // [MQTT-3.2.2-9]
         static_cast<std::uint32_t>(features.maximum_qos));
  add_if(!features.retain_available, PropertyId::retain_available, 0);
  add_if(limits.maximum_packet_size < mqtt::kMaxPacketBytes, PropertyId::maximum_packet_size,
         limits.maximum_packet_size);
  add_if(limits.topic_alias_maximum > 0, PropertyId::topic_alias_maximum, limits.topic_alias_maximum);
  add_if(!features.wildcard_subscription_available, PropertyId::wildcard_subscription_available, 0);
  add_if(!features.subscription_identifiers_available, PropertyId::subscription_identifiers_available, 0);
  add_if(!features.shared_subscription_available, PropertyId::shared_subscription_available, 0);
}

mqtt::PropertyList connack_properties(const State& state, const Connection& connection,
                                      const mqtt::Connect& connect, std::string_view assigned_client_id,
                                      std::string_view auth_data) {
  mqtt::PropertyList out;
  if (connect.version != ProtocolVersion::v5) return out;
  if (connection.session_expiry != session_expiry_asked(connect)) {
    out.add(PropertyId::session_expiry_interval, connection.session_expiry);
  }
  add_offer(state, out);
  if (!assigned_client_id.empty()) out.add(PropertyId::assigned_client_identifier, assigned_client_id);
  if (connection.keep_alive != connect.keep_alive)
    out.add(PropertyId::server_keep_alive, connection.keep_alive);
  const bool wants_response =
      connect.properties.number(PropertyId::request_response_information).value_or(0) == 1;
  if (wants_response && !state.options.features.response_information.empty()) {  // [MQTT-3.1.2-28]
    out.add(PropertyId::response_information, state.options.features.response_information);
  }
  if (connection.auth() != nullptr) {  // [MQTT-4.12.0-5] [MQTT-4.12.0-6]
    out.add(PropertyId::authentication_method, connection.auth()->method);
    if (!auth_data.empty()) out.add(PropertyId::authentication_data, auth_data);
  }
  return out;
}

// [MQTT-3.1.2-24]
bool connack_fits(State& state, const Connection& connection, const mqtt::PropertyList& properties) {
  state.scratch.clear();
  mqtt::encode(state.scratch, mqtt::Connack{.properties = properties.view()}, connection.version);
  return state.scratch.size() <= connection.maximum_packet_size;
}

void start_keep_alive(State& state, Connection& connection) {
  wire_timers(state).cancel(connection.timer);
  connection.last_packet = wire_now(state);
  if (connection.keep_alive == 0) return;
  connection.timer = wire_timers(state).set(connection.last_packet + connection.silence_limit(),
                                            {Due::Kind::keep_alive, connection.id});
}

void count_connected(State& state) {
  Counters& counters = state.counters;
  ++counters.clients_connected;
  counters.clients_connected_maximum =
      std::max(counters.clients_connected_maximum, counters.clients_connected);
}

}  // namespace

void accept_connect(State& state, Connection& connection, const mqtt::Connect& connect,
                    std::string_view auth_data) {
  std::string assigned;
  if (connect.client_id.empty()) assigned = assign_client_id(state);
  const std::string_view client_id =
      assigned.empty() ? connect.client_id : std::string_view(assigned);  // [MQTT-3.1.3-7]

  apply_terms(state, connection, connect);
  const mqtt::PropertyList properties = connack_properties(state, connection, connect, assigned, auth_data);
  if (!connack_fits(state, connection, properties)) {  // before anything is touched that others can see
    return end_connection(state, connection,
                          {.cause = DisconnectCause::protocol_error, .reason = ReasonCode::packet_too_large,
                           .explanation = "CONNACK does not fit into the client's Maximum Packet Size"});
  }

  bool present = false;
  Session& session = take_session(state, client_id, connect.clean_start, present);
  state.timers.cancel(session.expiry_timer);
  state.timers.cancel(session.will_timer);
  session.will.reset();  // the client is back before Will Delay was over [MQTT-3.1.3-9]
  if (connect.will) session.will = make_will(state, *connect.will);
  session.version = connect.version;
  session.connection = connection.id;
  connection.session = session.id;
  connection.phase = Phase::connected;
  start_keep_alive(state, connection);
  count_connected(state);

  // 3.1 has no Session Present: the byte is unused there.
  const bool tells_present = present && connect.version != ProtocolVersion::v3_1;
  send(state, connection, mqtt::Connack{.session_present = tells_present, .properties = properties.view()});
  tell(state, [&] {
    return ClientConnected{.client = describe(state, connection), .clean_start = connect.clean_start,
                           .session_present = present, .keep_alive = seconds{connection.keep_alive},
                           .session_expiry = seconds{connection.session_expiry}};
  });
  if (present) resume(state, session);
}

}  // namespace pint::core
