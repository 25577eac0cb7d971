// A broker with instruments at a port, for ./bench instruments: instrumented none|journal|lint PORT. It runs
// until it is told to end.
//
//   none     a Broker, as a service or a test embeds it
//   journal  a TestBroker that keeps its journal of 100,000 records, without the lint
//   lint     a TestBroker as it comes: journal and lint
#include <pthread.h>

#include <csignal>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include <pint/broker.hpp>
#include <pint/testkit.hpp>

int main(int count, char** arguments) {
  const std::string_view what = count == 3 ? arguments[1] : "";
  if (what != "none" && what != "journal" && what != "lint") {
    std::cerr << "usage: instrumented none|journal|lint PORT\n";
    return 2;
  }
  const pint::Listener listener = pint::Listener::tcp(static_cast<std::uint16_t>(std::stoi(arguments[2])));

  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);  // before there are threads, which inherit it

  std::optional<pint::Broker> broker;
  std::optional<pint::TestBroker> test_broker;
  if (what == "none") {
    broker.emplace(pint::Options{.listeners = {listener}}).start();
  } else {
    pint::TestOptions options;
    options.listeners = {listener};
    options.clock = pint::Clock::wall;
    options.lint = what == "lint" ? pint::LintMode::report : pint::LintMode::off;
    test_broker.emplace(options);
  }
  int signal = 0;
  sigwait(&ending, &signal);
}
