// A configuration file: every text is read to the end or complained about line by line, and what was
// understood can be written down as a file that says the same.
#include <algorithm>
#include <string>

#include <pint/options.hpp>

#include "fuzz/target.hpp"
#include "mqtt/utf8.hpp"
#include "settings/sources.hpp"
#include "settings/toml.hpp"

namespace pint::fuzz {
namespace {

constexpr const char* kFile = "fuzz.toml";

settings::Resolved resolved(std::string_view text) {
  return settings::resolve({settings::from_toml(text, kFile)});
}

void check_problems(const settings::Resolved& read) {
  for (const settings::Problem& problem : read.problems) {
    require(problem.sentence.starts_with(kFile), "a problem does not say which file it is in");
    require(problem.source == settings::Source::file, "a problem is told of another source");
  }
}

// Written down and read again, every setting has the value it had.
void check_effective(const settings::Resolved& read) {
  const settings::Resolved again = resolved(settings::effective_toml(read));
  require(again.problems.empty(), "the settings, written down, are refused");
  for (const settings::Setting& setting : settings::option_table()) {
    if (!setting.in_file) continue;
    require(settings::values_of(setting, again.settings) == settings::values_of(setting, read.settings),
            "a setting is another one after writing");
  }
}

// Any text may stand in a basic string.
void check_quoting(std::string_view text) {
  if (!mqtt::is_utf8_text(text)) return;
  const settings::TomlText read = settings::parse_toml("text = " + settings::quoted_toml(text));
  require(read.problems.empty() && read.items.size() == 1, "a quoted text is not read back");
  require(read.items.front().values == std::vector{std::string(text)}, "a quoted text is read as another");
}

void check_numbers(std::string_view text) {
  using settings::NumberKind;
  for (const NumberKind kind :
       {NumberKind::count, NumberKind::bytes, NumberKind::seconds, NumberKind::milliseconds}) {
    const settings::NumberRange range{.kind = kind, .minimum = 0, .maximum = UINT64_MAX};
    const settings::ParsedNumber number = settings::parse_number(text, range);
    require(number.value.has_value() == number.problem.empty(), "a number is refused without a word");
    if (!number.value) continue;
    const std::string written = settings::format_number(*number.value, kind);
    require(settings::parse_number(written, range).value == number.value,
            "a number is another after writing");
  }
}

}  // namespace

void try_input(ByteView input) {
  const std::string_view text = as_text(input);
  const settings::Resolved read = resolved(text);
  check_problems(read);
  check_effective(read);
  (void)problems_of(settings::options_of(read.settings));
  check_quoting(text);
  for (std::string_view rest = text; !rest.empty();) check_numbers(take_line(rest));
  (void)settings::parse_listener(text);
}

}  // namespace pint::fuzz
