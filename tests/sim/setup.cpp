#include "sim/setup.hpp"

#include <chrono>

#include "sim/chance.hpp"

namespace pint::sim {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string_view name_of(Faults faults) {
  return faults == Faults::off ? "off" : faults == Faults::light ? "light" : "heavy";
}

core::EngineOptions engine_options(const Setup& setup) {
  Chance chance(setup.seed * 3 + 1);
  core::EngineOptions options;
  options.seed = setup.seed;
  options.observed = {.lifecycle = true, .messages = true, .packets = false};
  options.sys_interval = Duration::zero();
  Limits& limits = options.limits;
  limits.session_expiry_maximum = seconds{600};  // so that every run has an end
  limits.inflight = chance.pick<std::uint16_t>({1, 3, 10, 1'000});
  limits.queue_messages = chance.pick<std::uint32_t>({2, 10, 1'000});
  limits.queue_bytes = chance.pick<std::size_t>({3'000, 1u << 20});
  limits.outbox_bytes = chance.pick<std::size_t>({2'000, 10'000, 1u << 20});
  limits.receive_maximum = chance.pick<std::uint16_t>({2, 5, 65'535});
  limits.topic_alias_maximum = chance.pick<std::uint16_t>({0, 2, 128});
  limits.outgoing_topic_aliases = chance.pick<std::uint16_t>({0, 2, 128});
  limits.subscriptions_per_client = chance.pick<std::uint32_t>({3, 1'000});
  limits.retained_messages = chance.pick<std::uint32_t>({3, 1'000});
  if (chance.one_in(4)) limits.connections = setup.clients;
  if (chance.one_in(4)) limits.maximum_packet_size = 1'500;
  if (chance.one_in(4)) limits.keep_alive_maximum = seconds{15};
  if (chance.one_in(6)) limits.memory_bytes = 150'000;
  limits.hold_publishers =
      chance.pick<milliseconds>({milliseconds{0}, milliseconds{50}, milliseconds{1'000}});
  return options;
}

bool has_packet_faults(const Setup& setup) { return setup.faults == Faults::heavy && setup.seed % 2 == 0; }

}  // namespace pint::sim
