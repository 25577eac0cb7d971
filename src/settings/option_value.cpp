// Values of table rows: from text, to text, and the words for what may be given.
#include <algorithm>
#include <numeric>

#include "settings/option_table.hpp"

namespace pint::settings {
namespace {

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string joined_choices(std::span<const std::string_view> choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += choices[i];
  }
  return text;
}

std::string set_number(const Setting& setting, Settings& settings, const std::string& text) {
  if (!setting.choices.empty()) {
    const auto word = std::ranges::find(setting.choices, text);
    if (word == setting.choices.end())
      return quoted(text) + " is not known; give " + joined_choices(setting.choices);
    setting.number.set(settings, static_cast<std::uint64_t>(word - setting.choices.begin()));
    return "";
  }
  const ParsedNumber number = parse_number(text, setting.range);
  if (!number.value) return quoted(text) + ' ' + number.problem;
  setting.number.set(settings, *number.value);
  return "";
}

std::string first_problem(const Setting& setting, std::span<const std::string> texts) {
  for (const std::string& text : texts) {
    if (text.find('\0') != std::string::npos) return "contains U+0000; leave it out";
    const std::string problem = setting.check == nullptr ? "" : setting.check(text);
    if (!problem.empty()) return quoted(text) + ' ' + problem;
  }
  return "";
}

// How many single changes lead from one word to the other: Levenshtein's distance, one row of the table at a
// time.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string set_value(const Setting& setting, Settings& settings, std::span<const std::string> texts) {
  if (setting.list == nullptr && texts.size() != 1) return "takes one value; give one";
  if (setting.number.set != nullptr) return set_number(setting, settings, texts.front());
  if (std::string problem = first_problem(setting, texts); !problem.empty()) return problem;
  if (setting.list != nullptr)
    setting.list(settings).assign(texts.begin(), texts.end());
  else
    setting.text(settings) = texts.front();
  return "";
}

std::vector<std::string> values_of(const Setting& setting, const Settings& settings) {
  // The accessors give places to write to; reading needs a copy, and happens a few times a run.
  Settings copy = settings;
  if (setting.list != nullptr) return setting.list(copy);
  if (setting.text != nullptr) return {setting.text(copy)};
  const std::optional<std::uint64_t> number = setting.number.get(settings);
  if (!number) return {};
  if (!setting.choices.empty()) return {std::string(setting.choices[*number])};
  return {format_number(*number, setting.range.kind)};
}

std::string range_of(const Setting& setting) {
  if (!setting.choices.empty()) return joined_choices(setting.choices);
  if (setting.number.set == nullptr) return std::string(setting.placeholder);
  const NumberRange& range = setting.range;
  return format_number(range.minimum, range.kind) + " to " + format_number(range.maximum, range.kind);
}

std::string nearest(std::string_view given, std::span<const std::string> known) {
  const std::size_t limit = std::max<std::size_t>(2, given.size() / 3);
  std::size_t best_distance = limit + 1;
  std::string best;
  for (const std::string& candidate : known) {
    const std::size_t d = distance(given, candidate);
    if (d >= best_distance) continue;
    best_distance = d;
    best = candidate;
  }
  return best;
}

}  // namespace pint::settings
