// What a PacketLog remembers of each Network Connection, because packets do not say it themselves: the Client
// Identifier, the version, and what Topic Aliases stand for, in both directions.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pint/event.hpp>

#include "base/bytes.hpp"
#include "base/slot_map.hpp"
#include "core/ids.hpp"

namespace pint::core {

struct LoggedConnection {
  std::string remote_address;
  std::string client_id = {};  // empty until CONNECT, or CONNACK if the broker assigns it
  ProtocolVersion version = ProtocolVersion::v3_1_1;
  std::map<std::pair<Direction, std::uint32_t>, std::string> aliases = {};
  bool ended = false;

  // CONNECT says who speaks and in which version, before the broker has accepted either.
  void learn_from_connect(ByteView packet);
  // What a PUBLISH's topic is when its Topic Alias alone says it; empty otherwise, or if the alias means
  // nothing. Learns the alias if the packet has both. The view lasts until the connection's next packet.
  std::string_view alias_topic(Direction direction, ByteView packet);
};

class LoggedConnections {
 public:
  // `first` is the number of the oldest entry held: connections that ended before it are forgotten.
  LogNumber add(LoggedConnection connection, std::uint64_t first);
  // The connection is over; `next` is the number the next entry will have.
  void end(LogNumber number, std::uint64_t next);

  [[nodiscard]] LoggedConnection& at(LogNumber number) {
    return connections_.at_index(static_cast<std::uint32_t>(number));
  }
  [[nodiscard]] const LoggedConnection& at(LogNumber number) const {
    return const_cast<LoggedConnections*>(this)->at(number);
  }
  [[nodiscard]] std::size_t size() const { return connections_.size(); }

 private:
  struct Ended {
    std::uint64_t next = 0;  // all its entries come before this one
    Id<LoggedConnection> id;
  };
  SlotMap<LoggedConnection> connections_;
  std::vector<Id<LoggedConnection>> ids_;  // by number
  std::deque<Ended> ended_;                // in the order in which they ended
};

}  // namespace pint::core
