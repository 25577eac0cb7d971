#include "testkit/kept_packets.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace pint::testkit {

Time KeptPackets::keep(Time due, KeptPacket packet) {
  PINT_ASSERT(has_room(packet.packet.bytes.size()));
  if (packet.in_order) {
    Time& last = last_in_order_[{packet.packet.connection, packet.packet.direction}];
    due = last = std::max(last, due);
  }
  bytes_ += packet.packet.bytes.size();
  by_due_.emplace(std::pair{due, sequence_++}, std::move(packet));
  return due;
}

std::optional<Time> KeptPackets::next_due() const {
  if (by_due_.empty() || by_due_.begin()->first.first == kNever) return std::nullopt;
  return by_due_.begin()->first.first;
}

std::optional<KeptPacket> KeptPackets::take_due(Time now) {
  const auto first = by_due_.begin();
  if (first == by_due_.end() || first->first.first > now) return std::nullopt;
  return take(first);
}

std::optional<KeptPacket> KeptPackets::take(std::uint64_t fault, core::ConnectionId connection,
                                            Direction direction) {
  const auto found = std::ranges::find_if(by_due_, [&](const auto& kept) {
    const core::Return& packet = kept.second.packet;
    return kept.second.fault == fault && packet.connection == connection && packet.direction == direction;
  });
  if (found == by_due_.end()) return std::nullopt;
  return take(found);
}

std::size_t KeptPackets::make_due(std::uint64_t fault, Time due) {
  std::vector<KeptPacket> released;
  for (auto at = by_due_.begin(); at != by_due_.end();) {
    const auto next = std::next(at);
    if (at->second.fault == fault && !at->second.delayed) released.push_back(take(at));
    at = next;
  }
  const std::size_t count = released.size();
  for (KeptPacket& packet : released) keep(due, std::move(packet));
  return count;
}

std::vector<KeptPacket> KeptPackets::take_all(core::ConnectionId connection) {
  std::vector<KeptPacket> taken;
  for (auto at = by_due_.begin(); at != by_due_.end();) {
    const auto next = std::next(at);
    if (at->second.packet.connection == connection) taken.push_back(take(at));
    at = next;
  }
  for (const Direction direction : {Direction::received, Direction::sent}) {
    last_in_order_.erase({connection, direction});
  }
  return taken;
}

std::size_t KeptPackets::count(std::uint64_t fault) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(by_due_, [&](const auto& kept) { return kept.second.fault == fault; }));
}

KeptPacket KeptPackets::take(ByDue::iterator at) {
  KeptPacket packet = std::move(at->second);
  bytes_ -= packet.packet.bytes.size();
  by_due_.erase(at);
  return packet;
}

}  // namespace pint::testkit
