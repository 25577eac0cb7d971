// Flags are rows: name, what it means, in which scenarios, and where its value goes.
#include "bench/command_line.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "bench/endpoint.hpp"
#include "help.hpp"
#include "settings/number_text.hpp"
#include "settings/option_table.hpp"

namespace pint::bench {
namespace {

using settings::NumberKind;
using settings::NumberRange;

struct ScenarioRow {
  Scenario scenario;
  std::string_view name;
  std::string_view documentation;
};

constexpr ScenarioRow kScenarioRows[] = {
    {Scenario::throughput, "throughput", "messages a second and CPU time for each; the default"},
    {Scenario::latency, "latency", "from publisher to subscriber, with quantiles; --rate 0: one at a time"},
    {Scenario::connects, "connects", "connect, CONNACK, disconnect, as fast as they go"},
    {Scenario::idle, "idle", "memory and wake-ups of connections that do nothing"},
    {Scenario::subscriptions, "subscriptions", "many Topic Filters, then messages of which each matches one"},
    {Scenario::retained, "retained", "set retained messages, then get all of them by one subscription"},
    {Scenario::queues, "queues", "Sessions whose client is away while messages for it come"},
    {Scenario::start, "start", "from the start of a broker's process to its first CONNACK"},
};

constexpr unsigned bit(Scenario scenario) { return 1u << static_cast<unsigned>(scenario); }
constexpr unsigned kTraffic = bit(Scenario::throughput) | bit(Scenario::latency);
constexpr unsigned kOneBroker = (1u << kScenarios) - 1 - bit(Scenario::start);
constexpr unsigned kAll = (1u << kScenarios) - 1;

// A flag whose value is a number. Durations are rows of their own, for their type.
struct NumberRow {
  std::string_view flag;
  std::string_view placeholder;
  std::string_view documentation;
  unsigned scenarios;
  std::uint64_t Plan::*value;
  NumberRange range;
};

struct DurationRow {
  std::string_view flag;
  std::string_view documentation;
  unsigned scenarios;
  std::chrono::milliseconds Plan::*value;
};

struct SwitchRow {
  std::string_view flag;
  std::string_view documentation;
  unsigned scenarios;
  bool Plan::*value;
};

// One of a few words.
struct ChoiceRow {
  std::string_view flag;
  std::string_view placeholder;
  std::string_view choices;  // "0, 1 or 2"
  std::string_view documentation;
  unsigned scenarios;
  bool (*set)(Plan& plan, std::string_view value);
};

constexpr std::uint64_t kMillion = 1'000'000;

constexpr NumberRange count(std::uint64_t minimum, std::uint64_t maximum) {
  return {NumberKind::count, minimum, maximum};
}

const NumberRow kNumberRows[] = {
    {"--pairs", "N", "publishers with a subscriber each; 0: see the next two [0]", kTraffic, &Plan::pairs,
     count(0, 20'000)},
    {"--publishers", "N", "publishers [1]", kTraffic, &Plan::publishers, count(1, 20'000)},
    {"--subscribers", "N", "subscribers, each gets what every publisher sends [1]", kTraffic,
     &Plan::subscribers, count(1, 20'000)},
    {"--payload",
     "SIZE",
     "bytes; from 16 on order is checked, below only the number of messages [64]",
     kTraffic | bit(Scenario::retained) | bit(Scenario::queues),
     &Plan::payload_bytes,
     {NumberKind::bytes, 0, 64 << 20}},
    {"--rate", "N", "messages a second on a fixed schedule; 0: as the window allows [latency: 1000, else 0]",
     kTraffic, &Plan::rate, count(0, 10 * kMillion)},
    {"--window", "N", "messages on their way in all; 0: no bound [4096; latency: 1]", kTraffic, &Plan::window,
     count(0, 100 * kMillion)},
    {"--inflight", "N", "QoS 1 and 2: unacknowledged, for each publisher [100]", kTraffic, &Plan::inflight,
     count(1, 65'535)},
    {"--subscriber-rate", "N", "messages a second each subscriber reads; 0: all [0]", kTraffic,
     &Plan::subscriber_rate, count(0, 10 * kMillion)},
    {"--messages", "N", "messages to send in all; throughput, latency: in place of --duration [else 20000]",
     kTraffic | bit(Scenario::subscriptions) | bit(Scenario::retained) | bit(Scenario::queues),
     &Plan::messages, count(1, 1'000 * kMillion)},
    {"--warm-up", "N", "messages before it counts [1000]", kTraffic, &Plan::warm_up, count(0, 10 * kMillion)},
    {"--connections", "N", "[connects: 5000, idle: 10000, subscriptions: 100, queues: 1000 Sessions]",
     bit(Scenario::connects) | bit(Scenario::idle) | bit(Scenario::subscriptions) | bit(Scenario::queues),
     &Plan::connections, count(1, kMillion)},
    {"--concurrency", "N", "connections that are made at once [50]", bit(Scenario::connects),
     &Plan::concurrency, count(1, 10'000)},
    {"--filters", "N", "Topic Filters: subscriptions: in all [100000]; idle: for each connection [0]",
     bit(Scenario::subscriptions) | bit(Scenario::idle), &Plan::filters, count(0, 10 * kMillion)},
    {"--repeat", "N", "how often [retained: 3, start: 20]", bit(Scenario::retained) | bit(Scenario::start),
     &Plan::repeat, count(1, 10'000)},
    {"--pid", "PID", "the broker's process [found out by who listens]", kOneBroker, &Plan::process,
     count(1, 1 << 30)},
};

const DurationRow kDurationRows[] = {
    {"--duration", "how long to send [3s]", kTraffic, &Plan::duration},
    {"--hold", "how long to watch idle connections [2s]", bit(Scenario::idle), &Plan::hold},
    {"--patience", "without progress for so long, what is missing is lost [5s]", kAll, &Plan::patience},
};

const SwitchRow kSwitchRows[] = {
    {"--spin", "never sleep, so that no wake-up of ours is in the figures", kTraffic, &Plan::spin},
    {"--pin", "a broker that is started runs on the first CPU, the load on the second", kAll, &Plan::pin},
    {"--json", "print one line of JSON in place of the table", kAll, &Plan::json},
    {"--quiet", "no progress line", kAll, &Plan::quiet},
};

bool set_qos(Plan& plan, std::string_view value) {
  if (value.size() != 1 || value[0] < '0' || value[0] > '2') return false;
  plan.qos = static_cast<QoS>(value[0] - '0');
  return true;
}

bool set_version(Plan& plan, std::string_view value) {
  if (value == "3.1") plan.version = ProtocolVersion::v3_1;
  if (value == "3.1.1") plan.version = ProtocolVersion::v3_1_1;
  if (value == "5.0" || value == "5") plan.version = ProtocolVersion::v5;
  return value == "3.1" || value == "3.1.1" || value == "5.0" || value == "5";
}

bool set_filter_kind(Plan& plan, std::string_view value) {
  plan.filter_kind = value;
  return value == "exact" || value == "plus" || value == "hash" || value == "mixed";
}

constexpr ChoiceRow kChoiceRows[] = {
    {"--qos", "QOS", "0, 1 or 2", "0, 1 or 2, of messages and subscriptions [0]", kTraffic, set_qos},
    {"--mqtt", "VERSION", "3.1, 3.1.1 or 5.0", "3.1, 3.1.1 or 5.0 [3.1.1]", kAll, set_version},
    {"--kind", "KIND", "exact, plus, hash or mixed", "of Topic Filters: exact, plus, hash or mixed [exact]",
     bit(Scenario::subscriptions), set_filter_kind},
};

// The table's rows of one kind by name.
template <class Row, std::size_t Size>
const Row* find(const Row (&rows)[Size], std::string_view flag) {
  const auto found = std::ranges::find(rows, flag, &Row::flag);
  return found == std::end(rows) ? nullptr : found;
}

template <class Visitor>
void for_each_row(Visitor visit) {
  for (const NumberRow& row : kNumberRows) visit(row, row.placeholder);
  for (const ChoiceRow& row : kChoiceRows) visit(row, row.placeholder);
  for (const DurationRow& row : kDurationRows) visit(row, "TIME");
  for (const SwitchRow& row : kSwitchRows) visit(row, "");
}

std::string quoted(std::string_view text) { return std::string("\"").append(text).append("\" "); }

// Scenarios have defaults of their own; what a flag says comes later and counts.
void set_defaults(Plan& plan) {
  switch (plan.scenario) {
    case Scenario::latency:
      plan.rate = 1'000;
      plan.window = 1;
      plan.spin = true;
      return;
    case Scenario::connects: plan.connections = 5'000; return;
    case Scenario::idle: plan.connections = 10'000; return;
    case Scenario::subscriptions:
      plan.connections = 100;
      plan.filters = 100'000;
      plan.messages = 20'000;
      return;
    case Scenario::retained: plan.messages = 20'000; return;
    case Scenario::queues:
      plan.connections = 1'000;
      plan.messages = 20'000;
      return;
    case Scenario::start: plan.repeat = 20; return;
    case Scenario::throughput: return;
  }
}

class Parser {
 public:
  explicit Parser(std::span<const char* const> words) : words_(words) {}

  CommandLine parse() {
    take_scenario();
    while (!words_.empty() && line_.problem.empty() && !line_.help) take_word();
    if (line_.problem.empty()) check();
    return std::move(line_);
  }

 private:
  std::string_view next() {
    const std::string_view word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  void take_scenario() {
    if (!words_.empty()) {
      const auto row = std::ranges::find(kScenarioRows, words_.front(), &ScenarioRow::name);
      if (row != std::end(kScenarioRows)) {
        line_.plan.scenario = row->scenario;
        next();
      }
    }
    set_defaults(line_.plan);
  }

  void take_word() {
    const std::string_view word = next();
    if (word == "--help" || word == "-h") {
      line_.help = true;
    } else if (word == "--") {
      while (!words_.empty()) line_.plan.command.emplace_back(next());
      if (line_.plan.command.empty()) line_.problem = "--: needs the command that starts a broker";
    } else if (word.starts_with('-')) {
      take_flag(word);
    } else if (line_.plan.broker) {
      line_.problem = std::string(word) + ": is one address too many";
    } else {
      take_address(word);
    }
  }

  void take_address(std::string_view word) {
    ParsedEndpoint parsed = parse_endpoint(word);
    line_.problem = std::move(parsed.problem);
    line_.plan.broker = std::move(parsed.endpoint);
  }

  void take_flag(std::string_view word) {
    const std::string_view flag = word.substr(0, word.find('='));
    std::optional<std::string_view> value;
    if (flag.size() < word.size()) value = word.substr(flag.size() + 1);
    unsigned scenarios = 0;
    for_each_row([&](const auto& row, std::string_view) {
      if (row.flag == flag) scenarios = row.scenarios;
    });
    if (scenarios == 0) return refuse_unknown(flag);
    if ((scenarios & bit(line_.plan.scenario)) == 0)
      return refuse(flag, "means nothing for " + std::string(name_of(line_.plan.scenario)));
    if (const SwitchRow* row = find(kSwitchRows, flag)) {
      if (value) return refuse(flag, "takes no value");
      line_.plan.*row->value = true;
      return;
    }
    if (!value && words_.empty()) return refuse(flag, "needs a value");
    set(flag, value ? *value : next());
  }

  void set(std::string_view flag, std::string_view value) {
    Plan& plan = line_.plan;
    if (const NumberRow* row = find(kNumberRows, flag)) {
      const settings::ParsedNumber parsed = settings::parse_number(value, row->range);
      if (!parsed.value) return refuse(flag, quoted(value) + parsed.problem);
      plan.*row->value = *parsed.value;
    } else if (const DurationRow* duration = find(kDurationRows, flag)) {
      constexpr NumberRange kRange{NumberKind::milliseconds, 1, 86'400'000};
      const settings::ParsedNumber parsed = settings::parse_number(value, kRange);
      if (!parsed.value) return refuse(flag, quoted(value) + parsed.problem);
      plan.*duration->value = std::chrono::milliseconds(*parsed.value);
    } else if (const ChoiceRow* choice = find(kChoiceRows, flag)) {
      if (!choice->set(plan, value))
        refuse(flag, quoted(value) + "is none of them; give " + std::string(choice->choices));
    }
  }

  void check() {
    const Plan& plan = line_.plan;
    if (plan.pairs != 0 && (plan.publishers != 1 || plan.subscribers != 1))
      line_.problem = "--pairs: says how many publishers and subscribers there are; leave out the others";
    else if (plan.qos != QoS::at_most_once && plan.subscriber_rate != 0)
      line_.problem = "--subscriber-rate: is for QoS 0";
    else if (plan.scenario == Scenario::latency && plan.payload_bytes < 16)
      line_.problem = "--payload: latency needs 16 bytes or more, for number and time";
  }

  void refuse(std::string_view flag, const std::string& why) {
    line_.problem = std::string(flag) + ": " + why;
  }

  void refuse_unknown(std::string_view flag) {
    std::vector<std::string> known = {"--help"};
    for_each_row([&](const auto& row, std::string_view) { known.emplace_back(row.flag); });
    const std::string near = settings::nearest(flag, known);
    refuse(flag, near.empty() ? "unknown flag; see pintbroker bench --help"
                              : "unknown flag; did you mean " + near + "?");
  }

  std::span<const char* const> words_;
  CommandLine line_;
};

}  // namespace

std::string_view name_of(Scenario scenario) {
  return std::ranges::find(kScenarioRows, scenario, &ScenarioRow::scenario)->name;
}

CommandLine parse_command_line(std::span<const char* const> words) { return Parser(words).parse(); }

std::string help_text() {
  std::string text = R"(pintbroker bench - load for an MQTT broker on this machine, every message checked

Usage: pintbroker bench [SCENARIO] [HOST:PORT] [--flag value ...] [-- COMMAND ...]

Without an address a broker is started for the time of the benchmark: this one, or by COMMAND,
in which {port} stands for a free port. Addresses are loopback's only.

Scenarios
)";
  for (const ScenarioRow& row : kScenarioRows) text += app::help_entry(row.name, row.documentation);
  text += "\nFlags, their defaults in brackets\n";
  for_each_row([&](const auto& row, std::string_view placeholder) {
    text += app::help_entry(std::string(row.flag) + ' ' + std::string(placeholder), row.documentation);
  });
  return text + R"(
Exit codes: 0 every message arrived as it must (QoS 0 and 2 once, QoS 1 at least once, in order),
1 some did not, and it says what was lost, duplicated or reordered, 2 it could not be done.

  pintbroker bench --qos 1 --pairs 50
  pintbroker bench latency 127.0.0.1:1883 --rate 5000
  pintbroker bench --json -- mosquitto -p {port}
)";
}

}  // namespace pint::bench
