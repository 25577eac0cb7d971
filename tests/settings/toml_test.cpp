// The file format: what is read, and every way to get it wrong with its sentence.
#include "settings/toml.hpp"

#include <gtest/gtest.h>

namespace pint::settings {
namespace {

using Texts = std::vector<std::string>;

struct ValueCase {
  const char* text;
  Texts values;
};

TEST(Toml, ReadsStringsNumbersWordsAndArrays) {
  const ValueCase rows[] = {
      {"a = 1", {"1"}},
      {"a=1", {"1"}},
      {"  a\t=\t1  \t", {"1"}},
      {"a = 1 # one", {"1"}},
      {"a = 1_000_000", {"1000000"}},
      {"a = -5", {"-5"}},
      {"a = +5", {"5"}},
      {"a = true", {"true"}},
      {"a = \"\"", {""}},
      {"a = \"sensors/#=print\" # all of them", {"sensors/#=print"}},
      {"a = 'sensors/#=exec:jq \".a, b\"'", {"sensors/#=exec:jq \".a, b\""}},
      {"a = 'C:\\no\\escapes'", {"C:\\no\\escapes"}},
      {R"(a = "tab\tquote\"back\\slash\nend")", {"tab\tquote\"back\\slash\nend"}},
      {R"(a = "\u00E9 \u20AC \U0001F600")", {"é € 😀"}},
      {"a = []", {}},
      {"a = [\"x, y\", 'z#']", {"x, y", "z#"}},
      {"a = [ # why\n  \"x\", # first\n\n  \"y\",\n]", {"x", "y"}},
      {"\xEF\xBB\xBF"
       "a = 1",
       {"1"}},
      {"a = 1\r\n", {"1"}},
  };
  for (const ValueCase& row : rows) {
    const TomlText toml = parse_toml(row.text);
    ASSERT_TRUE(toml.problems.empty()) << row.text << ": " << toml.problems[0].sentence;
    ASSERT_EQ(toml.items.size(), 1u) << row.text;
    EXPECT_EQ(toml.items[0].key, "a") << row.text;
    EXPECT_EQ(toml.items[0].values, row.values) << row.text;
  }
}

TEST(Toml, NothingIsInAFileOfCommentsAndBlankLines) {
  const TomlText toml = parse_toml("# one\n\n   \n\t# two\r\n");
  EXPECT_TRUE(toml.items.empty());
  EXPECT_TRUE(toml.problems.empty());
}

struct ProblemCase {
  const char* text;
  int line;
  const char* sentence;
};

TEST(Toml, SaysWhatIsWrongAndInWhichLine) {
  const ProblemCase rows[] = {
      {"a 1", 1, "\"a\" is not followed by \"=\"; write a = value"},
      {"\na", 2, "\"a\" is not followed by \"=\"; write a = value"},
      {"= 1", 1, "is not a setting; write key = value"},
      {"a =", 1, "\"a\" has no value; write a = value"},
      {"a = # 1", 1, "\"a\" has no value; write a = value"},
      {"a = yes", 1, "yes is neither a number, true nor false; put text in quotes"},
      {"a = 127.0.0.1", 1, "127.0.0.1 is neither a number, true nor false; put text in quotes"},
      {"a = 1__0", 1, "1__0 is neither a number, true nor false; put text in quotes"},
      {"a = inf", 1, "inf is neither a number, true nor false; put text in quotes"},
      {"a = 1 2", 1, "goes on after its value; begin a comment with #"},
      {"a = \"x\" y", 1, "goes on after its value; begin a comment with #"},
      {"a = \"x", 1, "a string has no end; close it with \""},
      {"a = \"x\n\"", 1, "a string has no end; close it with \""},
      {"a = 'x", 1, "a string has no end; close it with '"},
      {R"(a = "\d")", 1, R"(a backslash stands alone; write \\, or use 'single quotes')"},
      {R"(a = "\)", 1, R"(a backslash stands alone; write \\, or use 'single quotes')"},
      {R"(a = "\uD800")", 1, R"(a \u does not name a character; write \u00E9)"},
      {R"(a = "\u12")", 1, R"(a \u does not name a character; write \u00E9)"},
      {"a = \"\"\"x\"\"\"", 1, "strings of several lines are not supported; use one pair of quotes"},
      {"a = [\"x\"", 1, "the array of \"a\" has no end; close it with ]"},
      {"a = [\n\n\"x\" \"y\"]", 3, "the values of \"a\" are not separated by commas; write [\"a\", \"b\"]"},
      {"a = [[1]]", 1, "an array may not contain arrays; list the values"},
      {"[limits]", 1, "tables are not used; put every key at the top, as in port = 1883"},
      {"a = 1\nb = 2\na = 3", 3, "\"a\" is already set in line 1; remove one of them"},
      {"a = \"\xFF\"", 1, "the file is not UTF-8 text; save it as UTF-8"},
  };
  for (const ProblemCase& row : rows) {
    const TomlText toml = parse_toml(row.text);
    ASSERT_GE(toml.problems.size(), 1u) << row.text;
    EXPECT_EQ(toml.problems[0].sentence, row.sentence) << row.text;
    EXPECT_EQ(toml.problems[0].line, row.line) << row.text;
  }
}

TEST(Toml, GoesOnAfterAProblem) {
  const TomlText toml = parse_toml("a = ?\nb = 2\nc\nd = 4\n");
  ASSERT_EQ(toml.items.size(), 2u);
  EXPECT_EQ(toml.items[0].key, "b");
  EXPECT_EQ(toml.items[1].key, "d");
  ASSERT_EQ(toml.problems.size(), 2u);
  EXPECT_EQ(toml.problems[1].line, 3);
}

TEST(Toml, KnowsTheLineOfWhatFollowsAnArrayOfSeveralLines) {
  const TomlText toml = parse_toml("a = [\n  1,\n  2\n]\nb = 1\n");
  ASSERT_EQ(toml.items.size(), 2u);
  EXPECT_EQ(toml.items[0].line, 1);
  EXPECT_EQ(toml.items[1].line, 5);
}

TEST(Toml, QuotedTextIsReadBack) {
  for (const std::string text : {"", "plain", "a\"b\\c", "tab\tnew\nline", "\x01\x1F\x7F", "é€😀"}) {
    const TomlText toml = parse_toml("a = " + quoted_toml(text));
    ASSERT_EQ(toml.items.size(), 1u) << text;
    EXPECT_EQ(toml.items[0].values, Texts{text});
  }
}

}  // namespace
}  // namespace pint::settings
