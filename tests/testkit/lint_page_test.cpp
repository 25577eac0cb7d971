// docs/lint.md is what the table of rules says.
#include "testkit/lint_page.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace pint::testkit::test {
namespace {

TEST(LintPage, IsUpToDate) {
  std::ifstream file(PINT_SOURCE "/docs/lint.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string made = PINT_BINARY "/lint.md";
  std::ofstream(made) << lint_page();
  EXPECT_TRUE(text.str() == lint_page()) << "docs/lint.md is out of date: copy " << made << " there";
}

}  // namespace
}  // namespace pint::testkit::test
