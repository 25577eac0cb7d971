// Form and place of packets: malformed ones, what the broker itself objected to, and packets that came before
// the client could know whether it is accepted.
#include <algorithm>
#include <string>
#include <utility>

#include "mqtt/utf8.hpp"
#include "testkit/lint_clause.hpp"
#include "testkit/lint_concern.hpp"

namespace pint::testkit {
namespace {

using mqtt::PropertyId;

std::string words(const LintPacket& packet) { return std::string(name_of(packet.type)); }

LintRuleId rule_for(ReasonCode refusal) {
  switch (refusal) {
    case ReasonCode::topic_name_invalid: return LintRuleId::topic_name;
    case ReasonCode::topic_alias_invalid: return LintRuleId::topic_alias;
    default: return LintRuleId::malformed_packet;
  }
}

bool says_utf8(const mqtt::PropertyView& properties) {
  return properties.number(PropertyId::payload_format_indicator) == 1;
}

// UTF-8 with U+0000 in it is still UTF-8, only no MQTT string.
bool is_utf8(ByteView payload) {
  std::string text(as_text(payload));
  std::replace(text.begin(), text.end(), '\0', ' ');
  return mqtt::is_utf8_text(text);
}

class FormConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection& connection, LintReport& report) override {
    if (packet.direction == Direction::sent) return;
    if (packet.decoded == nullptr) return on_malformed(packet, connection, report);
    check_place(packet, connection, report);
    if (const auto* publish = std::get_if<mqtt::Publish>(packet.decoded)) {
      check_payload("PUBLISH", publish->properties, publish->payload, report);
    }
    const auto* connect = std::get_if<mqtt::Connect>(packet.decoded);
    if (connect != nullptr && connect->will) {
      check_payload("Will", connect->will->properties, connect->will->payload, report);
    }
  }

  // Whatever the broker ended the connection for and no rule has seen is a finding all the same.
  void on_ended(const LintEnding& ending, LintConnection& connection, LintReport& report) override {
    if (!ending.was_accepted || ending.cause != DisconnectCause::protocol_error) return;
    const LintEvidence& last = connection.last_received;
    if (last.sequence != 0 && connection.violation_at == last.sequence) return;
    // Of these a whole packet would have been found malformed: this one never got to be whole.
    const bool about_no_packet =
        ending.reason == ReasonCode::malformed_packet || ending.reason == ReasonCode::packet_too_large;
    report.add_with_clause(LintRuleId::protocol_error, sentence_without_clauses(ending.explanation),
                           clause_in(ending.explanation, connection.version),
                           about_no_packet ? report.evidence() : last);
  }

 private:
  static void on_malformed(const LintPacket& packet, const LintConnection& connection, LintReport& report) {
    const std::string_view why = packet.refusal.why;
    report.add_with_clause(rule_for(packet.refusal.reason),
                           words(packet) + ": " + sentence_without_clauses(why),
                           clause_in(why, connection.version), report.evidence());
  }

  static void check_place(const LintPacket& packet, const LintConnection& connection, LintReport& report) {
    if (packet.type == PacketType::connect || packet.type == PacketType::auth ||
        packet.type == PacketType::disconnect || !connection.connect_seen) {
      return;
    }
    if (connection.accepted && !connection.connack_on_way) return;
    report.add(LintRuleId::before_connack, words(packet) + " was sent before CONNACK was there");
  }

  static void check_payload(const char* what, const mqtt::PropertyView& properties, ByteView payload,
                            LintReport& report) {
    if (!says_utf8(properties) || is_utf8(payload)) return;
    report.add(LintRuleId::payload_format,
               std::string(what) + " says that its payload is UTF-8, and it is not");
  }
};

}  // namespace

std::unique_ptr<LintConcern> make_form_concern() { return std::make_unique<FormConcern>(); }

}  // namespace pint::testkit
