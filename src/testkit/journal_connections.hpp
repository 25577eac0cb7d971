// What the journal remembers of each Network Connection, because packets do not say it themselves: the Client
// Identifier, the version, and what Topic Aliases stand for, in both directions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <pint/event.hpp>

#include "base/hash.hpp"
#include "base/slot_map.hpp"

namespace pint::testkit {

// One Network Connection, known by its remote address until it ends. Packets that the journal still holds
// keep it beyond that.
struct JournalConnection {
  std::string remote_address;
  std::string client_id;  // empty until CONNECT, or CONNACK if the broker assigns it
  ProtocolVersion version = ProtocolVersion::v3_1_1;
  std::map<std::pair<Direction, std::uint32_t>, std::string> aliases = {};
  std::size_t packets = 0;  // held
  bool ended = false;
  Id<JournalConnection> id = {};
};

class JournalConnections {
 public:
  // The connection a packet belongs to, which it updates by what the packet says. Counts one more packet.
  JournalConnection& note(const PacketSeen& packet);
  // What the packet's topic is when its Topic Alias alone says it; empty otherwise, or if the alias means
  // nothing. Learns the alias if the packet has both. Views last until the connection's next packet.
  static std::string_view alias_topic(JournalConnection& connection, const PacketSeen& packet);
  // One packet fewer is held.
  void release(Id<JournalConnection> id);
  // The connection is over: the address may come back as another.
  void end(std::string_view remote_address);

  [[nodiscard]] const JournalConnection* find(Id<JournalConnection> id) const {
    return connections_.find(id);
  }
  [[nodiscard]] std::size_t size() const { return connections_.size(); }

 private:
  [[nodiscard]] JournalConnection& find_or_add(const PacketSeen& packet);
  [[nodiscard]] JournalConnection* find(std::string_view remote_address);
  JournalConnection& add(const Client& client);

  SlotMap<JournalConnection> connections_;
  HashIndex by_address_;  // those that have not ended
  // The connection of the last packet each way, which is very often that of the next one.
  std::array<Id<JournalConnection>, 2> recent_ = {};
};

}  // namespace pint::testkit
