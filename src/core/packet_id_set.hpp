// PacketIdSet: which Packet Identifiers are in use, one bit each; it grows with the highest one used. Until
// the first one it owns nothing and is one pointer. For the QoS 2 messages a client has sent and not yet
// released. [MQTT-4.3.3-10]
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "mqtt/packet.hpp"

namespace pint::core {

class PacketIdSet {
 public:
  [[nodiscard]] bool contains(mqtt::PacketId id) const {
    return bits_ && word(id) < bits_->words.size() && (bits_->words[word(id)] & bit(id)) != 0;
  }
  void insert(mqtt::PacketId id) {
    if (!bits_) bits_ = std::make_unique<Bits>();
    if (word(id) >= bits_->words.size()) bits_->words.resize(word(id) + 1);
    if (!contains(id)) ++bits_->size;
    bits_->words[word(id)] |= bit(id);
  }
  // False if it was not there.
  bool erase(mqtt::PacketId id) {
    if (!contains(id)) return false;
    bits_->words[word(id)] &= ~bit(id);
    --bits_->size;
    return true;
  }
  [[nodiscard]] std::size_t size() const { return bits_ ? bits_->size : 0; }

 private:
  static std::size_t word(mqtt::PacketId id) { return static_cast<std::size_t>(id) / 64; }
  static std::uint64_t bit(mqtt::PacketId id) { return std::uint64_t{1} << (static_cast<unsigned>(id) % 64); }

  struct Bits {
    std::vector<std::uint64_t> words;
    std::size_t size = 0;  // bits that are set
  };
  std::unique_ptr<Bits> bits_;
};

}  // namespace pint::core
