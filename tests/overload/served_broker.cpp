#include "overload/served_broker.hpp"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>

#include <pint/broker.hpp>

#include "actions/rule_set.hpp"
#include "api/instruments.hpp"
#include "net/time_source.hpp"
#include "overload/figures.hpp"

namespace pint::overload {
namespace {

using std::chrono::seconds;

// The machine's clock, put forward when the driver says so, as when a machine wakes up.
class JumpingTime final : public net::SystemTime {
 public:
  Time now() override { return SystemTime::now() + seconds(ahead_.load()); }
  void jump(std::int64_t by_seconds) { ahead_ += by_seconds; }

 private:
  std::atomic<std::int64_t> ahead_ = 0;
};

// Counts what would be logged. Writing it would measure the terminal.
class LineCounter {
 public:
  void count(LogLevel level, std::string_view line) {
    if (level == LogLevel::debug || level == LogLevel::off) return;
    ++lines_;
    if (line.starts_with("rule ")) ++of_rules_;
  }
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] std::uint64_t of_rules() const { return of_rules_; }

 private:
  std::atomic<std::uint64_t> lines_ = 0;
  std::atomic<std::uint64_t> of_rules_ = 0;
};

std::uint64_t cpu_microseconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000u + static_cast<std::uint64_t>(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

Figures figures_of(const Broker& broker, const LineCounter& log) {
  Figures figures;
  const Stats stats = broker.stats();
  figures.set("connections_accepted", stats.connections_accepted);
  figures.set("connects_refused", stats.connects_refused);
  figures.set("clients_connected", stats.clients_connected);
  figures.set("sessions", stats.sessions);
  figures.set("sessions_expired", stats.sessions_expired);
  figures.set("subscriptions", stats.subscriptions);
  figures.set("retained_messages", stats.retained_messages);
  figures.set("publishes_received", stats.publishes_received);
  figures.set("publishes_sent", stats.publishes_sent);
  figures.set("rules_called", stats.rules_called);
  figures.set("handlers_failed", stats.handlers_failed);
  figures.set("protocol_errors", stats.protocol_errors);
  figures.set("memory_bytes", stats.memory_bytes);
  for (const Stats::Dropped& each : stats.dropped) {
    std::string cause(name_of(each.cause));
    std::ranges::replace(cause, ' ', '_');
    figures.set("dropped." + cause, each.count);
  }
  for (const Stats::LimitHit& each : stats.limits) figures.set("limit." + each.limit, each.count);
  figures.set("log_lines", log.lines());
  figures.set("rule_log_lines", log.of_rules());
  figures.set("cpu_us", cpu_microseconds());
  return figures;
}

std::string text_of(const Figures& figures) {
  std::string text;
  for (const auto& [name, value] : figures.all()) text += name + ' ' + std::to_string(value) + '\n';
  return text;
}

// What the executable does as well; and no core file for a broker that is killed.
void prepare_process(std::uint64_t descriptors) {
  ::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = descriptors != 0 ? descriptors : files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

class Controlled {
 public:
  Controlled(Broker& broker, JumpingTime& time, const LineCounter& log)
      : broker_(broker), time_(time), log_(log) {}

  std::string answer(std::string_view command) {
    if (command == "figures") return text_of(figures_of(broker_, log_));
    if (command == "trim") ::malloc_trim(0);
    if (constexpr std::string_view kJump = "jump "; command.starts_with(kJump)) {
      std::int64_t by = 0;
      std::from_chars(command.data() + kJump.size(), command.data() + command.size(), by);
      time_.jump(by);
    }
    return {};
  }

 private:
  Broker& broker_;
  JumpingTime& time_;
  const LineCounter& log_;
};

}  // namespace

int serve(const Scenario& scenario, Scale scale, int control) {
  Setup setup{.scale = scale};
  setup.options.listeners = {Listener::tcp(0)};
  if (scenario.prepare != nullptr) scenario.prepare(setup);
  prepare_process(setup.descriptors);

  LineCounter log;
  JumpingTime time;
  setup.options.log = [&log](LogLevel level, std::string_view line) { log.count(level, line); };
  Broker broker = InstrumentedBroker::make(setup.options, {.time = &time});
  actions::RuleSet rules(broker, setup.options.log);
  rules.replace(setup.rules);
  broker.start();
  rules.begin();

  Controlled controlled(broker, time, log);
  FILE* const commands = ::fdopen(control, "r");
  if (commands == nullptr) return 1;
  ::dprintf(control, "port %d\n.\n", int{broker.port()});
  for (char line[256]; std::fgets(line, sizeof line, commands) != nullptr;) {
    std::string_view command = line;
    command.remove_suffix(1);  // the newline
    ::dprintf(control, "%s.\n", controlled.answer(command).c_str());
  }
  std::fclose(commands);
  broker.stop();
  rules.stop();
  return 0;
}

}  // namespace pint::overload
