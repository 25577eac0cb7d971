// Meddler: an interceptor that loses, doubles and delays packets and ends connections, as one number chooses:
// the engine with faults in it, for the fuzzer. It never changes a packet, so that what arrives is still
// MQTT.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "core/interceptor.hpp"

namespace pint::fuzz {

class Meddler : public core::Interceptor {
 public:
  // `choice` sets what is done and to which packets; different ones differ.
  explicit Meddler(std::uint8_t choice) : choice_(choice) {}

  bool take(const core::PassingPacket& packet, Time now, std::vector<core::Return>& returns) override;
  [[nodiscard]] std::optional<Time> next_deadline() const override;
  void tick(Time now, std::vector<core::Return>& returns) override;
  void ended(core::ConnectionId connection) override;

 private:
  struct Kept {
    Time due;
    core::Return packet;
  };
  std::uint8_t choice_;
  unsigned seen_ = 0;
  std::deque<Kept> kept_;  // in the order of their deadlines: all wait equally long
};

}  // namespace pint::fuzz
