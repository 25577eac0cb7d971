// docs/configuration.md, made from the option table with some words around it. A test compares it with the
// file.
#pragma once

#include <string>

namespace pint::app {

[[nodiscard]] std::string configuration_page();

}  // namespace pint::app
