// Start a broker if there is none, run the scenario, print.
#include "bench/bench.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "base/random.hpp"
#include "bench/broker_process.hpp"
#include "bench/command_line.hpp"
#include "bench/subject.hpp"
#include "bench/trouble.hpp"

namespace pint::bench {
namespace {

constexpr int kDone = 0;
constexpr int kNotRight = 1;
constexpr int kCannot = 2;

// Both ends of each connection are descriptors, and a broker we start inherits the limit.
void raise_descriptor_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  constexpr rlim_t kWanted = 250'000;
  const rlimit more{.rlim_cur = std::max(files.rlim_max, kWanted),
                    .rlim_max = std::max(files.rlim_max, kWanted)};
  if (::setrlimit(RLIMIT_NOFILE, &more) == 0) return;  // root may
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

std::string unique_prefix() {
  Random random(nanoseconds_now() ^ static_cast<std::uint64_t>(::getpid()) << 32);
  char text[16];
  std::snprintf(text, sizeof text, "bench/%08x", static_cast<unsigned>(random.below(1ULL << 32)));
  return text;
}

ProcessMeter meter_of(const Plan& plan, const BrokerProcess* started) {
  if (plan.process != 0) return ProcessMeter(static_cast<pid_t>(plan.process));
  if (started != nullptr) return ProcessMeter(started->process());
  return ProcessMeter(process_that_listens(*plan.broker).value_or(0));
}

void run_scenario(Subject& subject, Report& report) {
  switch (subject.plan.scenario) {
    case Scenario::throughput:
    case Scenario::latency: return run_traffic(subject, report);
    case Scenario::connects: return run_connects(subject, report);
    case Scenario::idle: return run_idle(subject, report);
    case Scenario::subscriptions: return run_subscriptions(subject, report);
    case Scenario::retained: return run_retained(subject, report);
    case Scenario::queues: return run_queues(subject, report);
    case Scenario::start: return;  // has no broker yet
  }
}

void measure(const Plan& plan, Progress& progress, Report& report) {
  if (plan.pin) pin_to(1);
  report.put("scenario", "scenario", name_of(plan.scenario));
  if (plan.scenario == Scenario::start) return run_start(plan, progress, report);
  std::unique_ptr<BrokerProcess> started;
  if (!plan.broker || !plan.command.empty()) {
    started = std::make_unique<BrokerProcess>(plan);
    started->await_ready();
  }
  Subject subject{.plan = plan,
                  .endpoint = started ? started->endpoint() : *plan.broker,
                  .meter = meter_of(plan, started.get()),
                  .progress = progress,
                  .prefix = unique_prefix()};
  if (subject.meter.process() != 0)
    report.put("pid", "broker's process", std::to_string(subject.meter.process()));
  run_scenario(subject, report);
}

int complain(const std::string& sentence, int code) {
  std::fprintf(stderr, "pintbroker bench: %s\n", sentence.c_str());
  return code;
}

int print(const std::string& text, int code) {
  return std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0 ? kCannot : code;
}

}  // namespace

int run(std::span<const char* const> words) {
  const CommandLine line = parse_command_line(words);
  if (line.help) return print(help_text(), kDone);
  if (!line.problem.empty()) return complain(line.problem, kCannot);
  ::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  Report report;
  try {
    Progress progress(line.plan.quiet);
    measure(line.plan, progress, report);
  } catch (const Trouble& trouble) {
    return complain(trouble.what(), kCannot);
  }
  return print(line.plan.json ? report.json() : report.table(), report.complete() ? kDone : kNotRight);
}

}  // namespace pint::bench
