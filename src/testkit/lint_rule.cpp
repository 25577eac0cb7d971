#include "testkit/lint_rule.hpp"

#include <iterator>

#include "base/assert.hpp"

namespace pint::testkit {
namespace {

using enum LintTrust;
constexpr Severity kViolation = Severity::violation;
constexpr Severity kAdvice = Severity::advice;

// Clauses without brackets: the broker does not make these true, its clients do.
constexpr LintRow kRows[] = {
    {LintRuleId::malformed_packet,
     nothing,
     {"malformed-packet", kViolation, "", "", true, "A packet is not in the form the standard gives it."}},
    {LintRuleId::protocol_error,
     nothing,
     {"protocol-error", kViolation, "", "", true,
      "The broker ended the connection for a breach of the protocol that no other rule has found."}},
    {LintRuleId::topic_name,
     nothing,
     {"topic-name", kViolation, "", "", true,
      "The Topic Name of a PUBLISH or Will has a wildcard or is empty."}},
    {LintRuleId::topic_alias,
     session,
     {"topic-alias", kViolation, "MQTT-3.3.2-9", "", true,
      "A Topic Alias is 0, above the broker's Topic Alias Maximum, or was never given a topic on this "
      "connection."}},
    {LintRuleId::payload_format,
     nothing,
     {"payload-format", kViolation, "", "", false,
      "Payload Format Indicator is 1, but the payload is not UTF-8 (section 3.3.2.3.2)."}},
    {LintRuleId::before_connack,
     connection,
     {"before-connack", kAdvice, "", "", false,
      "A packet was sent before CONNACK: the client cannot know yet whether it is accepted, and with which "
      "limits."}},

    {LintRuleId::discouraged_character,
     nothing,
     {"discouraged-character", kAdvice, "", "", false,
      "A string has a control character or a Unicode non-character, for which a receiver may close the "
      "connection (section 1.5.4)."}},
    {LintRuleId::byte_order_mark,
     nothing,
     {"byte-order-mark", kAdvice, "MQTT-1.5.4-3", "MQTT3-1.5.3-3", false,
      "A name begins with U+FEFF, which is never stripped: it is another name than the one without."}},
    {LintRuleId::not_normalized,
     nothing,
     {"not-normalized", kAdvice, "MQTT-4.7.3-4", "MQTT3-4.7.3-4", false,
      "A name has a Latin letter and its accent as two characters where there is one for both (Unicode NFC): "
      "names are compared byte by byte, and most programs send the one."}},

    {LintRuleId::client_id_length,
     nothing,
     {"client-id-length", kViolation, "", "", false,
      "The Client Identifier of an MQTT 3.1 client does not have 1 to 23 characters."}},
    {LintRuleId::empty_client_id,
     nothing,
     {"empty-client-id", kViolation, "", "MQTT3-3.1.3-7", false,
      "An MQTT 3.1.1 client without a Client Identifier wants to keep its Session."}},
    {LintRuleId::session_without_client_id,
     nothing,
     {"session-without-client-id", kAdvice, "", "", false,
      "An MQTT 5.0 client without a Client Identifier wants its Session kept: the broker names it anew each "
      "time unless it comes back with the name it was assigned, and one Session after the other is left "
      "behind."}},
    {LintRuleId::session_expiry_missing,
     nothing,
     {"session-expiry-missing", kAdvice, "", "", false,
      "An MQTT 5.0 client's first CONNECT has Clean Start 0 without a Session Expiry Interval: unlike in "
      "3.1.1, its Session then ends with the connection."}},
    {LintRuleId::client_id_clash,
     connection,
     {"client-id-clash", kAdvice, "", "", false,
      "Connections took one Client Identifier over from each other three times in a row: probably two "
      "clients "
      "have the same one."}},

    {LintRuleId::reconnect_at_once,
     nothing,
     {"reconnect-at-once", kAdvice, "", "", false,
      "Five times in a row the client lost a young connection and was back within 100 ms."}},
    {LintRuleId::reconnect_no_back_off,
     nothing,
     {"reconnect-no-back-off", kAdvice, "", "", false,
      "Over five attempts that failed the client did not wait longer from one to the next."}},
    {LintRuleId::reconnect_no_jitter,
     nothing,
     {"reconnect-no-jitter", kAdvice, "", "", false,
      "Over five attempts that failed the client's waiting times doubled exactly: a fleet of such clients "
      "comes "
      "back all at once."}},

    {LintRuleId::keep_alive_late,
     connection,
     {"keep-alive-late", kAdvice, "MQTT-3.1.2-20", "MQTT3-3.1.2-23", false,
      "The client was silent for more than Keep Alive and a second."}},
    {LintRuleId::keep_alive_overrun,
     connection,
     {"keep-alive-overrun", kViolation, "MQTT-3.1.2-20", "MQTT3-3.1.2-23", false,
      "The client was silent for more than one and a half times Keep Alive, after which brokers give it "
      "up."}},
    {LintRuleId::ping_flood,
     connection,
     {"ping-flood", kAdvice, "", "", false,
      "Ten PINGREQ in a row came each within a tenth of Keep Alive after the packet before."}},

    {LintRuleId::maximum_qos,
     session,
     {"maximum-qos", kViolation, "MQTT-3.2.2-11", "", false,
      "A PUBLISH has a QoS above the Maximum QoS of CONNACK."}},
    {LintRuleId::retain_unavailable,
     session,
     {"retain-unavailable", kViolation, "MQTT-3.2.2-14", "", false,
      "A PUBLISH has RETAIN 1, but CONNACK said Retain Available 0."}},
    {LintRuleId::receive_maximum,
     session,
     {"receive-maximum", kViolation, "MQTT-3.3.4-7", "", false,
      "More QoS 1 and 2 messages were open towards the broker than its Receive Maximum."}},

    {LintRuleId::packet_id_in_use,
     session,
     {"packet-id-in-use", kViolation, "MQTT-2.2.1-3", "MQTT3-2.3.1-2", false,
      "A new packet has a Packet Identifier that is not free yet."}},
    {LintRuleId::dup_missing,
     session,
     {"dup-missing", kViolation, "MQTT-3.3.1-1", "MQTT3-3.3.1-1", false,
      "A PUBLISH was sent again with DUP 0."}},
    {LintRuleId::dup_on_first_send,
     session,
     {"dup-on-first-send", kViolation, "MQTT-4.3.2-2", "MQTT3-4.3.2-1", false,
      "A QoS 1 PUBLISH that had not been sent before has DUP 1."}},
    {LintRuleId::dup_on_first_send_qos_2,
     session,
     {"dup-on-first-send-qos-2", kViolation, "MQTT-4.3.3-2", "MQTT3-4.3.3-1", false,
      "A QoS 2 PUBLISH that had not been sent before has DUP 1."}},
    {LintRuleId::resent_while_connected,
     session,
     {"resent-while-connected", kViolation, "MQTT-4.4.0-1", "", false,
      "An MQTT 5.0 client sent PUBLISH or PUBREL again without having reconnected."}},
    {LintRuleId::resend_order,
     session,
     {"resend-order", kViolation, "MQTT-4.6.0-1", "MQTT3-4.6.0-1", false,
      "After a reconnect PUBLISH packets were not sent again in their first order."}},
    {LintRuleId::not_resent,
     session,
     {"not-resent", kViolation, "MQTT-4.4.0-1", "MQTT3-4.4.0-1", false,
      "The client resumed its Session, published new messages and said DISCONNECT without having sent an "
      "unacknowledged one again."}},
    {LintRuleId::stale_session,
     session,
     {"stale-session", kViolation, "MQTT-3.2.2-5", "", false,
      "An MQTT 5.0 client was told Session Present 0 and goes on with messages of the earlier Session."}},
    {LintRuleId::publish_after_pubrel,
     session,
     {"publish-after-pubrel", kViolation, "MQTT-4.3.3-6", "MQTT3-4.3.3-1", false,
      "A QoS 2 PUBLISH was sent again after its PUBREL."}},
    {LintRuleId::pubrel_missing,
     connection,
     {"pubrel-missing", kViolation, "MQTT-4.3.3-4", "MQTT3-4.3.3-1", false,
      "A PUBREC was not answered with PUBREL within ten seconds, or the client left with DISCONNECT and had "
      "answered what came later."}},
    {LintRuleId::pubrel_unknown,
     session,
     {"pubrel-unknown", kViolation, "MQTT-2.2.1-5", "MQTT3-2.3.1-6", false, "A PUBREL answers no PUBREC."}},
    {LintRuleId::pubrel_order,
     connection,
     {"pubrel-order", kViolation, "MQTT-4.6.0-4", "MQTT3-4.6.0-4", false,
      "PUBREL packets did not follow the order of the PUBREC packets."}},

    {LintRuleId::puback_order,
     connection,
     {"puback-order", kViolation, "MQTT-4.6.0-2", "MQTT3-4.6.0-2", false,
      "PUBACK packets did not follow the order of the QoS 1 PUBLISH packets."}},
    {LintRuleId::pubrec_order,
     connection,
     {"pubrec-order", kViolation, "MQTT-4.6.0-3", "MQTT3-4.6.0-3", false,
      "PUBREC packets did not follow the order of the QoS 2 PUBLISH packets."}},
    {LintRuleId::acknowledgement_unknown,
     session,
     {"acknowledgement-unknown", kViolation, "MQTT-2.2.1-5", "MQTT3-2.3.1-6", false,
      "A PUBACK, PUBREC or PUBCOMP has a Packet Identifier that waits for none."}},
    {LintRuleId::acknowledgement_kind,
     session,
     {"acknowledgement-kind", kViolation, "MQTT-3.3.4-1", "MQTT3-3.3.4-1", false,
      "A QoS 1 message was answered with PUBREC, or a QoS 2 message with PUBACK."}},
    {LintRuleId::acknowledgement_missing,
     connection,
     {"acknowledgement-missing", kAdvice, "MQTT-4.5.0-2", "MQTT3-4.5.0-2", false,
      "A connection ended with a PUBLISH unacknowledged, although the client had ten seconds for it, or left "
      "with DISCONNECT and had answered what came later."}},
    {LintRuleId::never_acknowledges,
     connection,
     {"never-acknowledges", kViolation, "MQTT-4.5.0-2", "MQTT3-4.5.0-2", false,
      "The same, where the client acknowledged nothing at all on that connection and ended it by itself."}},

    {LintRuleId::subscribe_loop,
     connection,
     {"subscribe-loop", kAdvice, "", "", false,
      "A Topic Filter was subscribed to four times on one connection, with the same options and although the "
      "broker had granted it."}},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(kRows); ++i) {
    if (kRows[i].id != static_cast<LintRuleId>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "lint_row() looks rows up by their place");

}  // namespace

const LintRow& lint_row(LintRuleId id) {
  const auto place = static_cast<std::size_t>(id);
  PINT_ASSERT(place < std::size(kRows));
  return kRows[place];
}

std::span<const LintRow> lint_rows() { return kRows; }

std::string_view clause_of(const LintRule& rule, ProtocolVersion version) {
  switch (version) {
    case ProtocolVersion::v5: return rule.clause_v5;
    case ProtocolVersion::v3_1_1: return rule.clause_v3_1_1;
    case ProtocolVersion::v3_1: break;
  }
  return {};
}

}  // namespace pint::testkit

namespace pint {

std::string_view name_of(Severity severity) {
  return severity == Severity::violation ? "violation" : "advice";
}

std::vector<LintRule> lint_rules() {
  std::vector<LintRule> rules;
  for (const testkit::LintRow& row : testkit::lint_rows()) rules.push_back(row.rule);
  return rules;
}

}  // namespace pint
