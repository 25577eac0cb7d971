// CompactText: the same text at every size around the one where it moves out of the object.
#include "base/compact_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pint {
namespace {

TEST(CompactText, GivesBackTheTextAtEverySize) {
  for (const std::size_t size : {0, 1, 14, 15, 16, 17, 254, 255, 256, 65'535}) {
    std::string text(size, 'x');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
    EXPECT_EQ(CompactText(text).view(), text) << size;
  }
}

TEST(CompactText, KeepsAZeroByte) {
  const std::string_view text("a\0b", 3);
  EXPECT_EQ(CompactText(text).view(), text);
}

TEST(CompactText, IsEmptyAtFirst) { EXPECT_EQ(CompactText().view(), ""); }

TEST(CompactText, OwnsItsCharacters) {
  std::string text = "longer than fifteen characters";
  const CompactText kept(text);
  text.assign(text.size(), '-');
  EXPECT_EQ(kept.view(), "longer than fifteen characters");
}

TEST(CompactText, MovesAndLeavesNothingBehind) {
  for (const char* text : {"short", "longer than fifteen characters"}) {
    CompactText from{std::string_view(text)};
    const CompactText to = std::move(from);
    EXPECT_EQ(to.view(), text);
    EXPECT_EQ(from.view(), "");  // NOLINT(bugprone-use-after-move): that is the question
  }
}

TEST(CompactText, IsReplacedByAssignment) {
  CompactText text(std::string_view("longer than fifteen characters"));
  text = CompactText(std::string_view("short"));
  EXPECT_EQ(text.view(), "short");
  text = CompactText(std::string_view("longer than fifteen characters again"));
  EXPECT_EQ(text.view(), "longer than fifteen characters again");
}

}  // namespace
}  // namespace pint
