// The table itself, one row a code. Columns are packets; those with the same set of codes share one.
#include "mqtt/reason_table.hpp"

namespace pint::mqtt {
namespace {

using enum ReasonCode;

using Columns = unsigned;
constexpr Columns kConnack = 1 << 0;
constexpr Columns kReceipt = 1 << 1;  // PUBACK, PUBREC
constexpr Columns kRelease = 1 << 2;  // PUBREL, PUBCOMP
constexpr Columns kSuback = 1 << 3;
constexpr Columns kUnsuback = 1 << 4;
constexpr Columns kDisconnect = 1 << 5;
constexpr Columns kAuth = 1 << 6;
constexpr Columns kAnswers = kConnack | kReceipt | kSuback | kUnsuback;

struct Row {
  ReasonCode reason;
  Columns columns;
};

// 0x8C is not in DISCONNECT's column: table 2-6 of the standard lists it there, DISCONNECT's own table 3-10,
// which [MQTT-3.14.2-1] refers to, does not.
constexpr Row kRows[] = {
    {success, kAnswers | kRelease | kDisconnect | kAuth},
    {granted_qos_1, kSuback},
    {granted_qos_2, kSuback},
    {disconnect_with_will_message, kDisconnect},
    {no_matching_subscribers, kReceipt},
    {no_subscription_existed, kUnsuback},
    {continue_authentication, kAuth},
    {reauthenticate, kAuth},
    {unspecified_error, kAnswers | kDisconnect},
    {malformed_packet, kConnack | kDisconnect},
    {protocol_error, kConnack | kDisconnect},
    {implementation_specific_error, kAnswers | kDisconnect},
    {unsupported_protocol_version, kConnack},
    {client_identifier_not_valid, kConnack},
    {bad_user_name_or_password, kConnack},
    {not_authorized, kAnswers | kDisconnect},
    {server_unavailable, kConnack},
    {server_busy, kConnack | kDisconnect},
    {banned, kConnack},
    {server_shutting_down, kDisconnect},
    {bad_authentication_method, kConnack},
    {keep_alive_timeout, kDisconnect},
    {session_taken_over, kDisconnect},
    {topic_filter_invalid, kSuback | kUnsuback | kDisconnect},
    {topic_name_invalid, kConnack | kReceipt | kDisconnect},
    {packet_identifier_in_use, kReceipt | kSuback | kUnsuback},
    {packet_identifier_not_found, kRelease},
    {receive_maximum_exceeded, kDisconnect},
    {topic_alias_invalid, kDisconnect},
    {packet_too_large, kConnack | kDisconnect},
    {message_rate_too_high, kDisconnect},
    {quota_exceeded, kConnack | kReceipt | kSuback | kDisconnect},
    {administrative_action, kDisconnect},
    {payload_format_invalid, kConnack | kReceipt | kDisconnect},
    {retain_not_supported, kConnack | kDisconnect},
    {qos_not_supported, kConnack | kDisconnect},
    {use_another_server, kConnack | kDisconnect},
    {server_moved, kConnack | kDisconnect},
    {shared_subscriptions_not_supported, kSuback | kDisconnect},
    {connection_rate_exceeded, kConnack | kDisconnect},
    {maximum_connect_time, kDisconnect},
    {subscription_identifiers_not_supported, kSuback | kDisconnect},
    {wildcard_subscriptions_not_supported, kSuback | kDisconnect},
};

Columns column_of(PacketType type) {
  switch (type) {
    case PacketType::connack: return kConnack;
    case PacketType::puback:
    case PacketType::pubrec: return kReceipt;
    case PacketType::pubrel:
    case PacketType::pubcomp: return kRelease;
    case PacketType::suback: return kSuback;
    case PacketType::unsuback: return kUnsuback;
    case PacketType::disconnect: return kDisconnect;
    case PacketType::auth: return kAuth;
    default: return 0;
  }
}

}  // namespace

bool is_legal_reason(ReasonCode reason, PacketType type) {
  if (reason == success) return column_of(type) != 0;  // nearly always; spares the walk
  for (const Row& row : kRows) {
    if (row.reason == reason) return (row.columns & column_of(type)) != 0;
  }
  return false;
}

}  // namespace pint::mqtt
