// Events as lines of a log.
#pragma once

#include <string>

#include <pint/event.hpp>
#include <pint/options.hpp>

namespace pint {

[[nodiscard]] LogLevel log_level(const Event& event);
[[nodiscard]] std::string log_line(const Event& event);

}  // namespace pint
