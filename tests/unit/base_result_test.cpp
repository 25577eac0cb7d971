// Result: a value or a refusal, never both, and no way to take one for the other.
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace pint {
namespace {

constexpr Refusal kRefusal{ReasonCode::malformed_packet, "broken"};

TEST(Result, HoldsAValue) {
  Result<std::string> result(std::string("text"));
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, "text");
  EXPECT_EQ(result->size(), 4u);
}

TEST(Result, HoldsARefusal) {
  const Result<std::string> result(kRefusal);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.refusal().reason, ReasonCode::malformed_packet);
  EXPECT_STREQ(result.refusal().why, "broken");
}

TEST(Result, HoldsWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(*result);
  EXPECT_EQ(*taken, 7);
}

TEST(ResultDeathTest, EndsTheProcessWhenMistaken) {
  const Result<int> refused(kRefusal);
  const Result<int> value(1);
  EXPECT_DEATH((void)*refused, "broken invariant");
  EXPECT_DEATH((void)value.refusal(), "broken invariant");
  EXPECT_DEATH(Result<int>(Refusal{ReasonCode::success, "no refusal"}), "broken invariant");
}

}  // namespace
}  // namespace pint
