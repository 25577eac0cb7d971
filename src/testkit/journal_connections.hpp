// The connections of packets that come as events, with addresses in place of ids.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pint/event.hpp>

#include "base/hash.hpp"
#include "core/packet_log.hpp"

namespace pint::testkit {

class JournalConnections {
 public:
  // The connection a packet belongs to, which it updates by what the packet says.
  [[nodiscard]] core::LogNumber number_of(core::PacketLog& log, const PacketSeen& packet);
  // The connection is over: the address may come back as another. Nothing if it has never said anything.
  void end(core::PacketLog& log, std::string_view remote_address);

 private:
  HashIndex by_address_;  // values: LogNumbers of those that have not ended
};

}  // namespace pint::testkit
