// Scenario start: how long a broker takes from fork to the CONNACK of its first client.
#include <thread>

#include "bench/broker_process.hpp"
#include "bench/connection.hpp"
#include "bench/subject.hpp"

namespace pint::bench {
namespace {

constexpr std::chrono::microseconds kBetweenTries{50};
constexpr std::chrono::milliseconds kIdleAfter{100};

// Wait for the first CONNACK, trying again while nobody listens.
Connection first_connection(BrokerProcess& broker, const Plan& plan) {
  const Clock::time_point deadline = Clock::now() + kAnswerWithin;
  for (;;) {
    try {
      Connection connection(broker.endpoint(), plan.version);
      connection.await_connected("bench/first");
      return connection;
    } catch (const Trouble&) {
      if (Clock::now() > deadline) throw;
    }
    broker.check_alive();
    std::this_thread::sleep_for(kBetweenTries);
  }
}

}  // namespace

void run_start(const Plan& plan, Progress& progress, Report& report) {
  Histogram times;
  std::optional<ProcessReading> idle;
  for (std::uint64_t i = 0; i < plan.repeat; ++i) {
    const std::uint64_t began = nanoseconds_now();
    BrokerProcess broker(plan);
    const Connection connection = first_connection(broker, plan);
    times.add(nanoseconds_now() - began);
    if (i + 1 == plan.repeat) {
      std::this_thread::sleep_for(kIdleAfter);
      idle = ProcessMeter(broker.process()).read();
    }
    progress.tick(Clock::now(), [&] { return std::to_string(i + 1) + " starts"; });
  }
  report.put("starts", "starts", static_cast<double>(times.count())).put_quantiles("start", times);
  if (idle)
    report.put("idle_rss_bytes", "memory with one client, bytes", static_cast<double>(idle->resident_bytes));
}

}  // namespace pint::bench
