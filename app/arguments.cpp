// The one place that includes CLI11. It splits the words; what the values mean is the table's.
#include "arguments.hpp"

#include <CLI/CLI.hpp>

namespace pint::app {
namespace {

using settings::GivenValues;
using settings::Setting;
using settings::Source;

// What the words gave for one row of the table: the last one, or all of a list.
struct Given {
  std::optional<std::string> one;
  std::vector<std::string> many;
};

struct OwnFlags {
  bool check_config = false;
  bool help = false;
  bool version = false;
  bool markdown = false;
  std::optional<std::string> config;
};

void add_table(CLI::App& parser, std::vector<Given>& given) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Setting& setting = settings::option_table()[i];
    if (setting.list != nullptr)
      parser.add_option(setting.flag(), given[i].many)->allow_extra_args(false);
    else
      parser.add_option(setting.flag(), given[i].one)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
}

void add_own_flags(CLI::App& parser, OwnFlags& flags) {
  parser.set_help_flag();
  parser.add_option("--config", flags.config)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  parser.add_flag("--check-config", flags.check_config);
  parser.add_flag("-h,--help", flags.help);
  parser.add_flag("--version", flags.version);
  parser.add_flag("--help-markdown", flags.markdown);
}

std::string unknown_word(const std::string& word) {
  if (!word.starts_with('-')) return word + ": is not a flag; write --name value, and see pintbroker --help";
  const std::string flag = word.substr(0, word.find('='));
  std::vector<std::string> known = {"--config", "--check-config", "--help", "--version"};
  for (const Setting& setting : settings::option_table()) known.push_back(setting.flag());
  const std::string near = settings::nearest(flag, known);
  return flag + ": unknown flag; " + (near.empty() ? "see pintbroker --help" : "did you mean " + near + "?");
}

Task task_of(const OwnFlags& flags) {
  if (flags.help) return Task::print_help;
  if (flags.version) return Task::print_version;
  if (flags.markdown) return Task::print_markdown;
  return flags.check_config ? Task::check_config : Task::serve;
}

GivenValues given_values(std::vector<Given> given) {
  GivenValues values;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Setting& setting = settings::option_table()[i];
    std::vector<std::string> texts = std::move(given[i].many);
    if (given[i].one) texts = {*std::move(given[i].one)};
    if (!texts.empty())
      values.values.push_back({&setting, std::move(texts), Source::arguments, setting.flag()});
  }
  return values;
}

// CLI11 says "--port: 1 required TEXT missing": the flag is right, the words are not ours.
std::string problem_of(const CLI::ParseError& error) {
  const std::string what = error.what();
  const bool no_value = dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr;
  return (no_value ? what.substr(0, what.find(':')) + ": needs a value" : what) + "; see pintbroker --help";
}

}  // namespace

Arguments parse_arguments(int count, const char* const* words) {
  CLI::App parser;
  std::vector<Given> given(settings::option_table().size());
  OwnFlags flags;
  add_table(parser, given);
  add_own_flags(parser, flags);
  parser.allow_extras();
  std::string problem;
  try {
    parser.parse(count, words);
    if (const std::vector<std::string> extras = parser.remaining(); !extras.empty())
      problem = unknown_word(extras[0]);
  } catch (const CLI::ParseError& error) {
    problem = problem_of(error);
  }
  Arguments arguments{
      .task = task_of(flags), .given = given_values(std::move(given)), .config = flags.config};
  if (!problem.empty()) arguments.given.problems.push_back({problem, Source::arguments});
  return arguments;
}

}  // namespace pint::app
