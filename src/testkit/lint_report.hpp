// Where concerns put what they find: who and which packet is added here, rules that cannot be relied on are
// left out, and of findings that repeat only the first few are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pint/lint.hpp>
#include <pint/message.hpp>

#include "base/time.hpp"
#include "testkit/lint_rule.hpp"

namespace pint::testkit {

// The record a finding is about.
struct LintEvidence {
  std::uint64_t sequence = 0;
  Duration at{};
  std::string bytes = {};  // at most kLintBytes; empty: no packet
};
constexpr std::size_t kLintBytes = 256;

// A Network Connection, as far as all concerns must know it.
struct LintConnection {
  std::uint64_t number = 0;  // 1, 2, 3 … of all connections
  std::string remote_address = {};
  std::string client_id = {};
  ProtocolVersion version = ProtocolVersion::v3_1_1;
  bool clean_start = true;
  bool connect_seen = false;
  bool accepted = false;        // CONNACK with success
  bool connack_on_way = false;  // … which has not left yet: this turn is not over
  bool session_present = false;
  Duration keep_alive{};  // the one in force
  // What CONNACK announced.
  std::uint32_t receive_maximum = 65'535;
  std::uint32_t topic_alias_maximum = 0;
  QoS maximum_qos = QoS::exactly_once;
  bool retain_available = true;

  bool touched_by_fault = false;
  bool session_doubtful = false;  // a fault made packets up since the Session began
  bool first_of_client = true;    // nothing can have been lost on an earlier connection
  std::uint64_t heard_until = 0;  // the latest packet of ours that the client has answered
  LintEvidence last_received = {};
  std::uint64_t violation_at = 0;  // the latest record a violation was found in
  Duration time{};                 // now, by the clock that clients live by

  [[nodiscard]] bool v5() const { return version == ProtocolVersion::v5; }
};

struct LintBounds {
  std::size_t each = 3;      // findings of one rule about one client; the rest are counted in the last one
  std::size_t all = 10'000;  // findings in all; the rest are counted in dropped()
};

class LintReport {
 public:
  explicit LintReport(LintBounds bounds) : bounds_(bounds) {}

  // What is looked at from here on. The connection must stay until the next call.
  void look_at(LintConnection& connection, LintEvidence evidence);
  [[nodiscard]] const LintEvidence& evidence() const { return evidence_; }

  // The client broke a rule with what is being looked at, or with an earlier record.
  void add(LintRuleId rule, std::string sentence) { add(rule, std::move(sentence), evidence_); }
  void add(LintRuleId rule, std::string sentence, const LintEvidence& evidence);
  // For rules whose clause varies.
  void add_with_clause(LintRuleId rule, std::string sentence, std::string_view clause,
                       const LintEvidence& evidence);

  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }
  [[nodiscard]] std::size_t found() const { return found_; }
  void clear();

 private:
  [[nodiscard]] bool can_be_relied_on(LintTrust trust) const;
  struct Tally {
    std::size_t kept = 0;
    std::size_t last = 0;  // where the last one kept stands
  };

  LintBounds bounds_;
  LintConnection* connection_ = nullptr;
  LintEvidence evidence_;
  std::vector<Finding> findings_;
  std::map<std::pair<LintRuleId, std::string>, Tally> tallies_;
  std::size_t dropped_ = 0;
  std::size_t found_ = 0;  // kept or not
};

}  // namespace pint::testkit
