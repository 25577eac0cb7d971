// The table of action words and the one pass over the text that finds them.
#include "actions/rule_text.hpp"

#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"

namespace pint::actions {
namespace {

struct ActionWord {
  std::string_view word;
  ActionKind kind;
  std::string_view argument;  // what follows ":"; empty: nothing may
};
constexpr ActionWord kActionWords[] = {
    {"print", ActionKind::print, ""},
    {"file", ActionKind::file, "PATH"},
    {"topic", ActionKind::topic, "NAME"},
    {"exec", ActionKind::exec, "COMMAND"},
};
constexpr std::string_view kForms =
    "give FILTER=print, FILTER=file:PATH, FILTER=topic:NAME or FILTER=exec:COMMAND";

const ActionWord* word_at_front(std::string_view text) {
  for (const ActionWord& row : kActionWords) {
    if (!text.starts_with(row.word)) continue;
    if (text.size() == row.word.size() || text[row.word.size()] == ':') return &row;
  }
  return nullptr;
}

bool is_topic_filter(std::string_view text) {
  return mqtt::is_utf8_text(text) && mqtt::parse_topic_filter(text).has_value();
}

// "" if the argument suits the word.
std::string problem_with_argument(const ActionWord& word, std::string_view after_word) {
  const std::string name(word.word);
  if (word.argument.empty())
    return after_word.empty() ? "" : "says too much; " + name + " takes nothing after it";
  if (after_word.size() < 2) {
    return "does not say enough; give FILTER=" + name + ":" + std::string(word.argument);
  }
  const std::string_view argument = after_word.substr(1);
  if (argument.find('\0') != std::string_view::npos) return "contains U+0000; leave it out";
  if (word.kind == ActionKind::topic && !mqtt::is_topic_name(filled_topic(argument, "a"))) {
    return "does not republish to a Topic Name; give one without + and #, with {topic} for the message's own";
  }
  return "";
}

}  // namespace

ParsedRule parse_rule(std::string_view text) {
  for (std::size_t split = text.find('='); split != std::string_view::npos;
       split = text.find('=', split + 1)) {
    const std::string_view action = text.substr(split + 1);
    const ActionWord* word = word_at_front(action);
    if (word == nullptr) continue;
    const std::string_view filter = text.substr(0, split);
    if (!is_topic_filter(filter)) {
      return {{},
              "does not begin with a Topic Filter; # stands last and + alone between slashes, as in a/+/b/#"};
    }
    const std::string_view after_word = action.substr(word->word.size());
    if (std::string problem = problem_with_argument(*word, after_word); !problem.empty())
      return {{}, problem};
    return {
        RuleText{std::string(filter), word->kind, std::string(after_word.substr(after_word.empty() ? 0 : 1))},
        ""};
  }
  return {{}, "is not a rule; " + std::string(kForms)};
}

std::string filled_topic(std::string_view name, std::string_view topic) {
  std::string filled;
  for (std::size_t at = name.find(kTopicPlaceholder); at != std::string_view::npos;
       at = name.find(kTopicPlaceholder)) {
    filled.append(name.substr(0, at)).append(topic);
    name.remove_prefix(at + kTopicPlaceholder.size());
  }
  return filled.append(name);
}

}  // namespace pint::actions
