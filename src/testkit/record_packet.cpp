#include "testkit/record_packet.hpp"

#include <string>
#include <utility>
#include <variant>

#include "base/bytes.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

using mqtt::PropertyId;

void add(std::string& text, const std::string& part) { (text += text.empty() ? "" : ", ") += part; }

void add_property(Properties& out, const mqtt::Property& property) {
  switch (property.id) {
    case PropertyId::payload_format_indicator: out.payload_is_utf8 = property.number == 1; break;
    case PropertyId::message_expiry_interval:
      out.message_expiry = std::chrono::seconds{property.number};
      break;
    case PropertyId::content_type: out.content_type = property.text; break;
    case PropertyId::response_topic: out.response_topic = property.text; break;
    case PropertyId::correlation_data: out.correlation_data = property.text; break;
    case PropertyId::user_property:
      out.user_properties.push_back({std::string(property.text), std::string(property.value)});
      break;
    case PropertyId::subscription_identifier: out.subscription_identifiers.push_back(property.number); break;
    default: break;  // belongs to a connection or an answer, not to a message
  }
}

// The properties of packets other than PUBLISH that a reader of a failed test asks for.
void add_details(Record& record, mqtt::PropertyView properties) {
  constexpr std::pair<PropertyId, const char*> kNumbers[] = {
      {PropertyId::session_expiry_interval, "session expiry "},
      {PropertyId::receive_maximum, "receive maximum "},
      {PropertyId::maximum_packet_size, "maximum packet size "},
      {PropertyId::topic_alias_maximum, "topic alias maximum "},
      {PropertyId::server_keep_alive, "server keep alive "},
      {PropertyId::maximum_qos, "maximum QoS "},
  };
  constexpr std::pair<PropertyId, const char*> kTexts[] = {
      {PropertyId::assigned_client_identifier, "assigned client identifier "},
      {PropertyId::authentication_method, "authentication method "},
      {PropertyId::server_reference, "server reference "},
      {PropertyId::reason_string, ""},
  };
  for (const auto& [id, words] : kNumbers) {
    const auto number = properties.number(id);
    if (number) add(record.detail, words + std::to_string(*number));
  }
  for (const auto& [id, words] : kTexts) {
    const auto text = properties.text(id);
    if (text) add(record.detail, words + std::string(*text));
  }
  record.properties.user_properties = properties_of(properties).user_properties;
}

// The first reason is the record's; where there are more, the detail has them all.
void set_reasons(Record& record, const std::vector<ReasonCode>& reasons) {
  if (reasons.empty()) return;
  record.reason = reasons.front();
  if (reasons.size() == 1) return;
  for (const ReasonCode reason : reasons) add(record.detail, text_of(reason));
}

// One function for each packet that says more than its type.
struct Filler {
  Record& record;
  std::string_view alias_topic;

