// Traffic: one message after another from publishers through an engine to subscribers, acknowledged by
// everybody as it should be. Once begun it allocates nothing of its own, so that what is counted or measured
// is the engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "support/wires.hpp"

namespace pint::test {

struct TrafficTerms {
  const char* name = "";
  ProtocolVersion version = ProtocolVersion::v3_1_1;
  QoS qos = QoS::at_most_once;
  int publishers = 1;
  int subscribers = 1;
  std::vector<const char*> filters = {"a/b/c"};  // of each subscriber; the topic is a/b/c
  bool properties = false;                       // content type, expiry and a User Property
  std::uint32_t identifier = 0;                  // Subscription Identifier
  std::size_t payload_bytes = 64;
  bool to_rule = false;                          // one more receiver is a rule
  bool retain = false;
};

class Traffic {
 public:
  explicit Traffic(const TrafficTerms& terms);

  // Every publisher publishes once; then every handshake goes to its end.
  void send_round();

  [[nodiscard]] core::Engine& engine() { return wires_.engine(); }
  [[nodiscard]] std::uint64_t rounds() const { return rounds_; }
  // What clients and rules must have been given, and what they were given, since the beginning.
  [[nodiscard]] std::uint64_t expected_deliveries() const;
  [[nodiscard]] std::uint64_t deliveries();

 private:
  void acknowledge_as_subscriber(core::ConnectionId subscriber, std::uint16_t id);

  TrafficTerms terms_;
  Wires wires_;
  Bytes packet_;
  std::vector<core::ConnectionId> publishers_;
  std::vector<core::ConnectionId> subscribers_;
  AcknowledgementBytes acknowledgement_;
  std::uint16_t last_id_ = 0;  // that subscribers were sent; the publishers' ids are always 1
  std::uint64_t rounds_ = 0;
};

}  // namespace pint::test
