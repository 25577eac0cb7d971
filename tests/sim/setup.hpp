// Setup: what a run of the simulator is made from. Everything else follows from it, and so from the seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/engine_options.hpp"

namespace pint::sim {

// off: clients come, go and are slow. light: connections are cut at any byte, clients vanish, forget and
// misbehave, the broker restarts. heavy: bytes are corrupted, too, and packets lost, repeated and delayed.
enum class Faults : std::uint8_t { off, light, heavy };
[[nodiscard]] std::string_view name_of(Faults faults);

struct Setup {
  std::uint64_t seed = 1;
  std::size_t steps = 400;  // actions; each makes several inputs of the engine
  unsigned clients = 8;
  Faults faults = Faults::light;
  bool show = false;  // print what passes
};

// Limits small enough to be hit, some of them in each run.
[[nodiscard]] core::EngineOptions engine_options(const Setup& setup);
// Packets go through an interceptor.
[[nodiscard]] bool has_packet_faults(const Setup& setup);

}  // namespace pint::sim
