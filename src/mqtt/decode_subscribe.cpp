// SUBSCRIBE and UNSUBSCRIBE, and the codes that answer them one by one. Whether a Topic Filter is one is left
// to the server: it refuses filters singly, in SUBACK, not the packet.
#include "mqtt/body_reader.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/topic.hpp"

namespace pint::mqtt {
namespace {

constexpr std::uint8_t kNoLocal = 0x04;
constexpr std::uint8_t kRetainAsPublished = 0x08;

// 5.0: reserved 2 | Retain Handling 2 | Retain As Published | No Local | Maximum QoS 2. [section 3.8.3.1]
SubscriptionOptions take_options(BodyReader& body) {
  const std::uint8_t bits = body.u8();
  const unsigned qos = bits & 0x03;
  const unsigned retain_handling = bits >> 4 & 0x03;
  body.malformed_if(bits >> 6 != 0, "Reserved bits of Subscription Options are not 0 [MQTT-3.8.3-5]");
  body.protocol_error_if(qos == 3, "Maximum QoS of a subscription is 3 [section 3.8.3.1]");
  body.protocol_error_if(retain_handling == 3, "Retain Handling is 3 [section 3.8.3.1]");
  return {.qos = static_cast<QoS>(qos),
          .no_local = (bits & kNoLocal) != 0,
          .retain_as_published = (bits & kRetainAsPublished) != 0,
          .retain_handling = static_cast<RetainHandling>(retain_handling)};
}

// 3.x: reserved 6 | Requested QoS 2.
SubscriptionOptions take_v3_options(BodyReader& body) {
  const std::uint8_t bits = body.u8();
  body.malformed_if(bits > 2, "Requested QoS is not 0, 1 or 2 [MQTT3-3.8.3-4]");
  SubscriptionOptions options;
  options.qos = static_cast<QoS>(bits & 0x03);
  return options;
}

SubscriptionRequest take_request(BodyReader& body) {
  SubscriptionRequest request;
  request.topic_filter = body.text("Topic Filter is not well-formed UTF-8 [MQTT-3.8.3-1]");
  request.options = body.v5() ? take_options(body) : take_v3_options(body);
  if (request.options.no_local) {
    const std::optional<TopicFilterView> filter = parse_topic_filter(request.topic_filter);
    body.protocol_error_if(filter && filter->shared(), "No Local on a Shared Subscription [MQTT-3.8.3-4]");
  }
  return request;
}

// 3.x: 0, 1, 2 or 0x80. (3.1 has no failure code; its clients get the one of 3.1.1.)
ReasonCode take_v3_suback_code(BodyReader& body) {
  const auto code = static_cast<ReasonCode>(body.u8());
  const bool legal = code <= ReasonCode::granted_qos_2 || code == ReasonCode::unspecified_error;
  body.malformed_if(!legal, "SUBACK's return code is reserved [MQTT3-3.9.3-2]");
  return code;
}

}  // namespace

Result<Subscribe> decode_subscribe(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  check_flags(body, frame, version);
  Subscribe subscribe;
  subscribe.packet_id = body.packet_id();
  subscribe.properties = body.properties(PropertyPlace::subscribe);
  while (!body.done()) subscribe.requests.push_back(take_request(body));
  body.protocol_error_if(subscribe.requests.empty(), "SUBSCRIBE without a Topic Filter [MQTT-3.8.3-2]");
  return body.result(std::move(subscribe));
}

Result<Suback> decode_suback(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  check_flags(body, frame, version);
  Suback suback;
  suback.packet_id = body.packet_id();
  suback.properties = body.properties(PropertyPlace::acknowledgement);
  while (!body.done()) {
    suback.reasons.push_back(body.v5() ? body.reason(PacketType::suback) : take_v3_suback_code(body));
  }
  body.protocol_error_if(suback.reasons.empty(), "SUBACK without a Reason Code [MQTT-3.8.4-6]");
  return body.result(std::move(suback));
}

Result<Unsubscribe> decode_unsubscribe(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  check_flags(body, frame, version);
  Unsubscribe unsubscribe;
  unsubscribe.packet_id = body.packet_id();
  unsubscribe.properties = body.properties(PropertyPlace::unsubscribe);
  while (!body.done()) {
    unsubscribe.topic_filters.push_back(body.text("Topic Filter is not well-formed UTF-8 [MQTT-3.10.3-1]"));
  }
  body.protocol_error_if(unsubscribe.topic_filters.empty(),
                         "UNSUBSCRIBE without a Topic Filter [MQTT-3.10.3-2]");
  return body.result(std::move(unsubscribe));
}

Result<Unsuback> decode_unsuback(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  check_flags(body, frame, version);
  Unsuback unsuback;
  unsuback.packet_id = body.packet_id();
  if (!body.v5()) return body.result(std::move(unsuback));  // 3.x: no payload
  unsuback.properties = body.properties(PropertyPlace::acknowledgement);
  while (!body.done()) unsuback.reasons.push_back(body.reason(PacketType::unsuback));
  body.protocol_error_if(unsuback.reasons.empty(), "UNSUBACK without a Reason Code [MQTT-3.11.3-1]");
  return body.result(std::move(unsuback));
}

}  // namespace pint::mqtt
