// The text of a rule, "FILTER=ACTION": taken apart without loss, and what republishing makes of a topic.
#include <optional>
#include <string>

#include "actions/rule_text.hpp"
#include "fuzz/target.hpp"
#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"
#include "sim/topic_match.hpp"

namespace pint::fuzz {
namespace {

std::string written(const actions::RuleText& rule) {
  switch (rule.kind) {
    case actions::ActionKind::print: return rule.topic_filter + "=print";
    case actions::ActionKind::file: return rule.topic_filter + "=file:" + rule.argument;
    case actions::ActionKind::topic: return rule.topic_filter + "=topic:" + rule.argument;
    case actions::ActionKind::exec: return rule.topic_filter + "=exec:" + rule.argument;
  }
  return {};
}

}  // namespace

void try_input(ByteView input) {
  const std::string_view text = as_text(input);
  const actions::ParsedRule parsed = actions::parse_rule(text);
  require(parsed.rule.has_value() == parsed.problem.empty(), "a rule is refused without a word");
  if (!parsed.rule) return;
  const actions::RuleText& rule = *parsed.rule;
  require(written(rule) == text, "a rule lost something when it was taken apart");
  require(sim::read_filter(rule.topic_filter).has_value(), "a rule is for what is no Topic Filter");
  require(mqtt::is_utf8_text(rule.topic_filter), "a rule's filter is not UTF-8");
  if (rule.kind != actions::ActionKind::topic) return;
  require(mqtt::is_topic_name(actions::filled_topic(rule.argument, "a/b")),
          "a rule republishes to what is no Topic Name");
}

}  // namespace pint::fuzz
