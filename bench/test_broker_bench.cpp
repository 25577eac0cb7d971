// TestBrokers: how many may a suite have? Each starts, serves a client (CONNECT, PUBLISH, the record of it,
// goodbye) and stops.
//
//   ./pint_test_broker_bench
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include <pint/testkit.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

void serve(TestBroker& broker) {
  WireClient client(broker.port());
  client.connect("client");
  client.publish("a/b", "1");
  broker.await(published("a/b"));
}

void one_after_the_other(benchmark::State& state) {
  for (auto _ : state) {
    TestBroker broker;
    serve(broker);
  }
}
BENCHMARK(one_after_the_other)->Unit(benchmark::kMicrosecond)->UseRealTime();

void start_and_stop(benchmark::State& state) {
  for (auto _ : state) TestBroker broker;
}
BENCHMARK(start_and_stop)->Unit(benchmark::kMicrosecond)->UseRealTime();

// All of them at once: the last has started before the first stops.
void two_hundred(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<std::unique_ptr<TestBroker>> brokers(200);
    for (auto& broker : brokers) broker = std::make_unique<TestBroker>();
    for (auto& broker : brokers) serve(*broker);
  }
}
BENCHMARK(two_hundred)->Unit(benchmark::kMillisecond)->UseRealTime();

void settle(benchmark::State& state) {
  TestBroker broker;
  for (auto _ : state) broker.settle();
}
BENCHMARK(settle)->Unit(benchmark::kMicrosecond)->UseRealTime();

// A day of broker time with a deadline in each hour.
void advance_a_day(benchmark::State& state) {
  TestBroker broker;
  WireClient watcher(broker.port());
  watcher.connect("watcher");
  for (auto _ : state) {
    for (int hour = 1; hour <= 24; ++hour) {
      Message message{.topic = "retained/" + std::to_string(hour), .payload = "1", .retain = true};
      message.properties.message_expiry = std::chrono::hours{hour};
      broker.publish(std::move(message));
    }
    broker.advance(std::chrono::hours{24});
  }
}
BENCHMARK(advance_a_day)->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace
}  // namespace pint::test
