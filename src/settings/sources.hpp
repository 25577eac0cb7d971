// Where settings come from, and how the sources lie on top of each other: arguments over environment over
// configuration file over defaults. A list given by one source replaces the whole list of the one below.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "settings/option_table.hpp"
#include "settings/settings.hpp"

namespace pint::settings {

enum class Source : std::uint8_t { defaults, file, environment, arguments };

// What one source says of one setting.
struct GivenValue {
  const Setting* setting = nullptr;
  std::vector<std::string> texts;
  Source source = Source::defaults;
  std::string place;  // "--port", "PINT_PORT", "pintbroker.toml:3: port"
};

// Whole sentences "PLACE: what is wrong; the mend", with the source that is to be mended.
struct Problem {
  std::string sentence;
  Source source = Source::defaults;
};

struct GivenValues {
  std::vector<GivenValue> values;
  std::vector<Problem> problems;
};

// Give the value of an environment variable, or null.
using Environment = std::function<const char*(const std::string& name)>;

// A variable that is empty counts as not set. Lists have one element a line.
[[nodiscard]] GivenValues from_environment(const Environment& environment);

// Unreadable files, broken lines and unknown keys are problems.
[[nodiscard]] GivenValues from_file(const std::filesystem::path& path);
[[nodiscard]] GivenValues from_toml(std::string_view text, const std::string& file_name);

// The configuration file to read when none is named: the first that exists of ./pintbroker.toml,
// $XDG_CONFIG_HOME/pintbroker/pintbroker.toml (by default in ~/.config) and /etc/pintbroker/pintbroker.toml.
[[nodiscard]] std::optional<std::filesystem::path> find_config_file(const Environment& environment);

struct Resolved {
  Settings settings;
  std::vector<std::string> places;  // one for each row of the table; "default" where nobody gave it
  std::vector<Problem> problems;    // of values, after those of the sources
};

// Lay the sources over the defaults, the last over all. What is overridden is checked all the same.
[[nodiscard]] Resolved resolve(const std::vector<GivenValues>& sources);

// The settings as a configuration file that gives them back, each line with the place it came from.
[[nodiscard]] std::string effective_toml(const Resolved& resolved);

// The value as in a configuration file: 20, true, "64MiB", ["a", "b"]; empty if it is absent.
[[nodiscard]] std::string toml_value(const Setting& setting, const Settings& settings);

}  // namespace pint::settings
