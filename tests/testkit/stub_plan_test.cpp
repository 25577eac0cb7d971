// Stubs before they are added: what a plan refuses, and what its templates become.
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <pint/stub.hpp>

#include "testkit/stub_template.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using testkit::StubTemplate;
using testkit::wildcard_levels;

// What a plan that cannot be says.
std::string refusal_of(const std::function<void()>& make) {
  try {
    make();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "it was not refused";
}

Record request(std::string_view topic, std::string_view payload = {}) {
  Record record;
  record.kind = RecordKind::published;
  record.topic = topic;
  record.payload = payload;
  record.client_id = "dev-1";
  return record;
}

using Levels = std::vector<std::string_view>;

TEST(StubTemplates, WildcardsStandForLevels) {
  struct Row {
    std::string_view filter, topic;
    Levels levels;
  };
  const std::vector<Row> rows = {
      {"a/b", "a/b", {}},
      {"cmd/+", "cmd/7", {"7"}},
      {"+/x/+", "a/x/b", {"a", "b"}},
      {"+/+", "/", {"", ""}},
      {"cmd/+", "cmd/", {""}},
      {"a/#", "a/b/c", {"b/c"}},
      {"a/#", "a", {""}},
      {"a/#", "a/", {""}},
      {"#", "a/b", {"a/b"}},
      {"+/#", "a", {"a", ""}},
      {"+/b/#", "a/b/c//d", {"a", "c//d"}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(wildcard_levels(row.filter, row.topic), row.levels) << row.filter << ' ' << row.topic;
  }
}

TEST(StubTemplates, AreRenderedForTheRequest) {
  const std::vector<std::pair<std::string_view, std::string_view>> rows = {
      {"", ""},
      {"done", "done"},
      {"{1}", "7"},
      {"resp/{1}/{2}", "resp/7/a/b"},
      {"{topic} {client} {payload}", "cmd/7/x/a/b dev-1 {1}"},  // what a payload says is no template
      {"{1}{1}", "77"},
      {R"({"room": "{1}", "on": {"x": [{}]}})", R"({"room": "7", "on": {"x": [{}]}})"},
      {"{", "{"},
      {"{1", "{1"},
      {"}{", "}{"},
      {"{{1}}", "{7}"},
      {"{ 1}", "{ 1}"},
  };
  for (const auto& [text, result] : rows) {
    EXPECT_EQ(StubTemplate(text, "cmd/+/x/#").render(request("cmd/7/x/a/b", "{1}")), result) << text;
  }
}

TEST(StubTemplates, APlaceholderThatDoesNotExistIsRefused) {
  const StubPlan plan = when(published("cmd/+"));
  EXPECT_EQ(refusal_of([&] { static_cast<void>(plan.reply("resp/{2}", "")); }),
            "the placeholder {2} stands for nothing: \"cmd/+\" has 1 wildcard, counted from 1");
  EXPECT_EQ(refusal_of([&] { static_cast<void>(plan.reply("resp", "{0}")); }),
            "the placeholder {0} stands for nothing: \"cmd/+\" has 1 wildcard, counted from 1");
  EXPECT_EQ(refusal_of([&] { static_cast<void>(plan.reply_to_response_topic("{99999999999999999999}")); }),
            "the placeholder {99999999999999999999} stands for nothing: \"cmd/+\" has 1 wildcard, counted "
            "from 1");
  EXPECT_EQ(refusal_of([&] { static_cast<void>(plan.reply("resp/{room}", "")); }),
            "the placeholder {room} does not exist: there are {1}, {2} …, {topic}, {client} and {payload}; a "
            "function can make text with such braces");
}

TEST(StubPlans, TheLastTopicFilterIsTheOneThatCounts) {
  const StubPlan plan = when(published().topic("cmd/+/+"));
  EXPECT_NO_THROW(static_cast<void>(plan.reply("resp/{2}", "")));
}

TEST(StubPlans, WhatCannotBeIsRefused) {
  const StubPlan plan = when(published("cmd/+"));
  const std::vector<std::pair<std::function<StubPlan()>, std::string_view>> rows = {
      {[] { return when(connected("dev-1")); },
       "a stub answers messages: when() takes published(…), not \"connected dev-1\""},
      {[] { return when(received(PacketType::publish)); },
       "a stub answers messages: when() takes published(…), not \"received PUBLISH\""},
      {[&] { return plan.reply("resp/+", ""); },
       "\"resp/+\" makes no Topic Name to reply to: it is not empty and has no + or #"},
      {[&] { return plan.reply("", ""); },
       "\"\" makes no Topic Name to reply to: it is not empty and has no + or #"},
      {[&] { return plan.reply("resp", ReplyPayload()); },
       "a reply's payload is an empty function; give it one to call"},
      {[&] { return plan.reply("resp", "", {.properties = {.message_expiry = -1s}}); },
       "a reply cannot be published so: "},
      {[&] { return plan.after(1s); }, "after() is of the reply before it, and there is none yet"},
      {[&] { return plan.reply("resp", "").after(-1ns); },
       "the delay of a reply is negative; time only goes forward"},
      {[&] { return plan.reply("resp", "").after(std::chrono::hours{24 * 366 * 100}); },
       "the delay of a reply is over a hundred years"},
      {[&] { return plan.times(0); }, "times(0): a stub that answers nothing is one that is not added"},
      {[&] { return plan.named("a*"); },
       "the name of a stub is not empty and has no \"*\" or \"?\", which patterns have"},
      {[&] { return plan.in_state(""); }, "a state of a scenario has a name that is not empty"},
      {[&] { return plan.then(""); }, "a state of a scenario has a name that is not empty"},
  };
  for (const auto& [make, sentence] : rows) {
    const std::string refusal = refusal_of([&] { static_cast<void>(make()); });
    EXPECT_TRUE(refusal.starts_with(sentence)) << refusal;
  }
}

}  // namespace
}  // namespace pint::test
