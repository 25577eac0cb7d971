// Lint: what a client did wrong or unwisely, each with the clause it broke and the packet it broke it with.
// Most of it a broker must bear in silence, so that nothing fails until the client meets another broker.
// docs/lint.md lists the rules.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pint {

// What a TestBroker does with findings.
enum class LintMode : std::uint8_t {
  off,     // looks for none
  report,  // keeps them, for whoever asks
  fail,    // and a violation fails the test
};

enum class Severity : std::uint8_t {
  violation,  // against the standard, or against a limit the broker had announced
  advice,     // allowed, and likely to cost somebody an afternoon
};
[[nodiscard]] std::string_view name_of(Severity severity);

// One thing a client did.
struct Finding {
  std::string rule;  // its name in lint_rules()
  Severity severity = Severity::advice;
  std::string clause =
      {};  // "MQTT-3.3.1-1" is MQTT 5.0's, "MQTT3-3.3.1-1" is 3.1.1's; empty: none has a number
  std::string client_id = {};
  std::string remote_address = {};
  std::uint64_t sequence = 0;     // of the record it is about: the packet, or the end of the connection
  std::chrono::nanoseconds at{};  // broker time of that record
  std::string sentence = {};      // what happened, with names and numbers
  std::string bytes = {};  // the packet's first 256, fixed header and all; empty: it is about no packet
  std::size_t more = 0;    // later findings of the same rule and client that were only counted
};

// One line: violation dup-missing [clause] dev-1 #12 +1.500 s: PUBLISH 7 was sent again with DUP 0.
// Whatever in it could steer a terminal is escaped.
[[nodiscard]] std::string to_string(const Finding& finding);

// A rule of the lint. Its texts live as long as the program.
struct LintRule {
  std::string_view name;
  Severity severity = Severity::advice;
  // Empty where the version has no numbered clause, or where `clause_varies`. 3.1 has none at all.
  std::string_view clause_v5;
  std::string_view clause_v3_1_1;
  bool clause_varies = false;    // the finding names the one that was broken, if it has a number
  std::string_view description;  // one sentence
};
// All of them, in the order of docs/lint.md.
[[nodiscard]] std::vector<LintRule> lint_rules();

}  // namespace pint
