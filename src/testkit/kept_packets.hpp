// Packets that faults keep until a time, or until they are released: one order of due times, ties in the
// order of keeping.
//
//   by_due_:  (due, sequence) -> packet, the fault that keeps it, whose it is         kNever: held
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "core/interceptor.hpp"

namespace pint::testkit {

struct KeptPacket {
  std::uint64_t fault = 0;  // its number
  std::string fault_name = {};
  bool delayed = false;   // it has a time of its own; otherwise it is held, or waits for the next one
  bool in_order = false;  // … and those delayed after it must not overtake it
  core::Return packet;
  std::string name = {};  // of the packet: "PUBACK id 7"
  std::string client_id = {};
  std::string remote_address = {};
};

class KeptPackets {
 public:
  // What is kept is bounded by its bytes; a fault whose packet does not fit lets it pass.
  static constexpr std::size_t kBytesMax = std::size_t{64} << 20;

  [[nodiscard]] bool has_room(std::size_t bytes) const { return bytes_ + bytes <= kBytesMax; }
  // Precondition: has_room(). In order: not before those of its connection and direction that are so too.
  // Gives when it is due.
  Time keep(Time due, KeptPacket packet);
  [[nodiscard]] std::optional<Time> next_due() const;
  // The first one due at `now` or before.
  [[nodiscard]] std::optional<KeptPacket> take_due(Time now);
  // One that this fault keeps of this connection and direction.
  [[nodiscard]] std::optional<KeptPacket> take(std::uint64_t fault, core::ConnectionId connection,
                                               Direction direction);
  // All that this fault keeps and does not delay become due, in their order. Gives the number.
  std::size_t make_due(std::uint64_t fault, Time due);
  // All of a connection, taken.
  [[nodiscard]] std::vector<KeptPacket> take_all(core::ConnectionId connection);
  [[nodiscard]] std::size_t count(std::uint64_t fault) const;
  [[nodiscard]] bool empty() const { return by_due_.empty(); }

 private:
  using ByDue = std::map<std::pair<Time, std::uint64_t>, KeptPacket>;
  KeptPacket take(ByDue::iterator at);

  ByDue by_due_;
  std::map<std::pair<core::ConnectionId, Direction>, Time> last_in_order_;
  std::uint64_t sequence_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace pint::testkit
