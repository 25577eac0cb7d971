// Scenario: one way to overload a broker or to be hostile to it. The broker runs in a process of its own, so
// that its memory can be measured; the driver does to it, over real sockets, what the scenario says.
//
//   driver process                                     broker process (the same executable, with --serve)
//   Stage ── sockets: Crowd, WireClient, Bystander ──▶ pint::Broker, rules with actions
//     └───── control socket: counters, clock ────────▶ answers one question at a time
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pint/options.hpp>

namespace pint::overload {

class Stage;

// ci: small enough for each run of the suite. full: what docs/reliability.md tells.
enum class Scale : std::uint8_t { ci, full };

// The broker before it starts.
struct Setup {
  Scale scale = Scale::ci;
  Options options = {};
  std::vector<std::string> rules = {};  // FILTER=ACTION, as in --rule
  std::uint64_t descriptors = 0;        // its limit of descriptors; 0: as many as the system allows
};

struct Scenario {
  std::string_view name;
  void (*prepare)(Setup& setup);  // in the broker's process; may be null
  void (*run)(Stage& stage);      // in the driver's
};

[[nodiscard]] std::span<const Scenario> scenarios();

// The folder's scenarios, one file for each kind.
void idle_connections(Stage& stage);
void connections_at_once(Stage& stage);
void silent_connections(Stage& stage);
void byte_by_byte(Stage& stage);
void unread_messages(Stage& stage);
void unread_acknowledgements(Stage& stage);
void slow_subscriber(Stage& stage);
void announced_packet(Stage& stage);
void packet_over_limit(Stage& stage);
void long_topic(Stage& stage);
void deep_topic(Stage& stage);
void descriptors_exhausted(Stage& stage);
void memory_limit(Stage& stage);
void retained_messages(Stage& stage);
void subscriptions(Stage& stage);
void wildcard_bomb(Stage& stage);
void rule_loop(Stage& stage);
void throwing_handler(Stage& stage);
void full_disk(Stage& stage);
void dead_command(Stage& stage);
void clock_jump(Stage& stage);

}  // namespace pint::overload
