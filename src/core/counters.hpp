// Counters: what is counted for Stats and $SYS, and the names of the limits.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <pint/event.hpp>

namespace pint::core {

// The limits of Options whose hits are counted, by the option's name.
enum class Limit : std::uint8_t {
  connections,
  connect_timeout,
  maximum_packet_size,
  receive_maximum,
  topic_alias_maximum,
  queue_messages,
  queue_bytes,
  outbox_bytes,
  hold_publishers,
  subscriptions_per_client,
  retained_messages,
  memory_bytes,
  rule_hops,
};
constexpr std::array<std::string_view, 13> kLimitNames = {
    "connections",     "connect_timeout", "maximum_packet_size", "receive_maximum",
    "topic_alias_maximum", "queue_messages",  "queue_bytes",         "outbox_bytes",
    "hold_publishers", "subscriptions_per_client", "retained_messages", "memory_bytes", "rule_hops"};

constexpr std::size_t kDropCauses = static_cast<std::size_t>(DropCause::memory_full) + 1;

struct Counters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connects_refused = 0;
  std::uint32_t clients_connected = 0;
  std::uint32_t clients_connected_maximum = 0;
  std::uint64_t sessions_expired = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t publishes_received = 0;
  std::uint64_t publishes_sent = 0;
  std::uint64_t publish_bytes_received = 0;  // payloads
  std::uint64_t publish_bytes_sent = 0;
  std::uint64_t rules_called = 0;
  std::uint64_t handlers_failed = 0;
  std::uint64_t protocol_errors = 0;
  std::array<std::uint64_t, kDropCauses> dropped{};
  std::array<std::uint64_t, kLimitNames.size()> limits{};
};

}  // namespace pint::core
