// Wires: an engine and its connections as plain bytes. What goes in is given, what comes out is taken or
// thrown away, one turn at a time, as a host does it. For tests that compare bytes or count allocations, and
// for benchmarks: nothing here decodes, and nothing here allocates while messages pass.
//
// (Scene is for stories: its peers speak the protocol.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine.hpp"
#include "mqtt/packet.hpp"

namespace pint::test {

// The packet's bytes.
[[nodiscard]] Bytes bytes_of(const mqtt::Packet& packet, ProtocolVersion version);
// A CONNECT with clean start, that asks for nothing special.
[[nodiscard]] Bytes connect_bytes(std::string_view client_id, ProtocolVersion version);
// An acknowledgement of success, in the four bytes every version knows. Written anew into the array by each
// call.
struct AcknowledgementBytes {
  std::uint8_t bytes[4] = {0, 2, 0, 0};
  [[nodiscard]] ByteView of(mqtt::PacketType type, std::uint16_t packet_id);
};
// The Packet Identifier the broker uses after this one.
[[nodiscard]] constexpr std::uint16_t next_packet_id(std::uint16_t id) {
  return id == 65'535 ? std::uint16_t{1} : static_cast<std::uint16_t>(id + 1);
}

class Wires {
 public:
  explicit Wires(const core::EngineOptions& options = quiet(), const core::Seams& seams = {})
      : engine_(options, seams) {}

  [[nodiscard]] core::ConnectionId open() { return engine_.open({}, now_); }
  // Open and CONNECT; whatever the broker answers is thrown away.
  core::ConnectionId connect(std::string_view client_id, ProtocolVersion version);
  void subscribe(core::ConnectionId id, std::string_view filter, QoS qos, ProtocolVersion version,
                 std::uint32_t identifier = 0);
  void receive(core::ConnectionId id, ByteView bytes) { engine_.receive(id, bytes, now_); }

  // End the turn: throw away the bytes of all touched connections, close those that are finished, throw away
  // the news. Returns how many bytes there were.
  std::size_t drain();
  // Take the bytes of one connection. Does not end the turn.
  std::string take(core::ConnectionId id);

  [[nodiscard]] core::Engine& engine() { return engine_; }
  [[nodiscard]] Time now() const { return now_; }
  // Rule calls seen by drain().
  [[nodiscard]] std::uint64_t rule_calls() const { return rule_calls_; }

  // Nothing observed, $SYS off.
  static core::EngineOptions quiet();

 private:
  // Consume all that waits for one connection, in order; returns how many bytes.
  template <class Visitor>
  std::size_t empty(core::ConnectionId id, Visitor visit);

  core::Engine engine_;
  Time now_{std::chrono::seconds{1'000}};
  std::uint64_t rule_calls_ = 0;
  std::vector<core::ConnectionId> flushing_;  // kept for its capacity
};

template <class Visitor>
std::size_t Wires::empty(core::ConnectionId id, Visitor visit) {
  std::size_t total = 0;
  std::array<ByteView, 16> pieces;
  core::Outbox* outbox = engine_.outbox(id);
  while (outbox != nullptr && !outbox->empty()) {
    const std::size_t count = outbox->gather(pieces);
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      visit(pieces[i]);
      size += pieces[i].size();
    }
    outbox->consume(size);
    engine_.flushed(id, now_);
    total += size;
  }
  return total;
}

}  // namespace pint::test
