// What CONNECT says about Client Identifier and Session.
#include <string>

#include "testkit/lint_concern.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

using mqtt::PropertyId;

constexpr std::size_t kLongestClientIdOf31 = 23;

// Even 0: it is then meant.
bool says_expiry(const mqtt::Connect& connect) {
  return connect.properties.number(PropertyId::session_expiry_interval).has_value();
}

bool keeps_session(const mqtt::Connect& connect) {
  return connect.properties.number(PropertyId::session_expiry_interval).value_or(0) > 0;
}

// Client Identifiers that clash are seen by how often connections take each other over.
constexpr int kTakeovers = 3;
constexpr Duration kTakeoverWindow = std::chrono::seconds{60};

class IdentifierConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection&, LintReport& report) override {
    if (!packet.received(PacketType::connect) || packet.decoded == nullptr) return;
    const auto& connect = std::get<mqtt::Connect>(*packet.decoded);
    switch (connect.version) {
      case ProtocolVersion::v3_1: return check_v3_1(connect, report);
      case ProtocolVersion::v3_1_1: return check_v3_1_1(connect, report);
      case ProtocolVersion::v5: return check_v5(connect, report);
    }
  }

 private:
  static void check_v3_1(const mqtt::Connect& connect, LintReport& report) {
    const std::size_t size = connect.client_id.size();
    if (size >= 1 && size <= kLongestClientIdOf31) return;
    report.add(LintRuleId::client_id_length,
               "the Client Identifier has " + std::to_string(size) + " bytes; MQTT 3.1 allows 1 to 23");
  }

  static void check_v3_1_1(const mqtt::Connect& connect, LintReport& report) {
    if (!connect.client_id.empty() || connect.clean_start) return;
    report.add(LintRuleId::empty_client_id, "CONNECT has no Client Identifier and CleanSession 0");
  }

  static void check_v5(const mqtt::Connect& connect, LintReport& report) {
    if (!connect.client_id.empty() || !keeps_session(connect)) return;
    report.add(LintRuleId::session_without_client_id,
               "CONNECT has no Client Identifier and a Session Expiry Interval above 0");
  }
};

class ConnectingConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection& connection, LintReport& report) override {
    if (!packet.received(PacketType::connect) || packet.decoded == nullptr) return;
    const auto& connect = std::get<mqtt::Connect>(*packet.decoded);
    const bool first = !seen_;
    seen_ = true;
    if (!first || !connection.v5() || connect.clean_start || says_expiry(connect)) return;
    report.add(
        LintRuleId::session_expiry_missing,
        "CONNECT has Clean Start 0 and no Session Expiry Interval: the Session ends with the connection");
  }

  void on_ended(const LintEnding& ending, LintConnection&, LintReport& report) override {
    if (!ending.was_accepted) return;
    if (ending.cause != DisconnectCause::taken_over) {
      takeovers_ = 0;
      return;
    }
    if (takeovers_ == 0 || ending.time - since_ > kTakeoverWindow) {
      takeovers_ = 0;
      since_ = ending.time;
    }
    if (++takeovers_ < kTakeovers) return;
    report.add(LintRuleId::client_id_clash, "taken over " + std::to_string(takeovers_) + " times within " +
                                                span_text(ending.time - since_));
    takeovers_ = 0;
  }

 private:
  bool seen_ = false;
  int takeovers_ = 0;
  Duration since_{};
};

}  // namespace

std::unique_ptr<LintConcern> make_identifier_concern() { return std::make_unique<IdentifierConcern>(); }
std::unique_ptr<LintConcern> make_connecting_concern() { return std::make_unique<ConnectingConcern>(); }

}  // namespace pint::testkit
