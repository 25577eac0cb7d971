// TestBrokers: how many may a suite have? Each starts, serves a client (CONNECT, PUBLISH, the record of it,
// goodbye) and stops. And what it costs a message that everything is written down.
//
//   ./pint_test_broker_bench
#include <benchmark/benchmark.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <pint/testkit.hpp>

#include "mqtt/encode.hpp"
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

// CPU time of the broker thread, asked there.
std::chrono::nanoseconds cpu_time(Broker& broker) {
  std::chrono::nanoseconds time{};
  const AddedRule rule = broker.add_rule("cpu", [&](const Message&) {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    time = std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
  });
  broker.publish("cpu", "");
  static_cast<void>(broker.stats());  // the turn that calls the rule has begun …
  static_cast<void>(broker.stats());  // … and is over
  broker.remove_rule(rule.id);
  return time;
}

// What a message from one client to another costs the broker thread, in batches of a thousand.
void exchange(benchmark::State& state, Broker& broker) {
  constexpr int kMessages = 1'000;
  WireClient client(broker.port());
  client.connect("client");
  client.subscribe("a/b");
  Bytes batch;
  for (int i = 0; i < kMessages; ++i) {
    mqtt::encode(batch, mqtt::Publish{.topic = "a/b", .payload = as_bytes("21.5")}, ProtocolVersion::v5);
  }
  for (auto _ : state) {
    const std::chrono::nanoseconds before = cpu_time(broker);
    client.send(ByteView(batch));
    for (int i = 0; i < kMessages; ++i) client.expect<mqtt::Publish>();
    state.SetIterationTime(std::chrono::duration<double>(cpu_time(broker) - before).count());
  }
  state.counters["message"] = benchmark::Counter(static_cast<double>(state.iterations()) * kMessages,
                                                 benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void message_through_a_broker(benchmark::State& state) {
  Broker broker({.listeners = {Listener::tcp(0)}});
  broker.start();
  exchange(state, broker);
}
BENCHMARK(message_through_a_broker)->Unit(benchmark::kMicrosecond)->UseManualTime();

void message_through_a_test_broker(benchmark::State& state) {
  TestBroker broker;
  exchange(state, broker.broker());
}
BENCHMARK(message_through_a_test_broker)->Unit(benchmark::kMicrosecond)->UseManualTime();

}  // namespace
}  // namespace pint::test
