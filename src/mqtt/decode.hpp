// Bytes to packets. Checks everything a packet can be checked for by itself: flags, lengths, UTF-8, packet
// identifiers, properties, reason codes, topic names. What depends on the connection or the broker is the
// engine's.
#pragma once

#include "base/result.hpp"
#include "mqtt/frame.hpp"
#include "mqtt/packet.hpp"

namespace pint::mqtt {

// Decode any packet, in either direction. `version` is the connection's; CONNECT brings its own and ignores
// it. The packet borrows from `frame`. Refusals carry the 5.0 code (0x81 malformed, 0x82 protocol error, 0x84
// version, 0x90 topic name, 0x94 alias 0 …) and a sentence naming the clause.
[[nodiscard]] Result<Packet> decode(const Frame& frame, ProtocolVersion version);

// The packets a server receives, one by one, for who already knows the type. Same checks.
[[nodiscard]] Result<Connect> decode_connect(const Frame& frame);
[[nodiscard]] Result<Publish> decode_publish(const Frame& frame, ProtocolVersion version);
// Any of the four acknowledgements: which one is in frame.type().
struct AnyAcknowledgement {
  PacketId packet_id = PacketId::none;
  ReasonCode reason = ReasonCode::success;
  PropertyView properties;
};
[[nodiscard]] Result<AnyAcknowledgement> decode_acknowledgement(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Result<Subscribe> decode_subscribe(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Result<Unsubscribe> decode_unsubscribe(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Result<Pingreq> decode_pingreq(const Frame& frame);
[[nodiscard]] Result<Disconnect> decode_disconnect(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Result<Auth> decode_auth(const Frame& frame, ProtocolVersion version);

// The packets only a client receives.
[[nodiscard]] Result<Connack> decode_connack(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Result<Suback> decode_suback(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Result<Unsuback> decode_unsuback(const Frame& frame, ProtocolVersion version);
[[nodiscard]] Result<Pingresp> decode_pingresp(const Frame& frame);

// What a CONNECT that decode refused still tells: enough to answer in its own version. Nothing if it is not
// even recognisable as MQTT (no known protocol name).
struct ConnectPreamble {
  bool known_name = false;  // "MQTT" or "MQIsdp"
  std::uint8_t level = 0;   // as sent, known or not
};
[[nodiscard]] ConnectPreamble connect_preamble(const Frame& frame);

}  // namespace pint::mqtt
