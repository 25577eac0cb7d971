// Whether a name matches a pattern in which "*" stands for any characters and "?" for one.
#pragma once

#include <string_view>

namespace pint {

[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view name);

}  // namespace pint
