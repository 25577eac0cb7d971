// Answers to questions: copies made on the broker thread, safe to keep.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <pint/event.hpp>

namespace pint {

struct SubscriptionState {
  std::string topic_filter;
  QoS qos = QoS::at_most_once;
};

// One client: connected, or away with a Session.
struct ClientState {
  Client client;
  bool connected = false;
  std::vector<SubscriptionState> subscriptions;  // by filter
  std::uint32_t inflight = 0;                    // QoS 1 and 2 messages sent and not yet acknowledged
  std::uint32_t queued = 0;                      // messages waiting in the Session
  std::uint64_t outbox_bytes = 0;
  bool held = false;     // is not read for the moment: somebody it publishes to is full
  bool stalled = false;  // was full for longer than limits.hold_publishers and has not drained since
};

// Counters since start(), and gauges of now.
struct Stats {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connects_refused = 0;
  std::uint32_t clients_connected = 0;
  std::uint32_t clients_connected_maximum = 0;
  std::uint32_t sessions = 0;
  std::uint64_t sessions_expired = 0;
  std::uint32_t subscriptions = 0;
  std::uint32_t retained_messages = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t publishes_received = 0;
  std::uint64_t publishes_sent = 0;
  std::uint64_t rules_called = 0;
  std::uint64_t handlers_failed = 0;
  std::uint64_t protocol_errors = 0;
  std::uint64_t memory_bytes = 0;  // message bytes held: queues, retained, outboxes, unfinished packets
  struct Dropped {
    DropCause cause;
    std::uint64_t count;
  };
  std::vector<Dropped> dropped;  // one row for each cause
  struct LimitHit {
    std::string limit;
    std::uint64_t count;
  };
  std::vector<LimitHit> limits;  // one row for each limit
};

}  // namespace pint
