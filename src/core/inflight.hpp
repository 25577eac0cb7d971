// Inflight: the QoS 1 and 2 messages sent to one client and not yet fully acknowledged, in the order they
// were first sent. It knows the handshakes as a table (transition_for) and gives out Packet Identifiers; it
// sends nothing.
//
//   entries_:  front -> [id 7 pubcomp] [id 8 done] [id 9 puback] <- back      ids rise by one, 65,535 is
//   followed by 1
//
// Because ids rise by one, an entry is found by subtraction. Entries acknowledged out of order stay as "done"
// until the ones before them are; a client may acknowledge out of order, but hardly does [MQTT-4.6.0-2].
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/ring.hpp"
#include "core/stored_message.hpp"
#include "mqtt/packet.hpp"

namespace pint::core {

// The Subscription Identifiers a delivery carries: mostly none or one. [MQTT-3.3.4-4]
class SubscriptionIdentifiers {
 public:
  void add(std::uint32_t identifier) {
    if (identifier == 0) return;
    if (first_ == 0) {
      first_ = identifier;
      return;
    }
    if (!rest_) rest_ = std::make_unique<std::vector<std::uint32_t>>();
    rest_->push_back(identifier);
  }
  [[nodiscard]] bool empty() const { return first_ == 0; }
  template <class Visitor>
  void for_each(Visitor visit) const {
    if (first_ != 0) visit(first_);
    if (!rest_) return;
    for (const std::uint32_t identifier : *rest_) visit(identifier);
  }

 private:
  std::uint32_t first_ = 0;
  std::unique_ptr<std::vector<std::uint32_t>> rest_;
};

// A message that is to reach one Session, and how.
struct Delivery {
  MessageRef message;
  SubscriptionIdentifiers identifiers;
  QoS qos = QoS::at_most_once;
  bool retain = false;
};

// What an entry waits for; the packet names are the standard's.
enum class Awaiting : std::uint8_t { puback, pubrec, pubcomp, nothing };

class Inflight {
 public:
  struct Entry {
    Delivery delivery;
    mqtt::PacketId packet_id = mqtt::PacketId::none;
    Awaiting awaiting = Awaiting::nothing;
    bool sent_here = false;  // on the present Network Connection; what was not must be resent
  };

  // Give the message the next Packet Identifier, or nothing while that one is still in use: 1 .. 65,535,
  // never one that is inflight. [MQTT-2.2.1-4] [MQTT-4.3.2-1] [MQTT-4.3.3-1] The entry is counted as sent.
  // O(1).
  [[nodiscard]] Entry* admit(Delivery delivery);
  // The entry that still waits for something, or null. O(1).
  [[nodiscard]] Entry* find(mqtt::PacketId packet_id);
  // The entry has its last acknowledgement: its Packet Identifier is free. References to entries go stale.
  void finish(Entry& entry) {
    end(entry);
    trim();
  }
  // The two halves of finish(), for use while visiting: end() leaves every entry in its place.
  void end(Entry& entry);
  void trim();
  // The PUBLISH was acknowledged: the message itself is no longer needed, the handshake goes on.
  // [MQTT-4.3.3-6]
  void release_message(Entry& entry) { entry.delivery.message = {}; }
  // A new Network Connection: nothing was sent on it yet. [MQTT-4.4.0-1]
  void begin_connection();
  void mark_sent(Entry& entry);
  void clear();

  [[nodiscard]] std::size_t size() const { return live_; }
  [[nodiscard]] std::size_t sent_here() const { return sent_here_; }
  [[nodiscard]] bool all_sent() const { return sent_here_ == live_; }
  // The next Packet Identifier is still in use: by the oldest message, which all others have overtaken.
  [[nodiscard]] bool full() const { return entries_.size() == 65'535; }

  // Visit the entries that wait for something, in order of first sending, while the visitor gives true.
  template <class Visitor>
  void for_each_while(Visitor visit) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].awaiting != Awaiting::nothing && !visit(entries_[i])) return;
    }
  }

 private:
  Ring<Entry> entries_;
  std::uint16_t live_ = 0;  // as many as there are Packet Identifiers at most
  std::uint16_t sent_here_ = 0;
  std::uint16_t last_id_ = 0;
};

// One line of the handshake table.
struct Transition {
  enum class Reply : std::uint8_t { none, pubrel };
  Awaiting next = Awaiting::nothing;  // nothing: the message is done
  Reply reply = Reply::none;
};

// What an acknowledgement does to an entry that waits; nothing: that packet has no place there (a Protocol
// Error).
[[nodiscard]] std::optional<Transition> transition_for(Awaiting awaiting, mqtt::PacketType received,
                                                       bool failed);

}  // namespace pint::core
