// Decoding by type, and the packets with next to nothing in them: PINGREQ, PINGRESP, DISCONNECT, AUTH.
#include "mqtt/decode.hpp"

#include "mqtt/body_reader.hpp"
#include "mqtt/refusals.hpp"

namespace pint::mqtt {
namespace {

template <class Kind>
Result<Packet> as_packet(Result<Kind> result) {
  if (!result) return result.refusal();
  return Packet(std::move(*result));
}

template <PacketType Type>
Result<Packet> acknowledgement(const Frame& frame, ProtocolVersion version) {
  const Result<AnyAcknowledgement> any = decode_acknowledgement(frame, version);
  if (!any) return any.refusal();
  return Packet(Acknowledgement<Type>{any->packet_id, any->reason, any->properties});
}

// No variable header, no payload. [section 3.12] [section 3.13]
template <class Kind>
Result<Kind> decode_empty(const Frame& frame) {
  BodyReader body(frame, ProtocolVersion::v5);
  check_flags(body, frame, ProtocolVersion::v5);
  return body.result(Kind{});
}

}  // namespace

Result<Packet> decode(const Frame& frame, ProtocolVersion version) {
  switch (frame.type()) {
    case PacketType::connect: return as_packet(decode_connect(frame));
    case PacketType::connack: return as_packet(decode_connack(frame, version));
    case PacketType::publish: return as_packet(decode_publish(frame, version));
    case PacketType::puback: return acknowledgement<PacketType::puback>(frame, version);
    case PacketType::pubrec: return acknowledgement<PacketType::pubrec>(frame, version);
    case PacketType::pubrel: return acknowledgement<PacketType::pubrel>(frame, version);
    case PacketType::pubcomp: return acknowledgement<PacketType::pubcomp>(frame, version);
    case PacketType::subscribe: return as_packet(decode_subscribe(frame, version));
    case PacketType::suback: return as_packet(decode_suback(frame, version));
    case PacketType::unsubscribe: return as_packet(decode_unsubscribe(frame, version));
    case PacketType::unsuback: return as_packet(decode_unsuback(frame, version));
    case PacketType::pingreq: return as_packet(decode_pingreq(frame));
    case PacketType::pingresp: return as_packet(decode_pingresp(frame));
    case PacketType::disconnect: return as_packet(decode_disconnect(frame, version));
    case PacketType::auth: return as_packet(decode_auth(frame, version));
  }
  return malformed("Packet type 0 is forbidden [section 2.1.2]");
}

Result<Pingreq> decode_pingreq(const Frame& frame) { return decode_empty<Pingreq>(frame); }

Result<Pingresp> decode_pingresp(const Frame& frame) { return decode_empty<Pingresp>(frame); }

Result<Disconnect> decode_disconnect(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  check_flags(body, frame, version);
  Disconnect disconnect;
  if (body.v5() && !body.done()) disconnect.reason = body.reason(PacketType::disconnect);
  if (body.v5() && !body.done()) disconnect.properties = body.properties(PropertyPlace::disconnect);
  return body.result(disconnect);
}

Result<Auth> decode_auth(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  check_flags(body, frame, version);
  body.malformed_if(!body.v5(), "Packet type 15 is forbidden before 5.0 [section 2.2.1 of 3.1.1]");
  Auth auth;
  if (!body.done()) auth.reason = body.reason(PacketType::auth);
  if (!body.done()) auth.properties = body.properties(PropertyPlace::auth);
  body.protocol_error_if(!auth.properties.find(PropertyId::authentication_method),
                         "AUTH without Authentication Method [section 3.15.2.2.2]");
  return body.result(auth);
}

}  // namespace pint::mqtt
