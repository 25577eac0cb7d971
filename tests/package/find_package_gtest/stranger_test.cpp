// A stranger's GoogleTest program, whose main() is ours.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

TEST(Stranger, FindsABroker) {
  const char* url = std::getenv("PINT_URL");
  ASSERT_NE(url, nullptr);
  EXPECT_TRUE(std::string_view(url).starts_with("mqtt://127.0.0.1:"));
}
