// docs/faults.md says what the code does.
#include "faults_page.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace pint::test {
namespace {

TEST(FaultsPage, IsUpToDate) {
  std::ifstream file(PINT_SOURCE "/docs/faults.md");
  const std::string written(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(written, faults_page())
      << "write it again: build/ci/tests/testkit/pint_faults_page > docs/faults.md";
}

}  // namespace
}  // namespace pint::test
