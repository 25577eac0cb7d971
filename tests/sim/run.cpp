#include "sim/run.hpp"

#include "sim/violation.hpp"
#include "sim/world.hpp"

namespace pint::sim {

Outcome run(const Setup& setup, const Schedule& schedule) {
  World world(setup);
  Outcome outcome;
  try {
    world.run(schedule);
  } catch (const Violation& violation) {
    const auto since = std::chrono::duration<double>(world.now().time_since_epoch()).count();
    outcome.violation = std::string(violation.what()) + " (at " + std::to_string(since) + " s, input " +
                        std::to_string(world.inputs()) + ")";
  }
  outcome.inputs = world.inputs();
  outcome.trace = world.trace();
  return outcome;
}

}  // namespace pint::sim
