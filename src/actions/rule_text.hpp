// "FILTER=ACTION" as users write it, taken apart. Knows the words and nothing of what they do.
//
//   sensors/+/state=print        sensors/#=file:log.jsonl        a=topic:copy/{topic}        #=exec:jq -r
//   .payload
//
// A Topic Filter may contain "=": the split is at the first "=" that is followed by an action word and then
// ":" or the end, so "a=b=print" is the filter "a=b".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pint::actions {

enum class ActionKind : std::uint8_t { print, file, topic, exec };

struct RuleText {
  std::string topic_filter;
  ActionKind kind = ActionKind::print;
  std::string argument;  // the path, topic or command; empty for print
  friend bool operator==(const RuleText&, const RuleText&) = default;
};

// Either the rule or, in words that follow the quoted text, what is wrong with it and the mend.
struct ParsedRule {
  std::optional<RuleText> rule;
  std::string problem;
};
[[nodiscard]] ParsedRule parse_rule(std::string_view text);

// What stands for the message's own topic in topic:NAME.
constexpr std::string_view kTopicPlaceholder = "{topic}";
[[nodiscard]] std::string filled_topic(std::string_view name, std::string_view topic);

}  // namespace pint::actions
