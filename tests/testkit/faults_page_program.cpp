// Writes docs/faults.md to standard output: pint_faults_page > docs/faults.md
#include <cstdio>

#include "faults_page.hpp"

int main() {
  const std::string page = pint::test::faults_page();
  return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
