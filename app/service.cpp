// Start, wait for signals, stop.
#include "service.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "packet_line.hpp"

namespace pint::app {
namespace {

// Half of the two seconds a supervisor may wait; exec: rules get the rest.
constexpr std::chrono::milliseconds kFarewellWithin{500};

// Signals the main thread waits for. Blocked in every thread, so that nothing else sees them.
sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

void prepare_process() {
  const sigset_t awaited = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  // A connection is a descriptor: take as many as the administrator allows instead of the shell's usual
  // 1,024.
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

Options broker_options(const settings::Settings& settings, Log& log) {
  Options options = settings::options_of(settings);
  options.log = [&log](LogLevel level, std::string_view text) { log.write(level, text); };
  options.log_wants = [&log](LogLevel level) { return log.writes(level); };
  options.observe_packets = settings.verbose_packets;
  if (settings.verbose_packets) {
    options.on_event = [&log](const Event& event) {
      if (const auto* packet = std::get_if<PacketSeen>(&event))
        log.write(LogLevel::info, packet_line(*packet));
    };
  }
  return options;
}

Error cannot(const std::string& what) { return Error(Errc::invalid_options, what); }

}  // namespace

settings::Resolved load_settings(const Arguments& arguments) {
  const auto environment = [](const std::string& name) -> const char* {
    return std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here changes the environment
  };
  std::vector<settings::GivenValues> sources;
  const char* named = environment("PINT_CONFIG");
  if (arguments.config)
    sources.push_back(settings::from_file(*arguments.config));
  else if (named != nullptr && *named != '\0')
    sources.push_back(settings::from_file(named));
  else if (const auto found = settings::find_config_file(environment))
    sources.push_back(settings::from_file(*found));
  sources.push_back(settings::from_environment(environment));
  sources.push_back(arguments.given);
  return settings::resolve(sources);
}

Service::Service(const Arguments& arguments, settings::Settings settings)
    : arguments_(arguments),
      settings_(std::move(settings)),
      log_(settings_.log_level),
      broker_(broker_options(settings_, log_)),
      rules_(broker_, [this](LogLevel level, std::string_view text) { log_.write(level, text); }) {}

void Service::run(std::chrono::steady_clock::time_point started) {
  prepare_process();
  if (settings_.ready_fd && !claim_descriptor(static_cast<int>(*settings_.ready_fd))) {
    throw cannot("ready-fd " + std::to_string(*settings_.ready_fd) +
                 ": is not open; pass a descriptor that is, as in 3>&1");
  }
  rules_.replace(settings_.rules);  // before the first connection, so that no message is missed
  broker_.start();
  rules_.begin();
  announce(started);
  serve_until_told_to_stop();
  log_.write(LogLevel::info, "stopping");
  broker_.stop(kFarewellWithin);
  rules_.stop();
}

void Service::announce(std::chrono::steady_clock::time_point started) {
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;
  char line[512];
  std::snprintf(line, sizeof line, "pintbroker " PINT_VERSION " ready on %s in %.1f ms\n",
                broker_.url().c_str(), took.count());
  write_all(STDOUT_FILENO, line);
  if (!settings_.port_file.empty()) {
    if (const auto why = port_file_.write(settings_.port_file, broker_.port())) {
      throw cannot("port-file " + settings_.port_file + ": cannot be written: " + *why +
                   "; name a file in a folder that can");
    }
  }
  if (settings_.ready_fd) {
    const int descriptor = static_cast<int>(*settings_.ready_fd);
    if (!write_all(descriptor, std::to_string(broker_.port()) + '\n'))
      log_.write(LogLevel::warning, "ready-fd: nobody reads it");
    ::close(descriptor);
  }
}

void Service::serve_until_told_to_stop() {
  const sigset_t awaited = awaited_signals();
  for (;;) {
    int signal = 0;
    if (sigwait(&awaited, &signal) != 0) continue;
    if (signal != SIGHUP) return;
    reload();
  }
}

void Service::reload() {
  const settings::Resolved next = load_settings(arguments_);
  for (const settings::Problem& problem : next.problems) log_.write(LogLevel::error, problem.sentence);
  if (!next.problems.empty())
    return log_.write(LogLevel::error, "nothing is changed; mend this and send SIGHUP again");
  warn_of_what_needs_a_restart(next.settings);
  settings_.log_level = next.settings.log_level;
  settings_.rules = next.settings.rules;
  log_.set_least(settings_.log_level);
  const actions::RuleSet::Change change = rules_.replace(settings_.rules);
  rules_.reopen();
  log_.write(LogLevel::info, "reloaded; rules added " + std::to_string(change.added) + ", removed " +
                                 std::to_string(change.removed) + ", kept " + std::to_string(change.kept));
}

void Service::warn_of_what_needs_a_restart(const settings::Settings& next) {
  for (const settings::Setting& setting : settings::option_table()) {
    const bool reloaded = setting.name == "rule" || setting.name == "log-level";
    if (reloaded || values_of(setting, settings_) == values_of(setting, next)) continue;
    log_.write(LogLevel::warning, setting.key() + " has changed; start again for it to take effect");
  }
}

}  // namespace pint::app
