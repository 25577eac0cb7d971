// A configuration file as a source of settings.
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "settings/sources.hpp"
#include "settings/toml.hpp"

namespace pint::settings {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1}
                                      << 20;  // some 10,000 rules; anything larger is another file

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

GivenValues refused(const std::string& file_name, const std::string& why) {
  return {{}, {{file_name + ": " + why, Source::file}}};
}

// Read at most a little more than kFileBytesMax; gives errno where it fails.
int read_file(const std::filesystem::path& path, std::string& text) {
  const File file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (file == nullptr) return errno;
  char block[4'096];
  while (text.size() <= kFileBytesMax) {
    const std::size_t size = std::fread(block, 1, sizeof block, file.get());
    text.append(block, size);
    if (size < sizeof block) return std::ferror(file.get()) != 0 ? errno : 0;
  }
  return 0;
}

std::string unknown_key(const std::string& key) {
  std::vector<std::string> known;
  for (const Setting& setting : option_table()) {
    if (setting.in_file) known.push_back(setting.key());
  }
  const std::string near = nearest(key, known);
  const std::string mend =
      near.empty() ? "remove it; docs/configuration.md lists all keys" : "did you mean \"" + near + "\"?";
  return "unknown key \"" + key + "\"; " + mend;
}

}  // namespace

GivenValues from_file(const std::filesystem::path& path) {
  std::string text;
  if (const int error = read_file(path, text); error != 0) {
    const std::string why = std::generic_category().message(error);
    return refused(path.string(), "cannot be read: " + why + "; name another file or allow reading it");
  }
  if (text.size() > kFileBytesMax)
    return refused(path.string(), "is larger than 1 MiB; name a configuration file");
  return from_toml(text, path.string());
}

GivenValues from_toml(std::string_view text, const std::string& file_name) {
  const TomlText toml = parse_toml(text);
  GivenValues given;
  for (const TomlProblem& problem : toml.problems) {
    given.problems.push_back(
        {file_name + ':' + std::to_string(problem.line) + ": " + problem.sentence, Source::file});
  }
  for (const TomlItem& item : toml.items) {
    const std::string line = file_name + ':' + std::to_string(item.line) + ": ";
    const Setting* setting = find_by_key(item.key);
    if (setting == nullptr) {
      given.problems.push_back({line + unknown_key(item.key), Source::file});
    } else if (!setting->in_file) {
      given.problems.push_back(
          {line + item.key + ": cannot be set in a file; use " + setting->flag(), Source::file});
    } else if (item.is_array && setting->list == nullptr) {
      given.problems.push_back({line + item.key + ": takes one value; remove the brackets", Source::file});
    } else {
      given.values.push_back({setting, item.values, Source::file, line + item.key});
    }
  }
  return given;
}

}  // namespace pint::settings
