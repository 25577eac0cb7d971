#include "core/inflight.hpp"

#include <utility>

#include "base/assert.hpp"

namespace pint::core {
namespace {

using mqtt::PacketType;

// waits for, receives, failure -> next, reply
struct Row {
  Awaiting awaiting;
  PacketType received;
  bool failed;
  Transition transition;
};

constexpr Row kTransitions[] = {
    {Awaiting::puback,
     PacketType::puback,
     false,
     {Awaiting::nothing, Transition::Reply::none}},  // [MQTT-4.3.2-3]
    {Awaiting::puback,
     PacketType::puback,
     true,
     {Awaiting::nothing, Transition::Reply::none}},  // [MQTT-4.4.0-2]
    {Awaiting::pubrec,
     PacketType::pubrec,
     false,
     {Awaiting::pubcomp, Transition::Reply::pubrel}},  // [MQTT-4.3.3-4]
    {Awaiting::pubrec,
     PacketType::pubrec,
     true,
     {Awaiting::nothing, Transition::Reply::none}},  // [MQTT-4.4.0-2]
    // PUBREC again: the client answers a PUBLISH that was resent while its first PUBREC was under way.
    {Awaiting::pubcomp, PacketType::pubrec, false, {Awaiting::pubcomp, Transition::Reply::pubrel}},
    {Awaiting::pubcomp, PacketType::pubrec, true, {Awaiting::nothing, Transition::Reply::none}},
    {Awaiting::pubcomp,
     PacketType::pubcomp,
     false,
     {Awaiting::nothing, Transition::Reply::none}},  // [MQTT-4.3.3-5]
    {Awaiting::pubcomp, PacketType::pubcomp, true, {Awaiting::nothing, Transition::Reply::none}},
};

constexpr std::uint16_t next_id(std::uint16_t id) {
  return id == 65'535 ? std::uint16_t{1} : static_cast<std::uint16_t>(id + 1);
}

// How many steps of next_id lead from one id to another.
constexpr std::size_t distance(std::uint16_t from, std::uint16_t to) {
  return to >= from ? to - from : to + std::size_t{65'535} - from;
}

}  // namespace

std::optional<Transition> transition_for(Awaiting awaiting, PacketType received, bool failed) {
  for (const Row& row : kTransitions) {
    if (row.awaiting == awaiting && row.received == received && row.failed == failed) return row.transition;
  }
  return std::nullopt;
}

Inflight::Entry* Inflight::admit(Delivery delivery) {
  if (full()) return nullptr;
  last_id_ = next_id(last_id_);
  const Awaiting awaiting = delivery.qos == QoS::exactly_once ? Awaiting::pubrec : Awaiting::puback;
  Entry& entry = entries_.push_back({.delivery = std::move(delivery), .packet_id = mqtt::PacketId{last_id_},
                                     .awaiting = awaiting, .sent_here = true});
  ++live_;
  ++sent_here_;
  return &entry;
}

Inflight::Entry* Inflight::find(mqtt::PacketId packet_id) {
  if (entries_.empty() || packet_id == mqtt::PacketId::none) return nullptr;
  const auto front = static_cast<std::uint16_t>(entries_.front().packet_id);
  const std::size_t position = distance(front, static_cast<std::uint16_t>(packet_id));
  if (position >= entries_.size()) return nullptr;
  Entry& entry = entries_[position];
  PINT_ASSERT(entry.packet_id == packet_id);
  return entry.awaiting == Awaiting::nothing ? nullptr : &entry;
}

void Inflight::end(Entry& entry) {
  PINT_ASSERT(entry.awaiting != Awaiting::nothing);
  entry.awaiting = Awaiting::nothing;
  entry.delivery = {};
  --live_;
  if (entry.sent_here) --sent_here_;
}

void Inflight::trim() {
  while (!entries_.empty() && entries_.front().awaiting == Awaiting::nothing) entries_.pop_front();
}

void Inflight::begin_connection() {
  for (std::size_t i = 0; i < entries_.size(); ++i) entries_[i].sent_here = false;
  sent_here_ = 0;
}

void Inflight::mark_sent(Entry& entry) {
  PINT_ASSERT(!entry.sent_here && entry.awaiting != Awaiting::nothing);
  entry.sent_here = true;
  ++sent_here_;
}

void Inflight::clear() {
  entries_.clear();
  live_ = sent_here_ = 0;
}

}  // namespace pint::core
