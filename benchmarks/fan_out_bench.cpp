// The engine as a whole, without sockets: bytes in, turn ended, outboxes drained; QoS 1 and 2 with all
// acknowledgements. "message" is the time for each PUBLISH received, "delivery" for each one sent on.
//
//   ./pint_bench --benchmark_filter=Engine
#include <benchmark/benchmark.h>

#include <cstdint>

#include "support/traffic.hpp"

namespace pint::test {
namespace {

using enum ProtocolVersion;
using enum QoS;

void run(benchmark::State& state, const TrafficTerms& terms) {
  Traffic traffic(terms);
  for (int i = 0; i < 100; ++i) traffic.send_round();
  const std::uint64_t rounds_before = traffic.rounds(), deliveries_before = traffic.deliveries();
  for (auto _ : state) traffic.send_round();
  if (traffic.deliveries() != traffic.expected_deliveries())
    state.SkipWithError("not everybody got everything");
  const auto per = [](std::uint64_t count) {
    return benchmark::Counter(static_cast<double>(count),
                              benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  };
  const std::uint64_t messages =
      (traffic.rounds() - rounds_before) * static_cast<std::uint64_t>(terms.publishers);
  state.counters["message"] = per(messages);
  state.counters["delivery"] = per(traffic.deliveries() - deliveries_before);
}

const TrafficTerms kRows[] = {
    {.name = "1_to_1_qos_0"},
    {.name = "1_to_1_qos_0_wildcard", .filters = {"a/+/c"}},
    {.name = "1_to_1_qos_0_v5", .version = v5},
    {.name = "1_to_1_qos_0_v5_properties", .version = v5, .properties = true},
    {.name = "1_to_1_qos_0_v5_identifier", .version = v5, .identifier = 7},
    {.name = "1_to_1_qos_0_10_kB", .payload_bytes = 10'000},
    {.name = "1_to_1_qos_1", .qos = at_least_once},
    {.name = "1_to_1_qos_2", .qos = exactly_once},
    {.name = "1_to_50_qos_0", .subscribers = 50},
    {.name = "1_to_50_qos_0_wildcard", .subscribers = 50, .filters = {"a/+/c"}},
    {.name = "1_to_50_qos_0_overlapping", .subscribers = 50, .filters = {"a/+/c", "a/b/c"}},
    {.name = "1_to_50_qos_0_v5_properties", .version = v5, .subscribers = 50, .properties = true},
    {.name = "1_to_50_qos_0_10_kB", .subscribers = 50, .payload_bytes = 10'000},
    {.name = "1_to_10000_qos_0", .subscribers = 10'000},
    {.name = "1_to_50_qos_1", .qos = at_least_once, .subscribers = 50},
    {.name = "1_to_50_qos_2", .qos = exactly_once, .subscribers = 50},
    {.name = "50_to_1_qos_0", .publishers = 50},
    {.name = "50_to_1_qos_1", .qos = at_least_once, .publishers = 50},
    {.name = "50_to_1_qos_2", .qos = exactly_once, .publishers = 50},
    {.name = "1_to_nobody_qos_0", .subscribers = 0},
    {.name = "1_to_rule_qos_0", .subscribers = 0, .to_rule = true},
    {.name = "1_to_rule_qos_1", .qos = at_least_once, .subscribers = 0, .to_rule = true},
    {.name = "1_to_1_retained", .retain = true},
};

[[maybe_unused]] const bool kRegistered = [] {
  for (const TrafficTerms& row : kRows) {
    benchmark::RegisterBenchmark((std::string("Engine/") + row.name).c_str(),
                                 [&row](benchmark::State& state) { run(state, row); });
  }
  return true;
}();

}  // namespace
}  // namespace pint::test
