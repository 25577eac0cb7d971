// PacketFaults: an interceptor that loses, repeats and delays packets, both ways, by chance. It notes what
// the engine sent (before a fault) and what takes effect (after a fault): what the oracle must be told.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "core/interceptor.hpp"
#include "sim/chance.hpp"
#include "sim/oracle.hpp"

namespace pint::sim {

class PacketFaults : public core::Interceptor {
 public:
  explicit PacketFaults(std::uint64_t seed) : chance_(seed) {}

  bool take(const core::PassingPacket& packet, Time now, std::vector<core::Return>& returns) override;
  [[nodiscard]] std::optional<Time> next_deadline() const override;
  void tick(Time now, std::vector<core::Return>& returns) override;
  void ended(core::ConnectionId connection) override;

  void calm() { calm_ = true; }  // no new faults
  [[nodiscard]] std::vector<Outgoing> take_sent() { return std::exchange(sent_, {}); }
  [[nodiscard]] std::vector<Outgoing> take_handled() { return std::exchange(handled_, {}); }

 private:
  void give(core::Return packet, std::vector<core::Return>& returns);

  Chance chance_;
  bool calm_ = false;
  std::multimap<Time, core::Return> delayed_;
  std::vector<Outgoing> sent_, handled_;
};

}  // namespace pint::sim
