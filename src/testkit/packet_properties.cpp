// The properties of packets.hpp, one function each, written by the same table that reads them. Only what has
// no encoding is refused: texts that are too long, numbers that are too large.
#include <pint/packets.hpp>

#include <limits>
#include <string>

#include "mqtt/frame.hpp"
#include "mqtt/property.hpp"
#include "testkit/packet_field.hpp"
#include "testkit/record_text.hpp"

namespace pint::packets {
namespace {

using mqtt::PropertyId;
using mqtt::PropertyList;
using std::chrono::seconds;
using testkit::refuse_if_long;

Property taken_from(const PropertyList& list) { return {std::string(as_text(list.view().encoded()))}; }

Property number(PropertyId id, std::uint32_t value) { return taken_from(PropertyList().add(id, value)); }
Property flag(PropertyId id, bool value) { return number(id, value ? 1 : 0); }

Property text(const char* what, PropertyId id, std::string_view bytes) {
  refuse_if_long(what, bytes);
  return taken_from(PropertyList().add(id, bytes));
}

Property duration(const char* what, PropertyId id, seconds value, std::uint32_t maximum) {
  testkit::refuse_unless(value >= seconds{0} && value <= seconds{maximum},
                         std::string(what) + " cannot be encoded: " + std::to_string(value.count()) +
                             " s is not within 0 and " + std::to_string(maximum) + " s");
  return number(id, static_cast<std::uint32_t>(value.count()));
}

constexpr std::uint32_t kMaxU32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kMaxU16 = std::numeric_limits<std::uint16_t>::max();

}  // namespace

Property payload_is_utf8(bool is_utf8) { return flag(PropertyId::payload_format_indicator, is_utf8); }
Property message_expiry(seconds after) {
  return duration("Message Expiry Interval", PropertyId::message_expiry_interval, after, kMaxU32);
}
Property content_type(std::string_view type) { return text("Content Type", PropertyId::content_type, type); }
Property response_topic(std::string_view topic) {
  return text("Response Topic", PropertyId::response_topic, topic);
}
Property correlation_data(std::string_view bytes) {
  return text("Correlation Data", PropertyId::correlation_data, bytes);
}
Property subscription_identifier(std::uint32_t identifier) {
  testkit::refuse_unless(identifier <= mqtt::kMaxVarint,
                         std::string("Subscription Identifier cannot be encoded: ") +
                             std::to_string(identifier) + " is more than 268,435,455");
  return number(PropertyId::subscription_identifier, identifier);
}
Property session_expiry(seconds after) {
  return duration("Session Expiry Interval", PropertyId::session_expiry_interval, after, kMaxU32);
}
Property assigned_client_identifier(std::string_view client_id) {
  return text("Assigned Client Identifier", PropertyId::assigned_client_identifier, client_id);
}
Property server_keep_alive(seconds interval) {
  return duration("Server Keep Alive", PropertyId::server_keep_alive, interval, kMaxU16);
}
Property authentication_method(std::string_view method) {
  return text("Authentication Method", PropertyId::authentication_method, method);
}
Property authentication_data(std::string_view bytes) {
  return text("Authentication Data", PropertyId::authentication_data, bytes);
}
Property request_problem_information(bool wanted) {
  return flag(PropertyId::request_problem_information, wanted);
}
Property will_delay(seconds delay) {
  return duration("Will Delay Interval", PropertyId::will_delay_interval, delay, kMaxU32);
}
Property request_response_information(bool wanted) {
  return flag(PropertyId::request_response_information, wanted);
}
Property response_information(std::string_view bytes) {
  return text("Response Information", PropertyId::response_information, bytes);
}
Property server_reference(std::string_view servers) {
  return text("Server Reference", PropertyId::server_reference, servers);
}
Property reason_string(std::string_view bytes) {
  return text("Reason String", PropertyId::reason_string, bytes);
}
Property receive_maximum(std::uint16_t packets) { return number(PropertyId::receive_maximum, packets); }
Property topic_alias_maximum(std::uint16_t aliases) {
  return number(PropertyId::topic_alias_maximum, aliases);
}
Property topic_alias(std::uint16_t alias) { return number(PropertyId::topic_alias, alias); }
Property maximum_qos(QoS qos) { return number(PropertyId::maximum_qos, static_cast<std::uint32_t>(qos)); }
Property retain_available(bool available) { return flag(PropertyId::retain_available, available); }
Property user_property(std::string_view name, std::string_view value) {
  refuse_if_long("The name of a User Property", name);
  refuse_if_long("The value of a User Property", value);
  return taken_from(PropertyList().add_user_property(name, value));
}
Property maximum_packet_size(std::uint32_t bytes) { return number(PropertyId::maximum_packet_size, bytes); }
Property wildcard_subscription_available(bool available) {
  return flag(PropertyId::wildcard_subscription_available, available);
}
Property subscription_identifiers_available(bool available) {
  return flag(PropertyId::subscription_identifiers_available, available);
}
Property shared_subscription_available(bool available) {
  return flag(PropertyId::shared_subscription_available, available);
}
Property raw_property(std::string_view bytes) { return {std::string(bytes)}; }

}  // namespace pint::packets
