// CONNECT and its answer, CONNACK. CONNECT is the one packet that says its own version.
#include <algorithm>

#include "mqtt/body_reader.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/topic.hpp"

namespace pint::mqtt {
namespace {

// Protocol Names with the levels they go with. [section 3.1.2.2] The bridge bit some 3.1 implementations add
// to the level is no part of any specification and is not understood.
struct Protocol {
  std::string_view name;
  std::uint8_t level;
  ProtocolVersion version;
};
constexpr Protocol kProtocols[] = {
    {"MQIsdp", 3, ProtocolVersion::v3_1},
    {"MQTT", 4, ProtocolVersion::v3_1_1},
    {"MQTT", 5, ProtocolVersion::v5},
};

bool known_name(std::string_view name) {
  return std::ranges::any_of(kProtocols, [&](const Protocol& protocol) { return protocol.name == name; });
}

// Connect Flags, bit 7 to 0. [section 3.1.2.3]
struct ConnectFlags {
  bool user_name;
  bool password;
  bool will_retain;
  std::uint8_t will_qos;
  bool will;
  bool clean_start;
  bool reserved;
};

ConnectFlags connect_flags(std::uint8_t bits) {
  return {.user_name = (bits & 0x80) != 0,
          .password = (bits & 0x40) != 0,
          .will_retain = (bits & 0x20) != 0,
          .will_qos = static_cast<std::uint8_t>(bits >> 3 & 0x03),
          .will = (bits & 0x04) != 0,
          .clean_start = (bits & 0x02) != 0,
          .reserved = (bits & 0x01) != 0};
}

void take_protocol(BodyReader& body) {
  const std::string_view name = as_text(body.binary());
  const std::uint8_t level = body.u8();
  const auto* protocol = std::ranges::find_if(
      kProtocols, [&](const Protocol& known) { return known.name == name && known.level == level; });
  if (protocol != std::end(kProtocols)) return body.speak(protocol->version);
  body.refuse({ReasonCode::unsupported_protocol_version,
               known_name(name) ? "Protocol Level is not 3 (MQIsdp), 4 or 5 (MQTT) [MQTT-3.1.2-2]"
                                : "Protocol Name is neither MQTT nor MQIsdp [MQTT-3.1.2-1]"});
}

void check(BodyReader& body, const ConnectFlags& flags) {
  body.malformed_if(flags.reserved, "The reserved bit of Connect Flags is 1 [MQTT-3.1.2-3]");
  body.malformed_if(flags.will_qos == 3, "Will QoS is 3 [MQTT-3.1.2-12]");
  body.malformed_if(!flags.will && flags.will_qos != 0, "Will QoS without Will Flag [MQTT-3.1.2-11]");
  body.malformed_if(!flags.will && flags.will_retain, "Will Retain without Will Flag [MQTT-3.1.2-13]");
  body.malformed_if(!body.v5() && flags.password && !flags.user_name,
                    "Password without User Name [MQTT3-3.1.2-22]");
}

WillView take_will(BodyReader& body, const ConnectFlags& flags) {
  WillView will;
  will.qos = static_cast<QoS>(flags.will_qos);
  will.retain = flags.will_retain;
  will.properties = body.properties(PropertyPlace::will);
  will.topic = body.text("Will Topic is not well-formed UTF-8 [MQTT-3.1.3-11]");
  if (!has_topic_name_form(will.topic)) {
    body.refuse(
        {ReasonCode::topic_name_invalid, "Will Topic is empty or contains a wildcard [MQTT-4.7.0-1]"});
  }
  will.payload = body.binary();
  return will;
}

ReasonCode take_v3_return_code(BodyReader& body) {
  const std::optional<ReasonCode> reason = reason_of_v3_return_code(body.u8());
  body.malformed_if(!reason, "CONNACK's return code is reserved [section 3.2.2.3 of 3.1.1]");
  return reason.value_or(ReasonCode::unspecified_error);
}

}  // namespace

Result<Connect> decode_connect(const Frame& frame) {
  BodyReader body(frame, ProtocolVersion::v5);
  check_flags(body, frame, ProtocolVersion::v5);
  take_protocol(body);
  const ConnectFlags flags = connect_flags(body.u8());
  check(body, flags);

  Connect connect;
  connect.version = body.version();
  connect.clean_start = flags.clean_start;
  connect.keep_alive = body.u16();
  connect.properties = body.properties(PropertyPlace::connect);
  body.protocol_error_if(connect.properties.find(PropertyId::authentication_data) &&
                             !connect.properties.find(PropertyId::authentication_method),
                         "Authentication Data without Authentication Method [section 3.1.2.11.10]");
  connect.client_id = body.text("Client Identifier is not well-formed UTF-8 [MQTT-3.1.3-4]");
  if (flags.will) connect.will = take_will(body, flags);
  if (flags.user_name) connect.user_name = body.text("User Name is not well-formed UTF-8 [MQTT-3.1.3-12]");
  if (flags.password) connect.password = body.binary();
  return body.result(connect);
}

ConnectPreamble connect_preamble(const Frame& frame) {
  Reader reader(frame.body);
  const std::string_view name = as_text(reader.prefixed());
  const std::uint8_t level = reader.u8();
  return {.known_name = known_name(name), .level = level};
}

Result<Connack> decode_connack(const Frame& frame, ProtocolVersion version) {
  BodyReader body(frame, version);
  check_flags(body, frame, version);
  const std::uint8_t flags = body.u8();
  body.malformed_if(flags > 1, "CONNACK's reserved flags are not 0 [MQTT-3.2.2-1]");
  body.malformed_if(flags != 0 && version == ProtocolVersion::v3_1,
                    "3.1 has no Session Present [section 3.2 of 3.1]");
  Connack connack;
  connack.session_present = flags != 0;
  connack.reason = body.v5() ? body.reason(PacketType::connack) : take_v3_return_code(body);
  body.protocol_error_if(connack.session_present && connack.reason != ReasonCode::success,
                         "Session Present with a refusal [MQTT-3.2.2-6]");
  connack.properties = body.properties(PropertyPlace::connack);
  return body.result(connack);
}

}  // namespace pint::mqtt
