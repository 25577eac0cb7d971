#include "sim/topic_match.hpp"

#include <algorithm>

namespace pint::sim {
namespace {

bool has_wildcard(std::string_view text) { return text.find_first_of("+#") != std::string_view::npos; }

// A wildcard stands for whole levels [MQTT-4.7.1-2], and # for the last ones [MQTT-4.7.1-1].
bool wildcards_stand_alone(const std::vector<std::string>& levels) {
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (has_wildcard(levels[i]) && levels[i].size() > 1) return false;
    if (levels[i] == "#" && i + 1 != levels.size()) return false;
  }
  return true;
}

}  // namespace

std::vector<std::string> levels_of(std::string_view text) {
  std::vector<std::string> levels(1);
  for (const char c : text) {
    if (c == '/')
      levels.emplace_back();
    else
      levels.back() += c;
  }
  return levels;
}

std::optional<Filter> read_filter(std::string_view text) {
  Filter filter;
  constexpr std::string_view kShare = "$share/";
  if (text.starts_with(kShare)) {  // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
    text.remove_prefix(kShare.size());
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || has_wildcard(text.substr(0, slash))) return {};
    filter.share_name = text.substr(0, slash);
    text.remove_prefix(slash + 1);
  }
  filter.levels = levels_of(text);
  if (text.empty() || !wildcards_stand_alone(filter.levels)) return {};
  return filter;
}

bool has_filter_form(std::string_view text) {
  return !text.empty() && wildcards_stand_alone(levels_of(text));
}

bool filter_matches(const Filter& filter, const std::vector<std::string>& names) {
  const std::vector<std::string>& levels = filter.levels;
  const bool reserved = names.front().starts_with('$');
  if (reserved && has_wildcard(levels.front())) return false;  // [MQTT-4.7.2-1]
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (levels[i] == "#") return true;
    if (i == names.size()) return false;
    // "a/#" matches "a" as well.
    if (levels[i] != "+" && levels[i] != names[i]) return false;
    if (i + 1 == names.size() && i + 2 == levels.size() && levels[i + 1] == "#") return true;
  }
  return levels.size() == names.size();
}

}  // namespace pint::sim
