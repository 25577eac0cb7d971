// Packets to be sent by a test, right or wrong, in the words of the standard:
//
//   packets::connack({.reason = ReasonCode::quota_exceeded, .properties = {packets::receive_maximum(1)}})
//
// What can be encoded may be wrong, because that is what tests of clients are about: Packet Identifier 0, a
// topic with wildcards, text that is no UTF-8, a property where it has no business, or twice. What cannot be
// encoded at all throws std::invalid_argument with a sentence: when it is made, or, where that depends on the
// version, when its bytes are asked for. For everything else there is raw().
//
// In 3.x, properties and reasons are left out and failures become the return codes those versions have.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pint/error.hpp>
#include <pint/journal.hpp>
#include <pint/message.hpp>

namespace pint::packets {

// A packet whose bytes depend on the version of the connection it will be sent on. A value.
class Packet {
 public:
  [[nodiscard]] std::string bytes(ProtocolVersion version) const;
  // As the answer to a packet: in its version, and what was left out (the Packet Identifier, the reasons of
  // SUBACK and UNSUBACK) is taken from it.
  [[nodiscard]] std::string bytes_answering(const Record& request) const;
  // "CONNACK 0x97 Quota exceeded", for people.
  [[nodiscard]] const std::string& name() const;

  struct Form;  // for the functions below, which are the way to make one
  explicit Packet(std::shared_ptr<const Form> form) : form_(std::move(form)) {}

 private:
  std::shared_ptr<const Form> form_;
};

// One MQTT 5.0 property, encoded.
struct Property {
  std::string encoded;
};

// Any property in any packet, as often as you like. Durations from 0 to 4,294,967,295 s, that of
// server_keep_alive to 65,535 s.
[[nodiscard]] Property payload_is_utf8(bool is_utf8 = true);
[[nodiscard]] Property message_expiry(std::chrono::seconds after);
[[nodiscard]] Property content_type(std::string_view type);
[[nodiscard]] Property response_topic(std::string_view topic);
[[nodiscard]] Property correlation_data(std::string_view bytes);
[[nodiscard]] Property subscription_identifier(std::uint32_t identifier);  // to 268,435,455
[[nodiscard]] Property session_expiry(std::chrono::seconds after);
[[nodiscard]] Property assigned_client_identifier(std::string_view client_id);
[[nodiscard]] Property server_keep_alive(std::chrono::seconds interval);
[[nodiscard]] Property authentication_method(std::string_view method);
[[nodiscard]] Property authentication_data(std::string_view bytes);
[[nodiscard]] Property request_problem_information(bool wanted);
[[nodiscard]] Property will_delay(std::chrono::seconds delay);
[[nodiscard]] Property request_response_information(bool wanted);
[[nodiscard]] Property response_information(std::string_view text);
[[nodiscard]] Property server_reference(std::string_view servers);
[[nodiscard]] Property reason_string(std::string_view text);
[[nodiscard]] Property receive_maximum(std::uint16_t packets);
[[nodiscard]] Property topic_alias_maximum(std::uint16_t aliases);
[[nodiscard]] Property topic_alias(std::uint16_t alias);
[[nodiscard]] Property maximum_qos(QoS qos);
[[nodiscard]] Property retain_available(bool available);
[[nodiscard]] Property user_property(std::string_view name, std::string_view value);
[[nodiscard]] Property maximum_packet_size(std::uint32_t bytes);
[[nodiscard]] Property wildcard_subscription_available(bool available);
[[nodiscard]] Property subscription_identifiers_available(bool available);
[[nodiscard]] Property shared_subscription_available(bool available);
// These very bytes where a property should be: an unknown identifier, a value that is cut short.
[[nodiscard]] Property raw_property(std::string_view bytes);

struct Connack {
  bool session_present = false;  // not written in 3.1, which has none
  ReasonCode reason = ReasonCode::success;
  // 3.x: this very byte, known or not. Absent: the return code for `reason`; refused if there is none.
  std::optional<std::uint8_t> return_code = {};
  std::vector<Property> properties = {};
};
[[nodiscard]] Packet connack(Connack fields = {});

struct Publish {
  std::string topic = {};  // at most 65,535 bytes
  std::string payload = {};
  QoS qos = QoS::at_most_once;  // 3 can be encoded too: static_cast<QoS>(3)
  bool retain = false;
  bool duplicate = false;
  std::optional<std::uint16_t> packet_id = {};  // needed above QoS 0, refused at QoS 0
  std::vector<Property> properties = {};
};
[[nodiscard]] Packet publish(Publish fields);

struct Acknowledgement {
  std::optional<std::uint16_t> packet_id = {};  // absent: that of the packet it answers
  ReasonCode reason = ReasonCode::success;
  std::vector<Property> properties = {};
};
[[nodiscard]] Packet puback(Acknowledgement fields = {});
[[nodiscard]] Packet pubrec(Acknowledgement fields = {});
[[nodiscard]] Packet pubrel(Acknowledgement fields = {});
[[nodiscard]] Packet pubcomp(Acknowledgement fields = {});

struct Suback {
  std::optional<std::uint16_t> packet_id = {};  // absent: that of the packet it answers
  std::vector<ReasonCode> reasons = {};  // none: SUBACK grants what was asked for, UNSUBACK says success
  std::vector<Property> properties = {};
};
using Unsuback = Suback;
[[nodiscard]] Packet suback(Suback fields = {});
[[nodiscard]] Packet unsuback(Unsuback fields = {});

[[nodiscard]] Packet pingresp();

struct Disconnect {
  ReasonCode reason = ReasonCode::normal_disconnection;
  std::vector<Property> properties = {};
};
[[nodiscard]] Packet disconnect(
    Disconnect fields = {});  // in 3.x no server sends one: it can be, and is wrong

struct Auth {
  ReasonCode reason = ReasonCode::continue_authentication;
  std::vector<Property> properties = {};
};
[[nodiscard]] Packet auth(Auth fields = {});  // 5.0 only

// What clients send.
struct Will {
  std::string topic = {};
  std::string payload = {};  // at most 65,535 bytes
  QoS qos = QoS::at_most_once;
  bool retain = false;
  std::vector<Property> properties = {};
};
struct Connect {
  std::string client_id = {};
  bool clean_start = true;
  std::chrono::seconds keep_alive = {};  // 0 .. 65,535 s
  std::optional<std::string> user_name = {};
  std::optional<std::string> password = {};
  std::optional<Will> will = {};
  std::vector<Property> properties = {};
};
[[nodiscard]] Packet connect(Connect fields);

struct Subscription {
  std::string topic_filter;
  QoS qos = QoS::at_most_once;
};
struct Subscribe {
  std::uint16_t packet_id = 1;
  std::vector<Subscription> subscriptions = {};
  std::vector<Property> properties = {};
};
[[nodiscard]] Packet subscribe(Subscribe fields);

struct Unsubscribe {
  std::uint16_t packet_id = 1;
  std::vector<std::string> topic_filters = {};
  std::vector<Property> properties = {};
};
[[nodiscard]] Packet unsubscribe(Unsubscribe fields);

[[nodiscard]] Packet pingreq();

// These very bytes: a broken packet, half a packet, several. At least one.
[[nodiscard]] Packet raw(std::string bytes);
[[nodiscard]] Packet raw(std::initializer_list<std::uint8_t> bytes);  // raw({0x20, 0x02, 0x00, 0x00})

}  // namespace pint::packets
