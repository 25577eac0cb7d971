// The words after `pintbroker bench`, and its help: both from one table of flags.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bench/plan.hpp"

namespace pint::bench {

[[nodiscard]] std::string_view name_of(Scenario scenario);

struct CommandLine {
  Plan plan;
  bool help = false;
  std::string problem;  // a sentence; empty: none
};

// Understand `words`: [SCENARIO] [HOST:PORT] [--flag value ...] [-- COMMAND ...].
[[nodiscard]] CommandLine parse_command_line(std::span<const char* const> words);

[[nodiscard]] std::string help_text();

}  // namespace pint::bench
