// Topic Aliases, both directions. [section 3.3.2.3.4]
#include "core/topic_aliases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace pint::core::test {
namespace {

TEST(IncomingAliases, MeanNothingUntilTheyAreSet) {
  IncomingAliases aliases;
  EXPECT_TRUE(aliases.topic_of(1).empty());
  aliases.set(5, "a");
  EXPECT_TRUE(aliases.topic_of(4).empty());
  EXPECT_EQ(aliases.topic_of(5), "a");
  EXPECT_TRUE(aliases.topic_of(6).empty());
}

TEST(IncomingAliases, TakeTheirLastMeaning) {
  IncomingAliases aliases;
  aliases.set(1, "a");
  aliases.set(65'535, "z");
  aliases.set(1, "b");
  EXPECT_EQ(aliases.topic_of(1), "b");
  EXPECT_EQ(aliases.topic_of(65'535), "z");
}

TEST(IncomingAliases, KeepTheTopicAndNotTheBytesItCameIn) {
  IncomingAliases aliases;
  std::string packet = "a/b";
  aliases.set(1, packet);
  std::ranges::fill(packet, '?');
  EXPECT_EQ(aliases.topic_of(1), "a/b");
}

TEST(OutgoingAliases, AreGivenToTheFirstTopicsInOrder) {
  OutgoingAliases aliases(2);
  for (const auto& [topic, alias] : {std::pair{"a", 1}, std::pair{"b", 2}}) {
    const auto choice = aliases.choose(topic);
    EXPECT_EQ(choice.alias, alias);
    EXPECT_FALSE(choice.known);
    aliases.remember(topic, choice.alias);
  }
  EXPECT_EQ(aliases.choose("c").alias, 0);  // none is left, and none is reassigned
  EXPECT_EQ(aliases.choose("a").alias, 1);
  EXPECT_TRUE(aliases.choose("a").known);
  EXPECT_EQ(aliases.choose("b").alias, 2);
}

TEST(OutgoingAliases, AreNotKnownUntilTheyWereSent) {
  const OutgoingAliases aliases(2);
  EXPECT_EQ(aliases.choose("a").alias, 1);
  EXPECT_FALSE(aliases.choose("a").known);
  EXPECT_EQ(aliases.choose("b").alias, 1);  // "a" did not fit the client, so that its alias is still free
}

}  // namespace
}  // namespace pint::core::test
