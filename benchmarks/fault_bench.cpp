// What faults cost the packets they are not for: the fan-out of fan_out_bench.cpp without an interceptor, as
// every broker without faults runs; with a plan that has none; with a fault for another packet type; and with
// one for PUBLISH that does not match, so that every packet is decoded.
//
//   ./pint_bench --benchmark_filter=Faults
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>

#include "support/traffic.hpp"
#include "testkit/fault_plan.hpp"

namespace pint::test {
namespace {

enum class Installed { no_interceptor, no_fault, for_another_type, that_does_not_match };

struct Row {
  const char* name;
  Installed installed;
};

constexpr Row kRows[] = {
    {"no_interceptor", Installed::no_interceptor},
    {"plan_without_faults", Installed::no_fault},
    {"fault_for_another_type", Installed::for_another_type},
    {"fault_that_does_not_match", Installed::that_does_not_match},
};

void install(testkit::FaultPlan& plan, Installed installed) {
  if (installed == Installed::for_another_type) {
    plan.add({.on = sent(PacketType::pingresp), .action = drop()});
  } else if (installed == Installed::that_does_not_match) {
    plan.add({.on = sent(PacketType::publish).client("nobody"), .action = drop()});
  }
}

void run(benchmark::State& state, const TrafficTerms& terms, Installed installed) {
  testkit::FaultPlan plan(1, [](const testkit::AppliedFault&, Time) {});
  Traffic traffic(terms);
  install(plan, installed);
  if (installed != Installed::no_interceptor) traffic.engine().set_interceptor(&plan);
  for (int i = 0; i < 100; ++i) traffic.send_round();
  const std::uint64_t before = traffic.deliveries();
  for (auto _ : state) traffic.send_round();
  if (traffic.deliveries() != traffic.expected_deliveries())
    state.SkipWithError("not everybody got everything");
  state.counters["delivery"] = benchmark::Counter(static_cast<double>(traffic.deliveries() - before),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

const TrafficTerms kTraffic[] = {
    {.name = "1_to_1_qos_0"},
    {.name = "1_to_1_qos_1", .qos = QoS::at_least_once},
    {.name = "1_to_50_qos_0", .subscribers = 50},
};

[[maybe_unused]] const bool kRegistered = [] {
  for (const TrafficTerms& terms : kTraffic) {
    for (const Row& row : kRows) {
      benchmark::RegisterBenchmark((std::string("Faults/") + terms.name + "/" + row.name).c_str(),
                                   [&](benchmark::State& state) { run(state, terms, row.installed); });
    }
  }
  return true;
}();

}  // namespace
}  // namespace pint::test
