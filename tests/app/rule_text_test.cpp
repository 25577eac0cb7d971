// "FILTER=ACTION" taken apart: one row each.
#include "actions/rule_text.hpp"

#include <gtest/gtest.h>

namespace pint::actions {
namespace {

struct GoodCase {
  const char* text;
  RuleText rule;
};

TEST(RuleText, IsSplitAtTheFirstEqualsSignBeforeAnActionWord) {
  const GoodCase rows[] = {
      {"a=print", {"a", ActionKind::print, ""}},
      {"#=print", {"#", ActionKind::print, ""}},
      {"$share/group/a/+=print", {"$share/group/a/+", ActionKind::print, ""}},
      {"a=b=print", {"a=b", ActionKind::print, ""}},
      {"a=printer=print", {"a=printer", ActionKind::print, ""}},
      {"a=file:log=print", {"a", ActionKind::file, "log=print"}},
      {"a=file:x:y", {"a", ActionKind::file, "x:y"}},
      {"a=topic:copy/{topic}", {"a", ActionKind::topic, "copy/{topic}"}},
      {"a=exec:jq '.a=1' > x", {"a", ActionKind::exec, "jq '.a=1' > x"}},
      {"a b=exec: true", {"a b", ActionKind::exec, " true"}},
      {"=a=print", {"=a", ActionKind::print, ""}},
  };
  for (const GoodCase& row : rows) {
    const ParsedRule parsed = parse_rule(row.text);
    EXPECT_EQ(parsed.problem, "") << row.text;
    EXPECT_EQ(parsed.rule, row.rule) << row.text;
  }
}

struct BadCase {
  const char* text;
  const char* problem;
};

TEST(RuleText, IsRefusedWithTheMend) {
  constexpr const char* kForms =
      "is not a rule; give FILTER=print, FILTER=file:PATH, FILTER=topic:NAME or FILTER=exec:COMMAND";
  constexpr const char* kFilter =
      "does not begin with a Topic Filter; # stands last and + alone between slashes, as in a/+/b/#";
  constexpr const char* kTopic =
      "does not republish to a Topic Name; give one without + and #, with {topic} for the message's own";
  const BadCase rows[] = {
      {"", kForms},
      {"a", kForms},
      {"a=", kForms},
      {"a=shout", kForms},
      {"a=printer", kForms},
      {"a=PRINT", kForms},
      {"=print", kFilter},
      {"a/#/b=print", kFilter},
      {"a+=print", kFilter},
      {"$share/g=print", kFilter},
      {"\xFF=print", kFilter},
      {"a=print:x", "says too much; print takes nothing after it"},
      {"a=file", "does not say enough; give FILTER=file:PATH"},
      {"a=file:", "does not say enough; give FILTER=file:PATH"},
      {"a=topic:", "does not say enough; give FILTER=topic:NAME"},
      {"a=exec:", "does not say enough; give FILTER=exec:COMMAND"},
      {"a=topic:b/#", kTopic},
      {"a=topic:{topic}/+", kTopic},
  };
  for (const BadCase& row : rows) {
    const ParsedRule parsed = parse_rule(row.text);
    EXPECT_FALSE(parsed.rule) << row.text;
    EXPECT_EQ(parsed.problem, row.problem) << row.text;
  }
}

TEST(RuleText, EveryPlaceholderIsFilled) {
  EXPECT_EQ(filled_topic("copy", "a/b"), "copy");
  EXPECT_EQ(filled_topic("{topic}", "a/b"), "a/b");
  EXPECT_EQ(filled_topic("x/{topic}/y/{topic}", "a/b"), "x/a/b/y/a/b");
  EXPECT_EQ(filled_topic("x/{topic}", "{topic}"),
            "x/{topic}");  // what the message brings is not filled again
}

}  // namespace
}  // namespace pint::actions
