// The command line: one flag for each row of the option table, and a few that are the executable's own.
#pragma once

#include <optional>
#include <string>

#include "settings/sources.hpp"

namespace pint::app {

enum class Task { serve, check_config, print_help, print_version, print_markdown };

struct Arguments {
  Task task = Task::serve;
  settings::GivenValues given;        // problems: bad usage
  std::optional<std::string> config;  // --config
};

[[nodiscard]] Arguments parse_arguments(int count, const char* const* words);

}  // namespace pint::app
