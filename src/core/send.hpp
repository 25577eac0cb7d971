// Sending: the one place through which packets leave towards a client. Encodes into the connection's outbox,
// keeps to the client's Maximum Packet Size, counts, and touches.
#pragma once

#include <string_view>

#include "core/inflight.hpp"
#include "core/state.hpp"
#include "mqtt/packet.hpp"

namespace pint::core {

// Send a packet other than PUBLISH. False, and nothing sent, if it is larger than the client takes
// [MQTT-3.1.2-24].
bool send(State& state, Connection& connection, const mqtt::Packet& packet);

// PUBACK, PUBREC, PUBREL or PUBCOMP. `why` becomes its Reason String where it may and fits. [MQTT-3.4.2-2]
void send_acknowledgement(State& state, Connection& connection, mqtt::PacketType type,
                          mqtt::PacketId packet_id, ReasonCode reason, std::string_view why = {});

// Add a Reason String if there is one to give and the packet stays within the client's Maximum Packet Size,
// which it has `packet_bytes` of without it. On packets other than CONNACK and DISCONNECT only if the client
// wants it. [MQTT-3.1.2-29] One that no string can hold is left out.
void add_reason_string(const Connection& connection, mqtt::PropertyList& properties, std::string_view why,
                       std::size_t packet_bytes, bool always_allowed);

// Whether an application's text can be a string of MQTT: its length fits, and it is well-formed.
// [MQTT-1.5.4-1]
[[nodiscard]] bool can_be_written(std::string_view text);

// The reason if packets of this type may carry it, else Unspecified error: applications may give any code.
// [MQTT-3.2.2-8] [MQTT-3.14.2-1]
[[nodiscard]] ReasonCode legal_reason(ReasonCode reason, mqtt::PacketType type);

// What differs from receiver to receiver of one message.
struct PublishTerms {
  QoS qos = QoS::at_most_once;
  bool retain = false;
  bool duplicate = false;  // only on a resend [MQTT-3.3.1-1] [MQTT-3.3.1-3]
  mqtt::PacketId packet_id = mqtt::PacketId::none;
  const SubscriptionIdentifiers* identifiers = nullptr;
};

// Send a PUBLISH. `owner` keeps a large payload; null is allowed only for messages that fit into
// kCopiedPacketBytes. `variants` is set while the message fans out. False, and nothing sent, if it is larger
// than the client takes; the caller then acts as if it had been sent. [MQTT-3.1.2-25]
bool send_publish(State& state, Connection& connection, const MessageView& message, const MessageRef& owner,
                  const PublishTerms& terms, Variants* variants);

}  // namespace pint::core
