// Scenario connects: clients come in waves; each connects, gets its CONNACK and disconnects.
#include <algorithm>
#include <vector>

#include "bench/connection.hpp"
#include "bench/subject.hpp"

namespace pint::bench {
namespace {

// One wave, whose first client has the number `first`.
void connect_wave(const Subject& subject, std::uint64_t first, std::uint64_t count, Histogram& connack) {
  std::vector<Connection> wave;
  std::vector<std::uint64_t> began;
  for (std::uint64_t i = first; i < first + count; ++i) {
    began.push_back(nanoseconds_now());
    wave.emplace_back(subject.endpoint, subject.plan.version, i);
    wave.back().put_connect(subject.prefix + '/' + std::to_string(i), true, 0);
    wave.back().flush();
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    wave[i].await_sent();
    const auto answer = wave[i].await<mqtt::Connack>(PacketType::connack, subject.plan.patience);
    if (!answer || answer->reason != ReasonCode::success) throw Trouble("a connection was not accepted");
    connack.add(nanoseconds_now() - began[i]);
    wave[i].put(mqtt::Disconnect{}).flush();
  }
}

}  // namespace

void run_connects(Subject& subject, Report& report) {
  const Plan& plan = subject.plan;
  Histogram connack;
  connect_wave(subject, 0, std::min(plan.concurrency, plan.connections), connack);  // to warm up
  connack.clear();
  Measurement measured(subject);
  for (std::uint64_t made = 0; made < plan.connections; made += plan.concurrency) {
    connect_wave(subject, made, std::min(plan.concurrency, plan.connections - made), connack);
    subject.progress.tick(Clock::now(),
                          [&] { return with_commas(static_cast<double>(made)) + " connections"; });
  }
  measured.end();
  const auto count = static_cast<double>(connack.count());
  report.put("connections", "connections", count)
      .put("connections_per_second", "connections a second", count / measured.seconds());
  if (measured.known()) {
    report.put("cpu_us_per_connection", "broker's CPU, µs/connection", measured.cpu_ns() / count / 1e3, 2);
  }
  report.put_quantiles("connack", connack);
}

}  // namespace pint::bench
