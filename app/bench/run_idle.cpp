// Scenario idle: what connections cost that are there and do nothing, and whether they are still alive then.
#include <thread>
#include <vector>

#include "bench/connect_many.hpp"
#include "bench/subject.hpp"

namespace pint::bench {
namespace {

std::vector<Connection> connect_all(Subject& subject) {
  return connect_many(subject, subject.plan.connections, [&](std::uint64_t i) {
    ClientPlan client{.client_id = subject.prefix + '/' + std::to_string(i), .topic_filters = {}};
    for (std::uint64_t filter = 0; filter < subject.plan.filters; ++filter)
      client.topic_filters.push_back(client.client_id + '/' + std::to_string(filter));
    return client;
  });
}

}  // namespace

void run_idle(Subject& subject, Report& report) {
  const Plan& plan = subject.plan;
  // What the first connection costs is not what each costs.
  Connection first(subject.endpoint, plan.version);
  first.await_connected(subject.prefix + "/first");
  first.await_subscribed({subject.prefix + "/first"}, QoS::at_most_once);
  Measurement opening(subject);
  std::vector<Connection> connections = connect_all(subject);
  opening.end();

  Measurement holding(subject);
  std::this_thread::sleep_for(plan.hold);
  holding.end();

  std::uint64_t silent = 0;
  for (Connection& connection : connections) silent += connection.await_ping(plan.patience) ? 0 : 1;
  const auto count = static_cast<double>(plan.connections);
  report.put("connections", "connections", count)
      .put("filters", "Topic Filters of each", static_cast<double>(plan.filters));
  if (holding.known()) {
    report.put("bytes_per_connection", "broker's memory, bytes/connection", opening.grown_bytes() / count, 1)
        .put("rss_bytes", "broker's memory, bytes", static_cast<double>(holding.after().resident_bytes))
        .put("cpu_us_per_connection", "broker's CPU, µs/connection", opening.cpu_ns() / count / 1e3, 2)
        .put("wake_ups_per_second", "wake-ups a second while idle", holding.wake_ups() / holding.seconds(), 1)
        .put("idle_cpu_percent", "broker's CPU while idle, %", holding.cpu_ns() / holding.seconds() / 1e7, 3);
  }
  if (silent != 0)
    report.problem("connections that do not answer PINGREQ: " + with_commas(static_cast<double>(silent)));
}

}  // namespace pint::bench
