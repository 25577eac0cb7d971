// Events as lines of a log.
#pragma once

#include <string>

#include <pint/event.hpp>
#include <pint/options.hpp>

namespace pint {

struct LogLine {
  LogLevel level = LogLevel::debug;
  std::string text;
};

[[nodiscard]] LogLine log_line(const Event& event);

}  // namespace pint
