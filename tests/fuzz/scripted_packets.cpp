#include "fuzz/scripted_packets.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace pint::fuzz {
namespace {

using enum mqtt::PropertyId;
using mqtt::PacketId;
using mqtt::PropertyId;

constexpr const char* kClientIds[] = {"one", "two", "three", ""};
constexpr const char* kTopics[] = {"a", "a/b", "a/b/c", "b", "/", "a/no", "$x/y", "$SYS/broker/uptime",
                                   "",  "a/+"};
constexpr const char* kFilters[] = {
    "#",          "a/#",  "+", "+/b",  "a/b",   "a", "$share/g/a/#", "$share/g/+", "$SYS/#",
    "$share/h/#", "a/no", "/", "$x/#", "again", "",  "a#",           "$share//a"};
constexpr std::size_t kPayloadSizes[] = {0, 1, 20, 600, 1'500};
constexpr std::uint32_t kNumbers[] = {0, 1, 2, 3, 5, 10, 60, 300, 65'535, 0xFFFF'FFFF};

constexpr PropertyId kConnectProperties[] = {session_expiry_interval,
                                             receive_maximum,
                                             topic_alias_maximum,
                                             maximum_packet_size,
                                             request_problem_information,
                                             request_response_information,
                                             user_property,
                                             authentication_method,
                                             authentication_data};
constexpr PropertyId kWillProperties[] = {will_delay_interval, message_expiry_interval,
                                          content_type,        response_topic,
                                          correlation_data,    payload_format_indicator};
constexpr PropertyId kPublishProperties[] = {topic_alias,  message_expiry_interval, user_property,
                                             content_type, response_topic,          payload_format_indicator};
constexpr PropertyId kSubscribeProperties[] = {subscription_identifier, user_property};
constexpr PropertyId kAnswerProperties[] = {reason_string, user_property};
constexpr PropertyId kEndProperties[] = {session_expiry_interval, reason_string, authentication_method,
                                         authentication_data};

template <class T, std::size_t Size>
const T& chosen(const T (&from)[Size], std::uint8_t choice) {
  return from[choice % Size];
}

void add(mqtt::PropertyList& list, PropertyId id, std::uint8_t choice) {
  switch (id) {
    case user_property: list.add_user_property("name", choice % 2 == 0 ? "value" : ""); break;
    case authentication_method: list.add(id, choice % 4 == 0 ? "other" : "method"); break;
    case content_type:
    case response_topic:
    case reason_string:
    case correlation_data:
    case authentication_data: list.add(id, choice % 8 == 0 ? "#" : "text"); break;
    case subscription_identifier: list.add(id, choice % 200u); break;
    default: list.add(id, chosen(kNumbers, choice)); break;
  }
}

QoS qos_of(unsigned bits) { return static_cast<QoS>(bits % 3); }

// Small ones meet what is open; 0 is a mistake.
PacketId packet_id_of(std::uint8_t choice) { return PacketId{static_cast<std::uint16_t>(choice % 12)}; }

}  // namespace

std::string scripted_client_id(std::uint8_t choice) { return chosen(kClientIds, choice); }
std::string scripted_topic(std::uint8_t choice) { return chosen(kTopics, choice); }
std::string scripted_filter(std::uint8_t choice) { return chosen(kFilters, choice); }
std::string scripted_payload(std::uint8_t choice) { return std::string(chosen(kPayloadSizes, choice), 'p'); }

mqtt::PropertyList ScriptedPackets::properties(ProtocolVersion version,
                                               std::span<const PropertyId> legal) const {
  mqtt::PropertyList list;
  if (version != ProtocolVersion::v5) return list;
  for (unsigned count = script_.u8() % 4; count > 0; --count) {
    const PropertyId id = legal[script_.u8() % legal.size()];
    add(list, id, script_.u8());
  }
  return list;
}

void ScriptedPackets::connect(const std::function<void(const mqtt::Connect&)>& send) const {
  constexpr ProtocolVersion kVersions[] = {ProtocolVersion::v5, ProtocolVersion::v3_1_1, ProtocolVersion::v5,
                                           ProtocolVersion::v3_1};
  const unsigned bits = script_.u8();
  mqtt::Connect connect;
  connect.version = kVersions[bits % 4];
  connect.clean_start = (bits & 0x04) != 0;
  connect.keep_alive = (bits & 0x08) != 0 ? 10 : 0;
  const std::string client_id = scripted_client_id(script_.u8()), payload = scripted_payload(script_.u8());
  connect.client_id = client_id;
  const mqtt::PropertyList own = properties(connect.version, kConnectProperties);
  connect.properties = own.view();
  mqtt::PropertyList of_will;
  std::string topic;
  if ((bits & 0x10) != 0) {
    topic = scripted_topic(script_.u8());
    of_will = properties(connect.version, kWillProperties);
    connect.will = mqtt::WillView{.topic = topic,
                                  .payload = as_bytes(payload),
                                  .qos = qos_of(bits >> 5),
                                  .retain = (bits & 0x80) != 0,
                                  .properties = of_will.view()};
  }
  if ((bits & 0x60) == 0x60) connect.user_name = "nobody";
  send(connect);
}

void ScriptedPackets::publish(ProtocolVersion version, const Send& send) const {
  const unsigned bits = script_.u8();
  const std::string topic = scripted_topic(script_.u8()), payload = scripted_payload(script_.u8());
  const PacketId id = packet_id_of(script_.u8());
  const mqtt::PropertyList set = properties(version, kPublishProperties);
  send(mqtt::Publish{.duplicate = (bits & 0x08) != 0,
                     .qos = qos_of(bits),
                     .retain = (bits & 0x10) != 0,
                     .topic = topic,
                     .packet_id = id,
                     .properties = set.view(),
                     .payload = as_bytes(payload)});
}

void ScriptedPackets::subscribe(ProtocolVersion version, const Send& send) const {
  const PacketId id = packet_id_of(script_.u8());
  const mqtt::PropertyList set = properties(version, kSubscribeProperties);
  std::vector<std::string> filters(1 + script_.u8() % 3);
  mqtt::Subscribe subscribe{.packet_id = id, .properties = set.view(), .requests = {}};
  for (std::string& filter : filters) {
    filter = scripted_filter(script_.u8());
    const unsigned bits = script_.u8();
    subscribe.requests.push_back({filter,
                                  {.qos = qos_of(bits),
                                   .no_local = (bits & 0x80) != 0,
                                   .retain_as_published = (bits & 0x08) != 0,
                                   .retain_handling = static_cast<mqtt::RetainHandling>((bits >> 4) % 3)}});
  }
  send(subscribe);
}

void ScriptedPackets::unsubscribe(ProtocolVersion version, const Send& send) const {
  const PacketId id = packet_id_of(script_.u8());
  const std::string filter = scripted_filter(script_.u8());
  const mqtt::PropertyList set = properties(version, kAnswerProperties);
  send(mqtt::Unsubscribe{.packet_id = id, .properties = set.view(), .topic_filters = {filter}});
}

void ScriptedPackets::acknowledge(ProtocolVersion version, const Send& send) const {
  const unsigned bits = script_.u8();
  const PacketId id = packet_id_of(script_.u8());
  const ReasonCode reason = (bits & 0x10) != 0 ? ReasonCode::unspecified_error : ReasonCode::success;
  const mqtt::PropertyList set = properties(version, kAnswerProperties);
  switch (bits % 4) {
    case 0: return send(mqtt::Puback{.packet_id = id, .reason = reason, .properties = set.view()});
    case 1: return send(mqtt::Pubrec{.packet_id = id, .reason = reason, .properties = set.view()});
    case 2: return send(mqtt::Pubrel{.packet_id = id, .reason = {}, .properties = set.view()});
    default: return send(mqtt::Pubcomp{.packet_id = id, .reason = {}, .properties = set.view()});
  }
}

void ScriptedPackets::end(ProtocolVersion version, const Send& send) const {
  const unsigned bits = script_.u8();
  const mqtt::PropertyList set = properties(version, kEndProperties);
  const bool authenticates = version == ProtocolVersion::v5 && bits % 2 != 0;
  if (authenticates) {
    const ReasonCode reason =
        (bits & 2) != 0 ? ReasonCode::reauthenticate : ReasonCode::continue_authentication;
    return send(mqtt::Auth{.reason = reason, .properties = set.view()});
  }
  const ReasonCode reason = (bits & 4) != 0 ? ReasonCode::disconnect_with_will_message : ReasonCode::success;
  send(mqtt::Disconnect{.reason = reason, .properties = set.view()});
}

}  // namespace pint::fuzz
