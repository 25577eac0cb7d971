// What CONNACK of MQTT 5.0 announced: Topic Aliases, Maximum QoS, Retain Available. (Receive Maximum is
// counted where the messages are, in lint_publishing.cpp.)
#include <set>
#include <string>

#include "testkit/lint_concern.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

class LimitsConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection& connection, LintReport& report) override {
    if (!packet.received(PacketType::publish) || packet.decoded == nullptr) return;
    if (!connection.v5() || !connection.accepted) return;
    const auto& publish = std::get<mqtt::Publish>(*packet.decoded);
    if (publish.qos > connection.maximum_qos) {
      report.add(LintRuleId::maximum_qos, "PUBLISH to " + plain(publish.topic) + " has QoS " +
                                              text_of(publish.qos) + ", but Maximum QoS is " +
                                              text_of(connection.maximum_qos));
    }
    if (publish.retain && !connection.retain_available) {
      report.add(LintRuleId::retain_unavailable,
                 "PUBLISH to " + plain(publish.topic) + " has RETAIN 1, but Retain Available is 0");
    }
    check_alias(publish, connection, report);
  }

 private:
  void check_alias(const mqtt::Publish& publish, const LintConnection& connection, LintReport& report) {
    const auto alias = publish.properties.number(mqtt::PropertyId::topic_alias);
    if (!alias) return;
    const std::string words = "Topic Alias " + std::to_string(*alias);
    if (connection.topic_alias_maximum == 0) {
      return report.add_with_clause(LintRuleId::topic_alias,
                                    words + " was used, but the broker announced no Topic Alias Maximum",
                                    "MQTT-3.2.2-18", report.evidence());
    }
    if (*alias > connection.topic_alias_maximum) {
      return report.add(LintRuleId::topic_alias, words + " is above Topic Alias Maximum " +
                                                     std::to_string(connection.topic_alias_maximum));
    }
    if (!publish.topic.empty()) {
      given_.insert(*alias);
    } else if (given_.count(*alias) == 0) {
      report.add_with_clause(LintRuleId::topic_alias, words + " was given no topic on this connection",
                             "MQTT-3.3.2-7", report.evidence());
    }
  }

  std::set<std::uint32_t> given_;  // aliases with a topic
};

}  // namespace

std::unique_ptr<LintConcern> make_limits_concern() { return std::make_unique<LimitsConcern>(); }

}  // namespace pint::testkit
