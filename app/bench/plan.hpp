// Plan: what one benchmark is to do, as the command line says it. Plain values; nothing here acts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pint/message.hpp>

namespace pint::bench {

enum class Scenario : std::uint8_t {
  throughput,
  latency,
  connects,
  idle,
  subscriptions,
  retained,
  queues,
  start,
};
constexpr std::size_t kScenarios = 8;

// A broker's address: always on loopback.
struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};

struct Plan {
  Scenario scenario = Scenario::throughput;
  std::optional<Endpoint> broker;    // nothing: one is started
  std::vector<std::string> command;  // what to start; empty: this executable

  // Who sends to whom: `pairs` publishers with a subscriber each; or, where it is 0, every subscriber gets
  // what every publisher sends.
  std::uint64_t pairs = 0;
  std::uint64_t publishers = 1;
  std::uint64_t subscribers = 1;
  ProtocolVersion version = ProtocolVersion::v3_1_1;
  QoS qos = QoS::at_most_once;
  std::uint64_t payload_bytes = 64;

  // How fast: messages a second in all on a fixed schedule, or (0) as the window allows. The window is how
  // many may be on their way in all, 0: no bound.
  std::uint64_t rate = 0;
  std::uint64_t window = 4'096;
  std::uint64_t inflight = 100;       // QoS 1 and 2: not yet acknowledged, for each publisher
  std::uint64_t subscriber_rate = 0;  // messages a second a subscriber reads; 0: as they come
  bool spin = false;                  // never sleep: no wake-up of ours is in a latency

  // How long: a number of messages, or else a time.
  std::uint64_t messages = 0;
  std::chrono::milliseconds duration{3'000};
  std::uint64_t warm_up = 1'000;              // messages before it counts
  std::chrono::milliseconds patience{5'000};  // without any progress, then the rest is lost

  std::uint64_t connections = 0;
  std::uint64_t concurrency = 50;
  std::uint64_t filters = 0;  // Topic Filters in all, or for each connection of `idle`
  std::string filter_kind = "exact";
  std::uint64_t repeat = 3;
  std::chrono::milliseconds hold{2'000};

  std::uint64_t process = 0;  // of the broker; 0: found out
  bool pin = false;
  bool json = false;
  bool quiet = false;

  [[nodiscard]] std::uint64_t publisher_count() const { return pairs != 0 ? pairs : publishers; }
  [[nodiscard]] std::uint64_t subscriber_count() const { return pairs != 0 ? pairs : subscribers; }
};

}  // namespace pint::bench
