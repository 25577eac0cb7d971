// Topic Names and Filters: what is one, how it is taken apart, what matches what.
#include "mqtt/topic.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pint::mqtt {
namespace {

using namespace std::string_literals;

TEST(TopicNames, AreWhatTheStandardSays) {
  for (const char* name :
       {"a", "/", "//", "a/b", "a//b", " ", "$", "$SYS/x", "a b/c", "\u00E9/\U0001F37A", "\uFEFF"}) {
    EXPECT_TRUE(is_topic_name(name)) << name;
  }
  EXPECT_FALSE(is_topic_name(""));       // [MQTT-4.7.3-1] [MQTT3-4.7.3-1]
  EXPECT_FALSE(is_topic_name("a\0b"s));  // [MQTT-4.7.3-2] [MQTT3-4.7.3-2]
  EXPECT_FALSE(is_topic_name("\xC3"));   // [MQTT-1.5.4-1]
  for (const char* filter : {"#", "+", "a/#", "a/+/b", "a+", "a#b"}) {
    EXPECT_FALSE(is_topic_name(filter)) << filter;  // [MQTT-4.7.0-1] [MQTT3-4.7.1-1]
  }
}

TEST(TopicNames, HaveAtMost65535Bytes) {  // [MQTT-4.7.3-3] [MQTT3-4.7.3-3]
  EXPECT_TRUE(is_topic_name(std::string(65'535, 'x')));
  EXPECT_FALSE(is_topic_name(std::string(65'536, 'x')));
}

// A filter and what it is taken apart into.
struct FilterRow {
  std::string text;
  std::string filter;
  std::string share_name;
  bool has_wildcard;
};
const FilterRow kFilters[] = {
    {"a", "a", "", false},
    {"/", "/", "", false},
    {"a//b", "a//b", "", false},
    {"#", "#", "", true},
    {"/#", "/#", "", true},
    {"a/#", "a/#", "", true},
    {"+", "+", "", true},
    {"+/", "+/", "", true},
    {"/+", "/+", "", true},
    {"a/+/b/#", "a/+/b/#", "", true},
    {"+/+/+", "+/+/+", "", true},
    {"$SYS/#", "$SYS/#", "", true},
    {"$share", "$share", "", false},
    {"$sharex/a", "$sharex/a", "", false},
    {"$Share/g/a", "$Share/g/a", "", false},
    {"$share/g/a", "a", "g", false},
    {"$share/g/a/+", "a/+", "g", true},
    {"$share/g/#", "#", "g", true},
    {"$share/g//", "/", "g", false},
    {"$share/$g/$SYS/x", "$SYS/x", "$g", false},
    {"$share/g/$share/h/a", "$share/h/a", "g", false},
};

TEST(TopicFilters, AreTakenApart) {
  for (const FilterRow& row : kFilters) {
    const auto parsed = parse_topic_filter(row.text);
    ASSERT_TRUE(parsed) << row.text;
    EXPECT_EQ(parsed->text, row.text);
    EXPECT_EQ(parsed->filter, row.filter) << row.text;
    EXPECT_EQ(parsed->share_name, row.share_name) << row.text;
    EXPECT_EQ(parsed->shared(), !row.share_name.empty()) << row.text;
    EXPECT_EQ(parsed->has_wildcard, row.has_wildcard) << row.text;
  }
}

void expect_no_filters(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) EXPECT_FALSE(parse_topic_filter(text)) << text;
}

TEST(TopicFilters, HaveAtLeastOneCharacter) { expect_no_filters({""}); }  // [MQTT-4.7.3-1] [MQTT3-4.7.3-1]

TEST(TopicFilters, HaveTheHashAloneAndLast) {  // [MQTT-4.7.1-1] [MQTT3-4.7.1-2]
  expect_no_filters({"a#", "#a", "a/#/b", "#/", "##", "a/b#", "#/#", "/#/"});
}

TEST(TopicFilters, HaveThePlusFillALevel) {  // [MQTT-4.7.1-2] [MQTT3-4.7.1-3]
  expect_no_filters({"a+", "+a", "a/+b", "a/b+/c", "++", "+#", "#+", "a/+#"});
}

TEST(TopicFilters, SharedHaveANameAndAFilter) {  // [MQTT-4.8.2-1]
  expect_no_filters({"$share/", "$share//", "$share//a", "$share/g", "$share/g/"});
}

TEST(TopicFilters, SharedHaveNoWildcardInTheName) {  // [MQTT-4.8.2-2]
  expect_no_filters({"$share/+/a", "$share/#/a", "$share/g+/a", "$share/#"});
}

TEST(TopicFilters, SharedFollowTheRulesBehindTheName) { expect_no_filters({"$share/g/a#", "$share/g/+a"}); }

TEST(TopicFilters, HaveAtMost65535Bytes) {  // [MQTT-4.7.3-3] [MQTT3-4.7.3-3]
  EXPECT_TRUE(parse_topic_filter(std::string(65'535, 'x')));
  EXPECT_FALSE(parse_topic_filter(std::string(65'536, 'x')));
}

struct MatchRow {
  const char* filter;
  const char* name;
  bool match;
};
const MatchRow kMatches[] = {
    {"a", "a", true},
    {"a", "b", false},
    {"a", "A", false},  // [MQTT-4.7.3-4] [MQTT3-4.7.3-4]: nothing is folded or normalised
    {"\u00E9", "e\u0301", false},
    {"a/b", "a/b", true},
    {"a/b", "a", false},
    {"a", "a/b", false},
    {"a", "a/", false},
    {"a/", "a", false},
    {"a", "/a", false},
    {"/", "/", true},
    {"//", "/", false},
    {"a//b", "a//b", true},
    {"a//b", "a/b", false},
    {"+", "a", true},
    {"+", "a/b", false},
    {"+", "/a", false},
    {"+", "a/", false},
    {"+/+", "/a", true},
    {"/+", "/a", true},
    {"/+", "/", true},  // an empty level is a level
    {"+/", "a/", true},
    {"+/+", "/", true},
    {"a/+/c", "a/b/c", true},
    {"a/+/c", "a//c", true},
    {"a/+/c", "a/b/d", false},
    {"a/+/c", "a/b/b/c", false},
    {"a/+", "a", false},
    {"a/+", "a/", true},
    {"a/+", "a/b/c", false},
    {"#", "a", true},
    {"#", "/", true},
    {"#", "a/b/c", true},
    {"a/#", "a", true},  // # takes the parent level along
    {"a/#", "a/", true},
    {"a/#", "a/b/c", true},
    {"a/#", "ab", false},
    {"a/#", "b/a", false},
    {"a/b/#", "a", false},
    {"/#", "/", true},
    {"/#", "/a", true},
    {"/#", "a", false},
    {"+/#", "a", true},
    {"+/#", "a/b", true},
    {"+/#", "/", true},
    {"a/+/#", "a/b", true},
    {"a/+/#", "a", false},
    {"a/+/#", "a/b/c/d", true},
    {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
    {"#", "$SYS/broker", false},  // [MQTT-4.7.2-1] [MQTT3-4.7.2-1]
    {"+/broker", "$SYS/broker", false},
    {"+", "$SYS", false},
    {"+/#", "$SYS/broker", false},
    {"$SYS/#", "$SYS/broker", true},
    {"$SYS/#", "$SYS", true},
    {"$SYS/+", "$SYS/broker", true},
    {"$SYS/broker", "$SYS/broker", true},
    {"a/+", "a/$b", true},  // only the first level is special
    {"a/#", "a/$b", true},
    {"$", "$", true},
};

TEST(Matching, FollowsTheTable) {
  for (const MatchRow& row : kMatches)
    EXPECT_EQ(matches(row.filter, row.name), row.match) << row.filter << ' ' << row.name;
}

TEST(Matching, EndsWithTheViewsItIsGiven) {
  const std::string_view text = "a/b/c";
  EXPECT_TRUE(matches("a/b", text.substr(0, 3)));
  EXPECT_FALSE(matches("a/b/c", text.substr(0, 3)));
  EXPECT_TRUE(matches(text.substr(0, 3), "a/b"));
}

// Every filter and name of up to three levels over a small alphabet, against the definition written as
// plainly as can be.
std::vector<std::string> split(const std::string& topic) {
  std::vector<std::string> levels(1);
  for (const char c : topic) {
    if (c == '/')
      levels.emplace_back();
    else
      levels.back() += c;
  }
  return levels;
}

bool matches_by_definition(const std::string& filter, const std::string& name) {
  const std::vector<std::string> wanted = split(filter);
  const std::vector<std::string> given = split(name);
  if (name[0] == '$' && (filter[0] == '+' || filter[0] == '#')) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "#") return true;
    if (i >= given.size() || (wanted[i] != "+" && wanted[i] != given[i])) {
      return false;
    }
    if (i + 1 == given.size() && i + 2 == wanted.size() && wanted[i + 1] == "#") return true;
  }
  return wanted.size() == given.size();
}

std::vector<std::string> topics_of(const std::vector<std::string>& alphabet) {
  std::vector<std::string> all;
  for (const std::string& a : alphabet) {
    all.push_back(a);
    for (const std::string& b : alphabet) {
      all.push_back(a + '/' + b);
      for (const std::string& c : alphabet) all.push_back(a + '/' + b + '/' + c);
    }
  }
  return all;
}

TEST(Matching, AgreesWithTheDefinitionOnEverythingSmall) {
  for (const std::string& filter : topics_of({"", "a", "b", "$a", "+", "#"})) {
    if (!parse_topic_filter(filter)) continue;
    for (const std::string& name : topics_of({"", "a", "b", "$a"})) {
      if (!is_topic_name(name)) continue;
      ASSERT_EQ(matches(filter, name), matches_by_definition(filter, name)) << filter << ' ' << name;
    }
  }
}

std::vector<std::string> levels_of(std::string_view topic) {
  std::vector<std::string> all;
  for (Levels levels(topic); !levels.done();) all.emplace_back(levels.next());
  return all;
}

TEST(TopicLevels, CountTheEmptyOnes) {
  EXPECT_EQ(levels_of("a"), (std::vector<std::string>{"a"}));
  EXPECT_EQ(levels_of("a//b"), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(levels_of("/"), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(levels_of(""), (std::vector<std::string>{""}));
}

}  // namespace
}  // namespace pint::mqtt
