// A broker that lints its clients: linted_broker --port 0 --ready-fd N. It is run in place of pintbroker by
// the tests with real clients, and ends with 1 if it found anything that `kExpected` does not excuse: correct
// clients must give no findings.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include <pint/broker.hpp>

#include "testkit/lint.hpp"

namespace {

using pint::testkit::Lint;
using pint::testkit::Moment;

// What a test of the clients brings about on purpose, or a busy machine by chance.
struct Expected {
  std::string_view rule;
  std::string_view client_id;  // empty: anybody
};
constexpr Expected kExpected[] = {
    {"session-expiry-missing", "0"},  // -c -x 0: mosquitto_sub leaves an interval of 0 out
    {"keep-alive-late", ""},
    {"keep-alive-overrun", ""},
};

bool is_expected(const pint::Finding& finding) {
  return std::any_of(std::begin(kExpected), std::end(kExpected), [&](const Expected& expected) {
    return finding.rule == expected.rule &&
           (expected.client_id.empty() || finding.client_id == expected.client_id);
  });
}

Moment now(std::chrono::steady_clock::time_point begin) {
  return {std::chrono::steady_clock::now() - begin, std::chrono::system_clock::now()};
}

// Tell the port, as pintbroker does.
bool tell_ready(int descriptor, std::uint16_t port) {
  const std::string line = std::to_string(port) + '\n';
  return ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

// Blocks until the process is asked to end.
void wait_for_signal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

int ready_descriptor(int count, char** arguments) {
  for (int i = 1; i + 1 < count; ++i) {
    if (std::string(arguments[i]) == "--ready-fd") return std::atoi(arguments[i + 1]);
  }
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // also in the broker's thread

  Lint lint;
  std::uint64_t sequence = 0;
  const auto begin = std::chrono::steady_clock::now();
  pint::Options options;
  options.listeners = {pint::Listener::tcp(0)};
  options.observe_packets = true;
  options.on_event = [&](const pint::Event& event) { lint.append(event, now(begin), ++sequence); };
  pint::Broker broker(options);
  broker.start();
  if (!tell_ready(ready_descriptor(count, arguments), broker.port())) return EXIT_FAILURE;
  wait_for_signal(signals);
  broker.stop();

  bool clean = sequence > 0;  // otherwise nobody came, and nothing was shown
  for (const pint::Finding& finding : lint.findings()) {
    std::cout << to_string(finding) << '\n';
    clean = clean && is_expected(finding);
  }
  std::cout << sequence << " events\n";
  return clean ? EXIT_SUCCESS : EXIT_FAILURE;
}
