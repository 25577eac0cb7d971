// The table of the lint's rules: what each is called, how bad it is, which clause it is about, and when the
// lint knows enough to apply it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <pint/lint.hpp>
#include <pint/message.hpp>

namespace pint::testkit {

// In the order of the table.
enum class LintRuleId : std::uint8_t {
  malformed_packet,
  protocol_error,
  topic_name,
  topic_alias,
  payload_format,
  before_connack,
  discouraged_character,
  byte_order_mark,
  not_normalized,
  client_id_length,
  empty_client_id,
  session_without_client_id,
  session_expiry_missing,
  client_id_clash,
  reconnect_at_once,
  reconnect_no_back_off,
  reconnect_no_jitter,
  keep_alive_late,
  keep_alive_overrun,
  ping_flood,
  maximum_qos,
  retain_unavailable,
  receive_maximum,
  packet_id_in_use,
  dup_missing,
  dup_on_first_send,
  dup_on_first_send_qos_2,
  resent_while_connected,
  resend_order,
  not_resent,
  stale_session,
  publish_after_pubrel,
  pubrel_missing,
  pubrel_unknown,
  pubrel_order,
  puback_order,
  pubrec_order,
  acknowledgement_unknown,
  acknowledgement_kind,
  acknowledgement_missing,
  never_acknowledges,
  subscribe_loop,
};

// What a rule must be able to rely on. A rule that cannot is silent, because what it would find might be the
// fault's doing.
enum class LintTrust : std::uint8_t {
  nothing,     // it judges the packet by itself
  session,     // no acknowledgement was made up since the Session began
  connection,  // that, and no fault of any kind since the connection began
};

struct LintRow {
  LintRuleId id;
  LintTrust trust;
  LintRule rule;
};
[[nodiscard]] const LintRow& lint_row(LintRuleId id);
[[nodiscard]] std::span<const LintRow> lint_rows();

// The clause a finding names, in a connection's version; empty if there is none.
[[nodiscard]] std::string_view clause_of(const LintRule& rule, ProtocolVersion version);

}  // namespace pint::testkit
