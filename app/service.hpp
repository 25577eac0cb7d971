// Service: the broker as a process, from settings to exit code. It runs on the main thread and sleeps in
// sigwait(3); the broker has a thread of its own.
//
//   start: broker ─▶ rules' threads and commands ─▶ ready line, descriptor, file     SIGHUP: reload SIGTERM:
//   stop
#pragma once

#include <chrono>

#include <pint/broker.hpp>

#include "actions/rule_set.hpp"
#include "arguments.hpp"
#include "log.hpp"
#include "ready.hpp"
#include "settings/sources.hpp"

namespace pint::app {

// What the process was told: configuration file, environment and arguments, laid over the defaults.
[[nodiscard]] settings::Resolved load_settings(const Arguments& arguments);

class Service {
 public:
  // `settings` is what load_settings gave, without problems. The arguments are read again on SIGHUP.
  Service(const Arguments& arguments, settings::Settings settings);

  // Serve until SIGTERM or SIGINT. `started` is when main() began. Throws pint::Error where it cannot start.
  void run(std::chrono::steady_clock::time_point started);

 private:
  void announce(std::chrono::steady_clock::time_point started);
  void serve_until_told_to_stop();
  void reload();
  void warn_of_what_needs_a_restart(const settings::Settings& next);

  const Arguments& arguments_;
  settings::Settings settings_;
  Log log_;
  Broker broker_;
  actions::RuleSet rules_;
  PortFile port_file_;
};

}  // namespace pint::app
