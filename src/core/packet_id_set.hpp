// PacketIdSet: which Packet Identifiers are in use, one bit each; it grows with the highest one used and owns
// nothing while empty. For the QoS 2 messages a client has sent and not yet released. [MQTT-4.3.3-10]
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mqtt/packet.hpp"

namespace pint::core {

class PacketIdSet {
 public:
  [[nodiscard]] bool contains(mqtt::PacketId id) const {
    return word(id) < words_.size() && (words_[word(id)] & bit(id)) != 0;
  }
  void insert(mqtt::PacketId id) {
    if (word(id) >= words_.size()) words_.resize(word(id) + 1);
    if (!contains(id)) ++size_;
    words_[word(id)] |= bit(id);
  }
  // False if it was not there.
  bool erase(mqtt::PacketId id) {
    if (!contains(id)) return false;
    words_[word(id)] &= ~bit(id);
    --size_;
    return true;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static std::size_t word(mqtt::PacketId id) { return static_cast<std::size_t>(id) / 64; }
  static std::uint64_t bit(mqtt::PacketId id) { return std::uint64_t{1} << (static_cast<unsigned>(id) % 64); }

  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

}  // namespace pint::core
