// Reports: outcomes as text, and as rows of the table in docs/reliability.md.
#pragma once

#include <string>

#include "overload/stage.hpp"

namespace pint::overload {

[[nodiscard]] std::string text_of(const Outcome& outcome);
[[nodiscard]] std::string markdown_head();
[[nodiscard]] std::string markdown_row(const Outcome& outcome);

}  // namespace pint::overload