  void operator()(const mqtt::Connect& connect) const {
    record.version = connect.version;
    if (record.client_id.empty()) record.client_id = connect.client_id;
    add(record.detail, std::string(text_of(connect.version)));
    add(record.detail, connect.clean_start ? "clean start" : "no clean start");
    add(record.detail, "keep alive " + std::to_string(connect.keep_alive) + " s");
    if (connect.user_name) add(record.detail, "user name " + std::string(*connect.user_name));
    if (connect.will) add(record.detail, "will " + std::string(connect.will->topic));
    add_details(record, connect.properties);
  }
  void operator()(const mqtt::Connack& connack) const {
    record.reason = connack.reason;
    if (connack.session_present) add(record.detail, "session present");
    add_details(record, connack.properties);
  }
  void operator()(const mqtt::Publish& publish) const {
    record.duplicate = publish.duplicate;
    record.qos = publish.qos;
    record.retain = publish.retain;
    record.topic = publish.topic.empty() ? alias_topic : publish.topic;
    if (publish.packet_id != mqtt::PacketId::none) {
      record.packet_id = static_cast<std::uint16_t>(publish.packet_id);
    }
    record.properties = properties_of(publish.properties);
    record.payload = as_text(publish.payload);
    const auto alias = publish.properties.number(PropertyId::topic_alias);
    if (alias) record.detail = "topic alias " + std::to_string(*alias);
    if (record.topic.empty()) record.detail += ", which nobody has defined";
  }
  template <PacketType Type>
  void operator()(const mqtt::Acknowledgement<Type>& acknowledgement) const {
    record.packet_id = static_cast<std::uint16_t>(acknowledgement.packet_id);
    record.reason = acknowledgement.reason;
    add_details(record, acknowledgement.properties);
  }
  void operator()(const mqtt::Subscribe& subscribe) const {
    record.packet_id = static_cast<std::uint16_t>(subscribe.packet_id);
    if (subscribe.requests.empty()) return;
    record.topic_filter = subscribe.requests.front().topic_filter;
    record.qos = subscribe.requests.front().options.qos;
    for (const auto& request : subscribe.requests) {
      add(record.detail, std::string(request.topic_filter) + " at most qos " + text_of(request.options.qos));
    }
    add_details(record, subscribe.properties);
  }
  void operator()(const mqtt::Suback& suback) const {
    record.packet_id = static_cast<std::uint16_t>(suback.packet_id);
    set_reasons(record, suback.reasons);
    add_details(record, suback.properties);
  }
  void operator()(const mqtt::Unsubscribe& unsubscribe) const {
    record.packet_id = static_cast<std::uint16_t>(unsubscribe.packet_id);
    if (unsubscribe.topic_filters.empty()) return;
    record.topic_filter = unsubscribe.topic_filters.front();
    if (unsubscribe.topic_filters.size() > 1) {
      for (const auto filter : unsubscribe.topic_filters) add(record.detail, std::string(filter));
    }
    add_details(record, unsubscribe.properties);
  }
  void operator()(const mqtt::Unsuback& unsuback) const {
    record.packet_id = static_cast<std::uint16_t>(unsuback.packet_id);
    set_reasons(record, unsuback.reasons);
    add_details(record, unsuback.properties);
  }
  void operator()(const mqtt::Pingreq&) const {}
  void operator()(const mqtt::Pingresp&) const {}
  void operator()(const mqtt::Disconnect& disconnect) const {
    record.reason = disconnect.reason;
    add_details(record, disconnect.properties);
  }
  void operator()(const mqtt::Auth& auth) const {
    record.reason = auth.reason;
    add_details(record, auth.properties);
  }
};

// What the fixed header alone tells of a packet whose rest is broken.
void fill_from_first_byte(Record& record) {
  if (record.bytes.empty()) return;
  const auto first = static_cast<std::uint8_t>(record.bytes.front());
  if (first >> 4 == 0) return;
  record.packet_type = static_cast<PacketType>(first >> 4);
  if (record.packet_type != PacketType::publish) return;
  record.duplicate = (first & 0x08) != 0;
  record.retain = (first & 0x01) != 0;
  if ((first >> 1 & 0x03) < 3) record.qos = static_cast<QoS>(first >> 1 & 0x03);
}

}  // namespace

Properties properties_of(mqtt::PropertyView encoded) {
  Properties properties;
  encoded.for_each([&](const mqtt::Property& property) { add_property(properties, property); });
  return properties;
}

void decode_into(Record& record, std::string_view alias_topic) {
  fill_from_first_byte(record);
  const auto frame = mqtt::next_frame(as_bytes(record.bytes), mqtt::kMaxPacketBytes);
  if (!frame || !*frame) {
    record.detail = std::string("malformed: ") + (frame ? "the packet is cut short" : frame.refusal().why);
    return;
  }
  const Result<mqtt::Packet> packet = mqtt::decode(**frame, record.version);
  if (!packet) {
    record.detail = std::string("malformed: ") + packet.refusal().why;
    return;
  }
  std::visit(Filler{record, alias_topic}, *packet);
  const std::size_t rest = record.bytes.size() - (*frame)->bytes.size();
  if (rest > 0) add(record.detail, std::to_string(rest) + " bytes behind the packet");
}

}  // namespace pint::testkit
