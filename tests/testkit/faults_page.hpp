// docs/faults.md, made from the tables of actions, fields and answers with some words around them. A test
// compares it with the file.
#pragma once

#include <string>

namespace pint::test {

[[nodiscard]] std::string faults_page();

}  // namespace pint::test
