// What a subscription, a retained message and an idle client cost in memory, by the million. The figure
// is what the allocator has given out, its own overhead included; "metered" is what the engine counts for its
// limits.
//
//   ./pint_bench --benchmark_filter=Memory
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <string>

#include "support/wires.hpp"

namespace pint::test {
namespace {

using enum ProtocolVersion;

constexpr int kUnits = 1'000'000;
constexpr int kPerSession = 10'000;

std::size_t heap_bytes() {
  const auto figures = mallinfo2();
  return figures.uordblks + figures.hblkhd;
}

std::string topic_of(int number) {
  return "site/" + std::to_string(number / 100) + "/device/" + std::to_string(number) + "/state";
}

// Fill an engine once, and tell what a unit cost.
template <class Fill>
void measure(benchmark::State& state, int units, Fill fill) {
  for (auto _ : state) {
    const std::size_t before = heap_bytes();
    Wires wires;
    const std::uint64_t made = fill(wires);
    if (made != static_cast<std::uint64_t>(units)) state.SkipWithError("not every unit was made");
    state.counters["bytes_each"] = static_cast<double>(heap_bytes() - before) / units;
    state.counters["metered_each"] = static_cast<double>(wires.engine().stats().memory_bytes) / units;
  }
}

// A hundred Sessions with ten thousand filters each; `filter_of` gives them.
template <class FilterOf>
void subscribe_all(benchmark::State& state, FilterOf filter_of) {
  measure(state, kUnits, [&](Wires& wires) {
    core::ConnectionId client;
    for (int i = 0; i < kUnits; ++i) {
      if (i % kPerSession == 0) client = wires.connect("client-" + std::to_string(i), v3_1_1);
      wires.subscribe(client, filter_of(i), QoS::at_most_once, v3_1_1);
    }
    return std::uint64_t{wires.engine().stats().subscriptions};
  });
}

void MemorySubscriptionsExact(benchmark::State& state) { subscribe_all(state, topic_of); }
void MemorySubscriptionsWildcard(benchmark::State& state) {
  subscribe_all(state, [](int number) { return topic_of(number) + "/#"; });
}
// Ten thousand filters with a hundred receivers each.
void MemorySubscriptionsCommon(benchmark::State& state) {
  subscribe_all(state, [](int number) { return topic_of(number % kPerSession); });
}

void MemoryRetained(benchmark::State& state) {
  measure(state, kUnits, [](Wires& wires) {
    const core::ConnectionId publisher = wires.connect("publisher", v3_1_1);
    for (int i = 0; i < kUnits; ++i) {
      wires.receive(publisher, bytes_of(mqtt::Publish{.retain = true, .topic = topic_of(i),
                                                      .payload = as_bytes("on, 21.5 degrees")},
                                        v3_1_1));
    }
    return std::uint64_t{wires.engine().stats().retained_messages};
  });
}

void MemoryIdleClients(benchmark::State& state) {
  constexpr int kClients = 100'000;
  measure(state, kClients, [](Wires& wires) {
    for (int i = 0; i < kClients; ++i) wires.connect("client-" + std::to_string(i), v5);
    return std::uint64_t{wires.engine().stats().clients_connected};
  });
}

BENCHMARK(MemorySubscriptionsExact)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(MemorySubscriptionsWildcard)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(MemorySubscriptionsCommon)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(MemoryRetained)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(MemoryIdleClients)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pint::test
