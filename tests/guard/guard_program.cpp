// Counts what scenarios cost: pint_guard prints, for each, what a unit costs in allocations, bytes and system
// calls. `pint_guard --one SCENARIO` runs a single one for valgrind, which counts the instructions of
// pint_guard_measured(). Read by tests/guard/guard.
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "guard/scenario.hpp"
#include "guard/system_calls.hpp"
#include "support/allocation_counter.hpp"

namespace {

using namespace pint::test;

constexpr int kWarmRounds = 2'000;  // after them nothing grows any more
constexpr int kRounds = 1'000;
constexpr int kRoundsUnderValgrind = 100;  // which makes a round fifty times as slow

}  // namespace

// The part that is measured. Its name is what valgrind is told.
extern "C" __attribute__((noinline)) void pint_guard_measured(Scenario& scenario, int rounds) {
  for (int i = 0; i < rounds; ++i) scenario.round();
}

namespace {

void print(const ScenarioRow& row, std::string_view metric, std::size_t total, std::size_t units) {
  std::printf("%.*s\t%.*s\t%.3f\n", static_cast<int>(row.name.size()), row.name.data(),
              static_cast<int>(metric.size()), metric.data(),
              static_cast<double>(total) / static_cast<double>(units));
}

void count(const ScenarioRow& row) {
  const std::unique_ptr<Scenario> scenario = row.make();
  for (int i = 0; i < kWarmRounds; ++i) scenario->round();
  const std::vector<std::size_t> calls_before(system_calls().begin(), system_calls().end());
  const std::size_t allocations_before = allocations();
  const std::size_t bytes_before = allocated_bytes();
  pint_guard_measured(*scenario, kRounds);
  const std::size_t allocations_made = allocations() - allocations_before;
  const std::size_t bytes = allocated_bytes() - bytes_before;
  const std::size_t units = kRounds * scenario->units();
  if (row.over_sockets) {  // clients allocate too, so that only the calls are the loop's alone
    for (std::size_t i = 0; i < calls_before.size(); ++i)
      print(row, kSystemCallNames[i], system_calls()[i] - calls_before[i], units);
  } else {
    print(row, "allocations", allocations_made, units);
    print(row, "bytes", bytes, units);
  }
  if (scenario->complete()) return;
  std::fprintf(stderr, "%s: not every message has arrived\n", row.name.data());
  std::exit(1);
}

int run_one(std::string_view name) {
  for (const ScenarioRow& row : engine_scenarios()) {
    if (row.name != name) continue;
    const std::unique_ptr<Scenario> scenario = row.make();
    for (int i = 0; i < kRoundsUnderValgrind; ++i) scenario->round();
    pint_guard_measured(*scenario, kRoundsUnderValgrind);
    std::printf("%zu\n", kRoundsUnderValgrind * scenario->units());
    return scenario->complete() ? 0 : 1;
  }
  std::fprintf(stderr, "there is no such scenario\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.size() == 2 && arguments[0] == "--one") return run_one(arguments[1]);
  if (!arguments.empty()) {
    std::fputs("usage: pint_guard [--one SCENARIO]\n", stderr);
    return 2;
  }
  for (const ScenarioRow& row : engine_scenarios()) count(row);
  for (const ScenarioRow& row : socket_scenarios()) count(row);
  return 0;
}
