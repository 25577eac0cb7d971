// PUBLISH from a client: checks that need the connection, then fan-out, then the acknowledgement its QoS asks
// for.
#include <chrono>
#include <optional>

#include "core/fan_out.hpp"
#include "core/handlers.hpp"
#include "core/lifecycle.hpp"
#include "core/send.hpp"
#include "core/tell_packet.hpp"

namespace pint::core {
namespace {

using mqtt::PacketType;
using mqtt::PropertyId;

Refusal check_features(const State& state, const mqtt::Publish& publish) {
  const Features& features = state.options.features;
  if (publish.qos > features.maximum_qos) {
    return {ReasonCode::qos_not_supported, "PUBLISH QoS is above Maximum QoS [MQTT-3.2.2-11]"};
  }
  if (publish.retain && !features.retain_available) {
    return {ReasonCode::retain_not_supported,
            "PUBLISH has RETAIN 1, but Retain Available is 0 [MQTT-3.2.2-14]"};
  }
  return {ReasonCode::success};
}

// What its properties say to the broker: an alias gives the PUBLISH its topic. [section 3.3.2.3.4]
Refusal use_properties(State& state, Connection& connection, mqtt::Publish& publish) {
  if (publish.properties.number(PropertyId::subscription_identifier)) {
    return {ReasonCode::protocol_error, "a client's PUBLISH has a Subscription Identifier [MQTT-3.3.4-6]"};
  }
  const auto alias = publish.properties.number(PropertyId::topic_alias);
  if (!alias) return {ReasonCode::success};
  if (*alias > state.options.limits.topic_alias_maximum) {
    count_limit(state, Limit::topic_alias_maximum, state.sessions.at(connection.session).client_id);
    return {ReasonCode::topic_alias_invalid,
            "Topic Alias is above Topic Alias Maximum [MQTT-3.2.2-17] [MQTT-3.3.2-9]"};
  }
  auto& aliases = connection.rare_state().aliases_in;
  if (!aliases) aliases = std::make_unique<IncomingAliases>();
  const auto number = static_cast<std::uint16_t>(*alias);
  if (!publish.topic.empty()) {
    aliases->set(number, publish.topic);
    return {ReasonCode::success};
  }
  publish.topic = aliases->topic_of(number);
  if (!publish.topic.empty()) return {ReasonCode::success};
  return {ReasonCode::protocol_error, "Topic Alias was not set on this connection [MQTT-3.3.2-7]"};
}

// The properties every 5.0 receiver gets: all but those that concern one hop. [MQTT-3.3.2-4] [MQTT-3.3.2-15]
// [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20]
mqtt::PropertyView forwarded(State& state, const mqtt::PropertyView& properties,
                             std::optional<std::uint32_t>& expiry) {
  bool own = false;
  properties.for_each([&](const mqtt::Property& property) {
    own = own || property.id == PropertyId::topic_alias || property.id == PropertyId::message_expiry_interval;
  });
  if (!own) return properties;
  state.forwarded.clear();
  properties.for_each([&](const mqtt::Property& property) {
    if (property.id == PropertyId::message_expiry_interval) expiry = property.number;
    else if (property.id != PropertyId::topic_alias) state.forwarded.add_encoded(property.encoded);
  });
  return state.forwarded.view();
}

// The policy's word, or success.
ReasonCode ask_policy(State& state, const Session& session, const mqtt::Publish& publish) {
  if (state.seams.policy == nullptr) return ReasonCode::success;
  const ReasonCode answer = state.seams.policy->publish({.client_id = session.client_id,
                                                         .topic = publish.topic,
                                                         .payload = as_text(publish.payload),
                                                         .qos = publish.qos,
                                                         .retain = publish.retain});
  if (is_failure(answer)) {
    count_drop(state, DropCause::not_authorized, {}, publish.topic, publish.qos);
    return legal_reason(answer, PacketType::puback);
  }
  return ReasonCode::success;
}

// Route the message of this packet. Gives the reason for its acknowledgement.
ReasonCode take(State& state, const Session& session, const mqtt::Publish& publish, ByteView packet) {
  const ReasonCode allowed = ask_policy(state, session, publish);
  if (is_failure(allowed)) return allowed;
  std::optional<std::uint32_t> expiry;
  Publication publication{.message = {.topic = publish.topic, .payload = publish.payload,
                                      .properties = forwarded(state, publish.properties, expiry),
                                      .qos = publish.qos, .retain = publish.retain},
                          .publisher = session.id};
  if (publication.message.properties.is(publish.properties)) {
    publication.packet.bytes = packet;
    publication.packet.version = session.version;
  }
  if (expiry) publication.message.expires_at = state.now + std::chrono::seconds{*expiry};
  const std::uint32_t receivers = core::publish(state, publication);
  if (state.options.observed.messages) {
    tell_message(state, session, publication.message, publish.duplicate, receivers);
  }
  return receivers == 0 ? ReasonCode::no_matching_subscribers : ReasonCode::success;
}

// QoS 1: acknowledge once taken over. [MQTT-4.3.2-4] An id that a QoS 2 message still holds is not free.
void take_at_least_once(State& state, Connection& connection, const Session& session,
                        const mqtt::Publish& publish, ByteView packet) {
  if (connection.v5() && session.received.contains(publish.packet_id)) {
    return send_acknowledgement(state, connection, PacketType::puback, publish.packet_id,
                                ReasonCode::packet_identifier_in_use,
                                "a QoS 2 message holds it [MQTT-2.2.1-3]");
  }
  const ReasonCode reason = take(state, session, publish, packet);
  send_acknowledgement(state, connection, PacketType::puback, publish.packet_id, reason);
}

// QoS 2: deliver the first time, answer every time. [MQTT-4.3.3-8] [MQTT-4.3.3-10]
void take_exactly_once(State& state, Connection& connection, Session& session, const mqtt::Publish& publish,
                       ByteView packet) {
  if (session.received.contains(publish.packet_id)) {
    return send_acknowledgement(state, connection, PacketType::pubrec, publish.packet_id,
                                ReasonCode::success);
  }
  if (connection.v5() && session.received.size() >= state.options.limits.receive_maximum) {
    count_limit(state, Limit::receive_maximum, session.client_id);
    return protocol_error(state, connection,
                          {ReasonCode::receive_maximum_exceeded,
                           "more QoS 2 messages are open than Receive Maximum [MQTT-3.3.4-7]"});
  }
  const ReasonCode reason = take(state, session, publish, packet);
  // Refused in 5.0: the id is free again [MQTT-4.3.3-9]. 3.x has no refusal, so the handshake goes on.
  if (!(connection.v5() && is_failure(reason))) session.received.insert(publish.packet_id);
  send_acknowledgement(state, connection, PacketType::pubrec, publish.packet_id, reason);
}

}  // namespace

void on_publish(State& state, Connection& connection, const mqtt::Frame& frame) {
  Result<mqtt::Publish> decoded = mqtt::decode_publish(frame, connection.version);
  if (!decoded) return protocol_error(state, connection, decoded.refusal());
  mqtt::Publish& publish = *decoded;
  const Refusal features = check_features(state, publish);
  if (is_failure(features.reason)) return protocol_error(state, connection, features);
  if (!publish.properties.empty()) {
    const Refusal refused = use_properties(state, connection, publish);
    if (is_failure(refused.reason)) return protocol_error(state, connection, refused);
  }

  ++state.counters.publishes_received;
  state.counters.publish_bytes_received += publish.payload.size();
  Session& session = state.sessions.at(connection.session);
  switch (publish.qos) {  // [MQTT-3.3.4-1]
    case QoS::at_most_once: take(state, session, publish, frame.bytes); break;
    case QoS::at_least_once: take_at_least_once(state, connection, session, publish, frame.bytes); break;
    case QoS::exactly_once: take_exactly_once(state, connection, session, publish, frame.bytes); break;
  }
}

}  // namespace pint::core
