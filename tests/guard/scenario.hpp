// Scenarios of the guard: fixed pieces of work whose cost is counted. Each does the same again and again, so
// that a count over many rounds divides into what one unit, a message or a connection, costs.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace pint::test {

class Scenario {
 public:
  virtual ~Scenario() = default;
  virtual void round() = 0;
  // Messages published and gone to their ends in one round; where there are none, connections.
  [[nodiscard]] virtual std::size_t units() const { return 1; }
  // Whether all messages have come to where they were to come: the path is the one that is meant.
  [[nodiscard]] virtual bool complete() { return true; }
};

struct ScenarioRow {
  std::string_view name;
  std::unique_ptr<Scenario> (*make)();
  bool over_sockets = false;
};

// With an engine alone, and with what stands around it in a broker.
[[nodiscard]] std::span<const ScenarioRow> engine_scenarios();
// With a loop and clients on loopback.
[[nodiscard]] std::span<const ScenarioRow> socket_scenarios();

}  // namespace pint::test
