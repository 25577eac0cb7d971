#include "core/send.hpp"

#include <cstring>

#include "base/assert.hpp"
#include "core/intercept.hpp"
#include "core/tell_packet.hpp"
#include "mqtt/encode.hpp"
#include "mqtt/reason_table.hpp"
#include "mqtt/utf8.hpp"

namespace pint::core {
namespace {

using mqtt::PropertyId;

void note_sent(State& state, Connection& connection, std::size_t bytes) {
  ++state.counters.packets_sent;
  state.counters.bytes_sent += bytes;
  touch(state, connection);
}

// The properties a 5.0 receiver gets beyond those of the message. [MQTT-3.3.2-6] [MQTT-3.3.4-3]
void add_own_properties(mqtt::PropertyList& own, const MessageView& message, const PublishTerms& terms,
                        std::uint16_t alias, Time now) {
  if (message.expires_at != kNever) {
    own.add(PropertyId::message_expiry_interval,
            static_cast<std::uint32_t>(remaining_expiry(message.expires_at, now).count()));
  }
  if (alias != 0) own.add(PropertyId::topic_alias, alias);
  if (terms.identifiers != nullptr) {
    terms.identifiers->for_each([&](std::uint32_t id) { own.add(PropertyId::subscription_identifier, id); });
  }
}

// The interceptor sees whole packets. True: it has taken this one.
bool taken(State& state, Connection& connection, ByteView head, ByteView payload,
           std::string_view alias_topic = {}) {
  if (state.seams.interceptor == nullptr) return false;
  if (payload.empty()) return intercepted(state, connection, Direction::sent, head, alias_topic);
  Bytes whole(head.begin(), head.end());
  whole.insert(whole.end(), payload.begin(), payload.end());
  return intercepted(state, connection, Direction::sent, whole, alias_topic);
}

// The last step of a packet that is not shared: told, past the interceptor, into the outbox.
void put(State& state, Connection& connection, ByteView bytes) {
  if (end_is_noted(state, connection)) return;
  if (observes_packets(state)) tell_sent(state, connection, bytes, {});
  if (taken(state, connection, bytes, {})) return;
  connection.outbox.append(bytes);
  note_sent(state, connection, bytes.size());
}

// Copy small, share big.
void put_publish(Connection& connection, ByteView head, ByteView payload, const MessageRef& owner) {
  // Without an owner the message is small, and only what this receiver has of its own makes the packet
  // larger.
  if (!owner || head.size() + payload.size() <= kCopiedPacketBytes) {
    std::uint8_t* at = connection.outbox.extend(head.size() + payload.size());
    std::memcpy(at, head.data(), head.size());
    if (!payload.empty()) std::memcpy(at + head.size(), payload.data(), payload.size());
    return;
  }
  connection.outbox.append(head);
  connection.outbox.append_shared(owner, payload);
}

bool needs_own_head(const Connection& connection, const MessageView& message, const PublishTerms& terms) {
  if (terms.duplicate) return true;
  if (!connection.v5()) return false;
  return message.expires_at != kNever || connection.aliases_out() != nullptr ||
         (terms.identifiers && !terms.identifiers->empty());
}

bool send_shared_form(State& state, Connection& connection, const MessageView& message,
                      const MessageRef& owner, const PublishTerms& terms, Variants& variants) {
  const Variants::Variant& variant = variants.get(connection.version, terms.qos, terms.retain);
  if (variant.packet_bytes > connection.maximum_packet_size) return false;
  const ByteView form = variants.bytes(variant);
  std::uint8_t* at = connection.outbox.extend(form.size());
  std::memcpy(at, form.data(), form.size());
  at[0] = variant.first;
  if (variant.packet_id_at != 0) {
    const auto id = static_cast<std::uint16_t>(terms.packet_id);
    at[variant.packet_id_at] = static_cast<std::uint8_t>(id >> 8);
    at[variant.packet_id_at + 1] = static_cast<std::uint8_t>(id);
  }
  if (!variant.whole && !message.payload.empty()) {
    PINT_ASSERT(owner);
    connection.outbox.append_shared(owner, message.payload);
  }
  if (observes_packets(state)) {
    tell_sent_in_form(state, connection, {at, form.size()}, terms.packet_id,
                      {.number = variant.number,
                       .as_it_came = variant.as_it_came,
                       .payload = variant.whole ? ByteView{} : message.payload});
  }
  note_sent(state, connection, variant.packet_bytes);
  return true;
}

// Encode the head for this receiver alone into state.scratch, if the packet is not too large for it; gives
// the size of the whole packet.
std::size_t encode_own_head(State& state, const Connection& connection, const MessageView& message,
                            const PublishTerms& terms, OutgoingAliases::Choice alias) {
  mqtt::PropertyList& properties = state.own_properties;
  properties.clear();
  if (connection.v5()) {
    properties.add_encoded(message.properties.encoded());
    add_own_properties(properties, message, terms, alias.alias, state.now);
  }
  const mqtt::Publish publish{.duplicate = terms.duplicate,
                              .qos = terms.qos,
                              .retain = terms.retain,
                              .topic = alias.known ? std::string_view{} : message.topic,
                              .packet_id = terms.packet_id,
                              .properties = properties.view(),
                              .payload = message.payload};
  const std::size_t bytes = mqtt::encoded_size(publish, connection.version);
  state.scratch.clear();
  if (bytes <= connection.maximum_packet_size) {
    mqtt::encode_publish_head(state.scratch, publish, connection.version);
  }
  return bytes;
}

bool send_own_form(State& state, Connection& connection, const MessageView& message, const MessageRef& owner,
                   const PublishTerms& terms) {
  OutgoingAliases::Choice alias;
  OutgoingAliases* const aliases = connection.v5() ? connection.aliases_out() : nullptr;
  if (aliases != nullptr) alias = aliases->choose(message.topic);
  std::size_t bytes = encode_own_head(state, connection, message, terms, alias);
  if (bytes > connection.maximum_packet_size && alias.alias != 0 && !alias.known) {
    alias = {};  // a new alias takes three bytes: it must not be what makes the message too large
    bytes = encode_own_head(state, connection, message, terms, alias);
  }
  if (bytes > connection.maximum_packet_size) return false;
  if (alias.alias != 0 && !alias.known) aliases->remember(message.topic, alias.alias);
  if (end_is_noted(state, connection)) return true;
  const std::string_view alias_topic = alias.known ? message.topic : std::string_view{};
  if (observes_packets(state)) tell_sent(state, connection, state.scratch, message.payload, alias_topic);
  if (taken(state, connection, state.scratch, message.payload, alias_topic)) return true;
  put_publish(connection, state.scratch, message.payload, owner);
  note_sent(state, connection, bytes);
  return true;
}

}  // namespace

bool send(State& state, Connection& connection, const mqtt::Packet& packet) {
  state.scratch.clear();
  mqtt::encode(state.scratch, packet, connection.version);
  if (state.scratch.size() > connection.maximum_packet_size) return false;
  put(state, connection, state.scratch);
  return true;
}

void add_reason_string(const Connection& connection, mqtt::PropertyList& properties, std::string_view why,
                       std::size_t packet_bytes, bool always_allowed) {
  if (why.empty() || !connection.v5() || (!always_allowed && !connection.problem_information)) return;
  if (!can_be_written(why)) return;
  constexpr std::size_t kOverhead =
      3 + 3;  // id and length of the string; Remaining and Property Length may grow
  if (packet_bytes + why.size() + kOverhead > connection.maximum_packet_size) return;
  properties.add(PropertyId::reason_string, why);
}

bool can_be_written(std::string_view text) { return text.size() <= 65'535 && mqtt::is_utf8_text(text); }

ReasonCode legal_reason(ReasonCode reason, mqtt::PacketType type) {
  return mqtt::is_legal_reason(reason, type) ? reason : ReasonCode::unspecified_error;
}

void send_acknowledgement(State& state, Connection& connection, mqtt::PacketType type,
                          mqtt::PacketId packet_id, ReasonCode reason, std::string_view why) {
  if (reason == ReasonCode::success || !connection.v5()) {  // the common case: four bytes [MQTT-2.2.1-5]
    const auto id = static_cast<std::uint16_t>(packet_id);
    const std::uint8_t flags = type == mqtt::PacketType::pubrel ? 2 : 0;  // [MQTT-3.6.1-1]
    const std::uint8_t bytes[] = {static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags), 2,
                                  static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
    if (sizeof bytes <= connection.maximum_packet_size) put(state, connection, bytes);
    return;
  }
  constexpr std::size_t kWithReason = 6;  // fixed header, Packet Identifier, reason, Property Length
  mqtt::PropertyList properties;
  add_reason_string(connection, properties, why, kWithReason, false);
  switch (type) {
    case mqtt::PacketType::puback:
      send(state, connection, mqtt::Puback{packet_id, reason, properties.view()});
      break;
    case mqtt::PacketType::pubrec:
      send(state, connection, mqtt::Pubrec{packet_id, reason, properties.view()});
      break;
    case mqtt::PacketType::pubrel:
      send(state, connection, mqtt::Pubrel{packet_id, reason, properties.view()});
      break;
    default: send(state, connection, mqtt::Pubcomp{packet_id, reason, properties.view()}); break;
  }
}

bool send_publish(State& state, Connection& connection, const MessageView& message, const MessageRef& owner,
                  const PublishTerms& terms, Variants* variants) {
  const bool own =
      variants == nullptr || state.seams.interceptor != nullptr || needs_own_head(connection, message, terms);
  const bool sent = own ? send_own_form(state, connection, message, owner, terms)
                        : send_shared_form(state, connection, message, owner, terms, *variants);
  if (!sent) return false;
  ++state.counters.publishes_sent;
  state.counters.publish_bytes_sent += message.payload.size();
  return true;
}

}  // namespace pint::core
