// docs/lint.md: the table of rules, and the words around it.
#pragma once

#include <string>

namespace pint::testkit {

[[nodiscard]] std::string lint_page();

}  // namespace pint::testkit
