// The engine, driven by a script (play.hpp). After each step it must have kept its promises, and at the end
// nothing may be left of what was.
#include "fuzz/engine_world.hpp"
#include "fuzz/meddler.hpp"
#include "fuzz/play.hpp"

namespace pint::fuzz {

void try_input(ByteView input) {
  Reader script(input);
  const core::EngineOptions options = scripted_options(script);
  const unsigned manner = script.u8();
  Doorkeeper doorkeeper;
  Meddler meddler(static_cast<std::uint8_t>(manner >> 3));
  EngineWorld world(options, {.policy = (manner & 1) != 0 ? &doorkeeper : nullptr,
                              .interceptor = (manner & 4) != 0 ? &meddler : nullptr});
  play(script, world);
  if ((manner & 2) != 0) {
    world.engine().shut_down(ReasonCode::server_shutting_down, world.now());
    world.settle();
    return;
  }
  world.end();
}

}  // namespace pint::fuzz
