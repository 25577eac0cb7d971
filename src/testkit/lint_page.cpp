#include "testkit/lint_page.hpp"

#include <initializer_list>
#include <string_view>

#include "testkit/lint_rule.hpp"

namespace pint::testkit {
namespace {

constexpr std::string_view kHead = R"(# Lint

<!-- Made from the table of rules. Change that (src/testkit/lint_rule.cpp) or the words around it
     (src/testkit/lint_page.cpp); the test LintPage then writes the new page and says where. -->

The lint reads what clients send and reports what they did wrong or unwisely: each finding with the
rule, the clause of the standard, the client, and the packet.

```
)";

constexpr std::string_view kAboutRules = R"(
```

A *violation* is against the standard, or against a limit the broker had announced. *Advice* is about
what is allowed and likely to cost somebody an afternoon. Clauses of MQTT 5.0 are called `MQTT-…`,
those of 3.1.1 `MQTT3-…`; 3.1 has no numbered clauses. Where a rule has no clause in either column, no
numbered one says it.

## Rules

)";

constexpr std::string_view kTail = R"(
## How much is reported

Of one rule and client the first three findings are kept; the third says how many more there were.

## Time

Real clients live by the wall clock, and so does the lint: silences and waiting times are measured by
it, however far a test moved the broker's clock. Ten seconds is how long an answer may take before its
absence counts; to be late by a second after Keep Alive is nothing, because many clients look at their
clock once a second.

## Faults

The lint judges what a client sent before any fault touched it. It knows that an acknowledgement was
sent, but not that it arrived: what the loss of a packet would explain is no finding. After a fault,
rules that cannot tell its consequences from the client's doing are silent:

- Those marked *connection* are silent about a connection that a fault has touched.
- Those marked *session* are silent, after a fault that makes acknowledgements up, until the client
  has a new Session. Faults that only lose, delay or reorder packets do not silence them.

## What it cannot see

- What a client does after its CONNACK with a refusal, or after its own DISCONNECT: the broker no
  longer reads.
- Whether a client keeps a message or loses it: only whether it acknowledges it.
- Strings are looked at as they are, payloads not at all, unless Payload Format Indicator says that
  they are UTF-8. Of Unicode's normal form only Latin letters and their accents are looked at.
)";

std::string_view trust_text(LintTrust trust) {
  switch (trust) {
    case LintTrust::nothing: return "";
    case LintTrust::session: return "session";
    case LintTrust::connection: return "connection";
  }
  return "";
}

std::string row(std::initializer_list<std::string_view> cells) {
  std::string line = "|";
  for (const std::string_view cell : cells)
    line.append(1, ' ').append(cell).append(cell.empty() ? "|" : " |");
  return line += '\n';
}

// A finding as people will see it.
std::string example() {
  const LintRule& rule = lint_row(LintRuleId::dup_missing).rule;
  return to_string(Finding{.rule = std::string(rule.name),
                           .severity = rule.severity,
                           .clause = std::string(rule.clause_v5),
                           .client_id = "dev-1",
                           .sequence = 12,
                           .at = std::chrono::milliseconds{1500},
                           .sentence = "PUBLISH 7 was sent again with DUP 0"});
}

std::string_view clause(const LintRule& rule, std::string_view of_version) {
  return rule.clause_varies ? "the one broken" : of_version;
}

}  // namespace

std::string lint_page() {
  std::string page(kHead);
  page.append(example()).append(kAboutRules);
  page += row({"rule", "severity", "5.0", "3.1.1", "silent after a fault", "what it finds"});
  page += row({"---", "---", "---", "---", "---", "---"});
  for (const LintRow& line : lint_rows()) {
    page += row({std::string("`").append(line.rule.name).append("`"), name_of(line.rule.severity),
                 clause(line.rule, line.rule.clause_v5), clause(line.rule, line.rule.clause_v3_1_1),
                 trust_text(line.trust), line.rule.description});
  }
  return page.append(kTail);
}

}  // namespace pint::testkit
