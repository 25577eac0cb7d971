// PUBLISH, the hot path: borrows everything and allocates nothing. And the four acknowledgements, which are
// one layout.
#include "mqtt/body_reader.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/topic.hpp"

namespace pint::mqtt {
namespace {

constexpr std::uint8_t kRetain = 0x01;
constexpr std::uint8_t kDuplicate = 0x08;

constexpr Refusal kWildcard{ReasonCode::topic_name_invalid,
                            "PUBLISH Topic Name contains a wildcard [MQTT-3.3.2-2]"};
constexpr Refusal kNoTopic{ReasonCode::topic_name_invalid, "PUBLISH Topic Name is empty [MQTT-4.7.3-1]"};

// Only a 5.0 PUBLISH may leave the Topic Name empty, and only if a Topic Alias says it.
void check_empty_topic(BodyReader& body, const Publish& publish) {
  if (!body.v5()) return body.refuse(kNoTopic);
  body.protocol_error_if(!publish.properties.find(PropertyId::topic_alias),
                         "PUBLISH has neither a Topic Name nor a Topic Alias [section 3.3.2.1]");
}

}  // namespace

Result<Publish> decode_publish(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  const unsigned qos = frame.flags() >> 1 & 0x03;
  Publish publish;
  publish.duplicate = (frame.flags() & kDuplicate) != 0;
  publish.retain = (frame.flags() & kRetain) != 0;
  publish.qos = static_cast<QoS>(qos);
  body.malformed_if(qos == 3, "PUBLISH has both QoS bits set [MQTT-3.3.1-4]");
  body.malformed_if(publish.duplicate && qos == 0, "PUBLISH at QoS 0 has DUP set [MQTT-3.3.1-2]");

  publish.topic = body.text("PUBLISH Topic Name is not well-formed UTF-8 [MQTT-3.3.2-1]");
  if (!publish.topic.empty() && !has_topic_name_form(publish.topic)) body.refuse(kWildcard);
  if (qos != 0) publish.packet_id = body.packet_id();
  publish.properties = body.properties(PropertyPlace::publish);
  if (publish.topic.empty()) check_empty_topic(body, publish);
  publish.payload = body.rest();
  return body.result(publish);
}

Result<AnyAcknowledgement> decode_acknowledgement(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  check_flags(body, frame, version);
  AnyAcknowledgement acknowledgement;
  acknowledgement.packet_id = body.packet_id();
  // 5.0 may stop after the Packet Identifier or after the reason. [section 3.4.2.1] [section 3.4.2.2.1]
  if (body.v5() && !body.done()) acknowledgement.reason = body.reason(frame.type());
  if (body.v5() && !body.done()) acknowledgement.properties = body.properties(PropertyPlace::acknowledgement);
  return body.result(acknowledgement);
}

}  // namespace pint::mqtt
