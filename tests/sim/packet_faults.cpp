#include "sim/packet_faults.hpp"

#include <chrono>

namespace pint::sim {

using namespace std::chrono_literals;

void PacketFaults::give(core::Return packet, std::vector<core::Return>& returns) {
  if (packet.direction == Direction::received) handled_.push_back({packet.connection, packet.bytes});
  returns.push_back(std::move(packet));
}

bool PacketFaults::take(const core::PassingPacket& packet, Time now, std::vector<core::Return>& returns) {
  const Bytes bytes(packet.bytes.begin(), packet.bytes.end());
  const bool received = packet.direction == Direction::received;
  if (!received) sent_.push_back({packet.connection, bytes});
  const std::uint64_t fate = calm_ ? 99 : chance_.below(100);
  core::Return whole{.connection = packet.connection, .direction = packet.direction, .bytes = bytes};
  if (fate == 0) return true;  // lost
  if (fate == 1) {             // twice
    give(whole, returns);
    give(std::move(whole), returns);
    return true;
  }
  if (fate == 2) {
    delayed_.emplace(now + chance_.below(3'000) * 1ms, std::move(whole));
    return true;
  }
  if (received) handled_.push_back({packet.connection, bytes});
  return false;
}

std::optional<Time> PacketFaults::next_deadline() const {
  if (delayed_.empty()) return {};
  return delayed_.begin()->first;
}

void PacketFaults::tick(Time now, std::vector<core::Return>& returns) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    give(std::move(delayed_.begin()->second), returns);
    delayed_.erase(delayed_.begin());
  }
}

void PacketFaults::ended(core::ConnectionId connection) {
  std::erase_if(delayed_, [connection](const auto& each) { return each.second.connection == connection; });
}

}  // namespace pint::sim
