// Each source becomes a list of GivenValues; resolve() is a fold over them.
#include "settings/sources.hpp"

#include <sstream>

#include "settings/toml.hpp"

namespace pint::settings {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::size_t row_of(const Setting& setting) {
  return static_cast<std::size_t>(&setting - option_table().data());
}

// TOML has words of its own for whole numbers, true and false; the rest is text, numbers with units among it.
bool is_bare(const Setting& setting, const std::string& text) {
  if (setting.number.get == nullptr) return false;
  return text == "true" || text == "false" || text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

GivenValues from_environment(const Environment& environment) {
  GivenValues given;
  for (const Setting& setting : option_table()) {
    const std::string variable = setting.variable();
    const char* value = environment(variable);
    if (value == nullptr || *value == '\0') continue;
    std::vector<std::string> texts =
        setting.list != nullptr ? lines_of(value) : std::vector<std::string>{value};
    given.values.push_back({&setting, std::move(texts), Source::environment, variable});
  }
  return given;
}

std::optional<std::filesystem::path> find_config_file(const Environment& environment) {
  const auto variable = [&](const char* name) {
    const char* value = environment(name);
    return std::filesystem::path(value == nullptr ? "" : value);
  };
  std::filesystem::path user = variable("XDG_CONFIG_HOME");
  if (user.empty() && !variable("HOME").empty()) user = variable("HOME") / ".config";
  std::vector<std::filesystem::path> candidates = {"pintbroker.toml"};
  if (!user.empty()) candidates.push_back(user / "pintbroker/pintbroker.toml");
  candidates.emplace_back("/etc/pintbroker/pintbroker.toml");
  for (const std::filesystem::path& candidate : candidates) {
    std::error_code ignored;  // a folder that may not be looked into has no file for us
    if (std::filesystem::exists(candidate, ignored)) return candidate;
  }
  return std::nullopt;
}

Resolved resolve(const std::vector<GivenValues>& sources) {
  Resolved resolved;
  resolved.places.assign(option_table().size(), "default");
  for (const GivenValues& source : sources) {
    resolved.problems.insert(resolved.problems.end(), source.problems.begin(), source.problems.end());
    for (const GivenValue& given : source.values) {
      const std::string problem = set_value(*given.setting, resolved.settings, given.texts);
      if (!problem.empty()) resolved.problems.push_back({given.place + ": " + problem, given.source});
      resolved.places[row_of(*given.setting)] = given.place;
    }
  }
  return resolved;
}

std::string toml_value(const Setting& setting, const Settings& settings) {
  std::string text;
  for (const std::string& value : values_of(setting, settings)) {
    if (!text.empty()) text += ", ";
    text += is_bare(setting, value) ? value : quoted_toml(value);
  }
  return setting.list == nullptr ? text : '[' + text + ']';
}

std::string effective_toml(const Resolved& resolved) {
  std::string text;
  for (const Setting& setting : option_table()) {
    const std::string& place = resolved.places[row_of(setting)];
    std::string value = toml_value(setting, resolved.settings);
    const bool absent = value.empty() || !setting.in_file;
    if (value.empty()) value = setting.unset;
    text += (absent ? "# " : "") + setting.key() + " = " + value + "  # " + place + '\n';
  }
  return text;
}

}  // namespace pint::settings
