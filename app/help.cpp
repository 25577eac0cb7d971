// The words around the table, and a layout of two columns.
#include "help.hpp"

#include <algorithm>

namespace pint::app {
namespace {

using settings::Setting;

constexpr std::size_t kWidth = 100;
constexpr std::size_t kIndent = 30;

constexpr OwnFlag kOwnFlags[] = {
    {"--config PATH",
     "Configuration file to read instead of the ones looked for. PINT_CONFIG does the same."},
    {"--check-config",
     "Print every setting and where it came from, as a configuration file, or all that is wrong. "
     "Exit code 0 or 1."},
    {"--version", "Print the version."},
    {"-h, --help", "Print this help."},
};

constexpr std::string_view kHead = R"(pintbroker - an MQTT 3.1, 3.1.1 and 5.0 broker for testing

Usage: pintbroker [--port PORT] [--rule FILTER=ACTION ...] [settings]
       pintbroker bench [--help]    load for a broker on this machine, every message checked
)";

constexpr std::string_view kTail = R"(
Every setting can come from a flag (--queue-bytes 1MiB), the environment (PINT_QUEUE_BYTES=1MiB) or
a configuration file (queue_bytes = "1MiB"): flags over environment over file over defaults. Without
--config the file is the first there is of ./pintbroker.toml, ~/.config/pintbroker/pintbroker.toml
($XDG_CONFIG_HOME instead of ~/.config where it is set) and /etc/pintbroker/pintbroker.toml.

Signals: SIGTERM and SIGINT stop; clients get DISCONNECT 0x8B. SIGHUP reads rules and log level
again. Exit codes: 0 stopped as asked, 1 cannot start, 2 the command line is wrong.

  pintbroker --port 0 --rule 'sensors/#=print' --rule 'alarm/+=exec:./notify'
)";

// Break the text at blanks so that no line is longer than kWidth; the first begins at `column`.
std::string wrapped(std::string_view text, std::size_t column) {
  std::string result;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (column + 1 + word.size() > kWidth) {
      result.append(1, '\n').append(kIndent, ' ');
      column = kIndent;
    } else if (!result.empty()) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result + '\n';
}

// The documentation and, in brackets, what may be given and what is taken otherwise.
std::string described(const Setting& setting) {
  std::string remark;
  if (setting.number.get != nullptr) remark = settings::range_of(setting);
  const std::string fallback = default_of(setting);
  if (!fallback.empty()) remark += (remark.empty() ? "default " : "; default ") + fallback;
  return std::string(setting.documentation) + (remark.empty() ? "" : " [" + remark + ']');
}

}  // namespace

std::string help_text() {
  std::string text(kHead);
  std::string_view group;
  for (const Setting& setting : settings::option_table()) {
    if (setting.group != group) text.append(1, '\n').append(setting.group).append(1, '\n');
    group = setting.group;
    text += help_entry(setting.flag() + ' ' + std::string(setting.placeholder), described(setting));
  }
  for (const OwnFlag& flag : kOwnFlags) text += help_entry(flag.name, flag.documentation);
  return text.append(kTail);
}

std::string help_entry(std::string_view name, std::string_view documentation) {
  std::string text = std::string(2, ' ').append(name);
  if (text.size() + 2 > kIndent)
    text.append(1, '\n').append(kIndent, ' ');
  else
    text.resize(kIndent, ' ');
  return text + wrapped(documentation, kIndent);
}

std::span<const OwnFlag> own_flags() { return kOwnFlags; }

std::string default_of(const Setting& setting) {
  const std::vector<std::string> values = settings::values_of(setting, settings::Settings{});
  return values.empty() || setting.list != nullptr ? std::string(setting.unset) : values.front();
}

}  // namespace pint::app
