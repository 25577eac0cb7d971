// A strict reader of the part of TOML 1.0 that settings need: `key = value` lines with comments, where a
// value is a string ("basic" or 'literal'), a number, true, false, or an array of those. Every error names
// its line.
//
// Why not a library: CLI11's reader cuts "sensors/#=print" at the #, which begins a comment for it even
// inside quotes, and skips lines it does not understand; a full TOML parser would be one more dependency for
// everybody who embeds us.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pint::settings {

struct TomlItem {
  std::string key;
  std::vector<std::string> values;  // strings unquoted, numbers without "_"; one unless it is an array
  bool is_array = false;
  int line = 0;
};

struct TomlProblem {
  int line = 0;
  std::string sentence;  // what is wrong; the mend
};

struct TomlText {
  std::vector<TomlItem> items;  // in the order of the file
  std::vector<TomlProblem> problems;
};
// Reading goes on at the next line after a problem, so that all are told at once.
[[nodiscard]] TomlText parse_toml(std::string_view text);

// The text as a basic string, quotes included.
[[nodiscard]] std::string quoted_toml(std::string_view text);

}  // namespace pint::settings
