// The words of docs/configuration.md; the tables of settings are made.
#include "configuration_page.hpp"

#include "help.hpp"

namespace pint::app {
namespace {

using settings::Setting;

constexpr std::string_view kHead = R"(# Configuration

<!-- Made by `pintbroker --help-markdown`. Do not change this file but the option table
     (src/settings/option_table.cpp) and the words around it (app/configuration_page.cpp). -->

Every setting has one name and three places to give it:

| place | spelling | example |
| --- | --- | --- |
| flag | dashes | `--queue-bytes 1MiB` |
| environment | `PINT_` and capitals | `PINT_QUEUE_BYTES=1MiB` |
| configuration file (TOML) | underscores | `queue_bytes = "1MiB"` |

Flags count more than the environment, the environment more than the file, the file more than the
defaults. A list (`rule`, `listen`) given in one place replaces the whole list of the place below.
In the environment an empty variable counts as not set, and a list has one element a line.

The configuration file is the one that `--config` (or `PINT_CONFIG`) names, else the first there is
of `./pintbroker.toml`, `$XDG_CONFIG_HOME/pintbroker/pintbroker.toml` (by default in `~/.config`)
and `/etc/pintbroker/pintbroker.toml`. `pint::Broker::from_config(path)` reads the same file; it
passes over the settings of the group *Program* and looks at neither flags nor environment.

The file has lines `key = value` and comments; values are strings, numbers, `true`, `false` and
arrays of them. It has no tables. Unknown keys and bad values are errors. Prefer 'single quotes'
around commands: nothing is escaped in them.

```toml
port = 1884
rule = ["sensors/#=print", 'alarm/+=exec:jq -r ".payload" >> alarms.txt']
```

Sizes are bytes, or numbers with `kB`, `KiB`, `MB`, `MiB`, `GB` or `GiB`. Durations are seconds, or
numbers with `ms`, `s`, `min`, `h` or `d`.

`pintbroker --check-config` prints every setting with its value and the place it came from, as a
file that gives the same settings, and exits with 0; or it prints everything that is wrong, and
exits with 1.

MQTT 5.0 clients are told in CONNACK what was set to less than the protocol allows. 3.x clients
cannot be told.
)";

constexpr std::string_view kTail = R"(
## What rules do

`--rule FILTER=ACTION` does something with every message that matches a Topic Filter; `+`, `#` and
`$share/name/filter` work as in SUBSCRIBE. A rule that begins gets the retained messages first.

| action | what it does |
| --- | --- |
| `print` | writes each message to standard output |
| `file:PATH` | appends each message to a file, one whole line with one `write` |
| `topic:NAME` | publishes each message again; `{topic}` in NAME is the message's own topic |
| `exec:COMMAND` | starts `/bin/sh -c COMMAND` and writes each message to its standard input |

The rule is split at the first `=` that is followed by one of these words and then `:` or the end,
so a filter may contain `=`: in `a=b=print` it is `a=b`.

`print`, `file:` and `exec:` write one line of JSON a message:

```json
{"time":"2026-03-01T12:00:00.000Z","topic":"a/b","qos":1,"retain":false,"payload":"21.5"}
```

| member | value |
| --- | --- |
| `time` | when the rule got the message; RFC 3339, UTC |
| `topic`, `qos` | as published |
| `retain` | true if the message was already there, retained, when the rule began |
| `payload` | the payload as text, if it is UTF-8 without U+0000; otherwise `payload_base64` |
| `properties` | only if there are any: `payload_is_utf8`, `message_expiry` (seconds), `content_type`, |
| | `response_topic`, `correlation_data` (or `correlation_data_base64`), `user_properties` |
| | (a list of `[name, value]`) |

**file:** A message that cannot be written (disk full, no permission) is lost; the first one of a
row is logged, and each next message tries again. SIGHUP opens the file again, for log rotation.

**topic:** keeps payload, QoS and properties. The copy is retained only if the rule got the message
as a retained one. Rules that feed each other are ended by `rule_hops`.

**exec:** The command is started once, and again when it ends: after 100 ms, then after twice as
long each time, up to 10 s. Up to 16 MiB of lines wait for it; what does not fit is dropped and
logged. Lines it had been given and had not worked on when it ended are lost. Its standard output
and error are the broker's. When the broker stops, the command's input is closed; if it has not
ended after 1 s it gets SIGTERM, then SIGKILL.

## Signals

| signal | effect |
| --- | --- |
| SIGTERM, SIGINT | stop within two seconds; 5.0 clients get DISCONNECT 0x8B; exit code 0 |
| SIGHUP | read flags, environment and file again, and put rules and log level in force |

On SIGHUP rules that did not change go on undisturbed, and `file:` rules open their files again. If
anything is wrong it is logged, and all stays as it was. Changes of other settings are named in the
log; they need a restart.

## Exit codes

| code | meaning |
| --- | --- |
| 0 | stopped as asked, or there was nothing to do but print |
| 1 | cannot start: a port is in use, a file cannot be read, a value in it or the environment is wrong |
| 2 | the command line is wrong |

## Ready

Once connections are accepted, the port goes to `--ready-fd` and `--port-file`, and one line to
standard output:

```
pintbroker 0.1.0 ready on mqtt://127.0.0.1:1883 in 0.4 ms
```

The time is from the beginning of `main` to the moment connections are accepted. Log lines go to
standard error.
)";

std::string code(std::string_view text) {
  return text.empty() ? std::string() : std::string(1, '`').append(text).append(1, '`');
}

std::string row(std::initializer_list<std::string> cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line.append(1, ' ').append(cell).append(cell.empty() ? "|" : " |");
  return line += '\n';
}

}  // namespace

std::string configuration_page() {
  std::string text(kHead);
  std::string_view group;
  for (const Setting& setting : settings::option_table()) {
    if (setting.group != group) {
      text.append("\n## ").append(setting.group).append("\n\n");
      text += row({"setting", "value", "default", "meaning"}) + row({"---", "---", "---", "---"});
    }
    group = setting.group;
    text += row({code(setting.in_file ? setting.key() : setting.flag()), settings::range_of(setting),
                 code(default_of(setting)), std::string(setting.documentation)});
  }
  text.append("\nFlags that are no settings:\n\n");
  text += row({"flag", "meaning"}) + row({"---", "---"});
  for (const OwnFlag& flag : own_flags()) text += row({code(flag.name), std::string(flag.documentation)});
  return text.append(kTail);
}

}  // namespace pint::app
