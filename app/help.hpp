// What the executable says about itself on a terminal: --help, made from the option table with some words
// around it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "settings/option_table.hpp"

namespace pint::app {

[[nodiscard]] std::string help_text();

// One flag in two columns, wrapped at the terminal's width.
[[nodiscard]] std::string help_entry(std::string_view name, std::string_view documentation);

// The flags that are no settings.
struct OwnFlag {
  std::string_view name;
  std::string_view documentation;
};
[[nodiscard]] std::span<const OwnFlag> own_flags();

// "64MiB", "random"; empty for lists and empty texts, which have no default worth a word.
[[nodiscard]] std::string default_of(const settings::Setting& setting);

}  // namespace pint::app
