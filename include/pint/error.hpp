// The two vocabularies of failure: ReasonCode is what MQTT says on the wire, Errc is what this library says
// to the program that embeds it. Error is thrown by Broker::start() and by nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace pint {

// Reason Codes of MQTT 5.0, section 2.4. Where one number has several names, each name is its own constant.
// Towards 3.1 and 3.1.1 clients the broker maps them to the few return codes those versions know.
enum class ReasonCode : std::uint8_t {
  success = 0x00,
  normal_disconnection = 0x00,
  granted_qos_0 = 0x00,
  granted_qos_1 = 0x01,
  granted_qos_2 = 0x02,
  disconnect_with_will_message = 0x04,
  no_matching_subscribers = 0x10,
  no_subscription_existed = 0x11,
  continue_authentication = 0x18,
  reauthenticate = 0x19,
  unspecified_error = 0x80,
  malformed_packet = 0x81,
  protocol_error = 0x82,
  implementation_specific_error = 0x83,
  unsupported_protocol_version = 0x84,
  client_identifier_not_valid = 0x85,
  bad_user_name_or_password = 0x86,
  not_authorized = 0x87,
  server_unavailable = 0x88,
  server_busy = 0x89,
  banned = 0x8A,
  server_shutting_down = 0x8B,
  bad_authentication_method = 0x8C,
  keep_alive_timeout = 0x8D,
  session_taken_over = 0x8E,
  topic_filter_invalid = 0x8F,
  topic_name_invalid = 0x90,
  packet_identifier_in_use = 0x91,
  packet_identifier_not_found = 0x92,
  receive_maximum_exceeded = 0x93,
  topic_alias_invalid = 0x94,
  packet_too_large = 0x95,
  message_rate_too_high = 0x96,
  quota_exceeded = 0x97,
  administrative_action = 0x98,
  payload_format_invalid = 0x99,
  retain_not_supported = 0x9A,
  qos_not_supported = 0x9B,
  use_another_server = 0x9C,
  server_moved = 0x9D,
  shared_subscriptions_not_supported = 0x9E,
  connection_rate_exceeded = 0x9F,
  maximum_connect_time = 0xA0,
  subscription_identifiers_not_supported = 0xA1,
  wildcard_subscriptions_not_supported = 0xA2,
};

// Tell whether the code reports a failure: 0x80 and above. [MQTT5 section 2.4]
[[nodiscard]] constexpr bool is_failure(ReasonCode code) { return static_cast<std::uint8_t>(code) >= 0x80; }

// Give the standard's name of a code, such as "Not authorized". 0x00 is "Success". Never empty: an unknown
// number gives "Unknown reason code". The text lives as long as the program.
[[nodiscard]] std::string_view name_of(ReasonCode code);

// What a running broker answers to a call it will not carry out. Convertible to std::error_code.
enum class Errc {
  not_running = 1,        // the broker was not started, or has stopped
  already_running,        // start() on a running broker
  invalid_topic_name,     // empty, over 65,535 bytes, a wildcard, U+0000 or ill-formed UTF-8 [MQTT-4.7.3-1]
  invalid_topic_filter,   // a misplaced wildcard, a bad $share form, or one of the above [MQTT-4.7.1-1]
  invalid_message,        // a property that cannot be encoded: too long, or ill-formed UTF-8
  packet_too_large,       // the message would not fit into one MQTT packet
  queue_full,             // the mailbox holds limits.mailbox_bytes: the broker cannot keep up with the caller
  unknown_rule,           // remove_rule() of a rule that is not there
  unknown_client,         // disconnect() of a client that is not connected
  invalid_options,        // start(): one or more options; the message lists every one
  listener_failed,        // start(): the operating system refused to open a listener
  invalid_config,         // from_config(): the file is unreadable, has unknown keys or bad values
};

// The category of Errc; its messages are whole sentences.
[[nodiscard]] const std::error_category& error_category() noexcept;
[[nodiscard]] std::error_code make_error_code(Errc code) noexcept;

// Why a broker could not start. what() names the option or listener and says how to mend it.
class Error : public std::system_error {
 public:
  Error(Errc code, const std::string& what) : std::system_error(make_error_code(code)), what_(what) {}
  [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

 private:
  std::string what_;
};

}  // namespace pint

template <>
struct std::is_error_code_enum<pint::Errc> : std::true_type {};
