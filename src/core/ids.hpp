// The ids by which the engine and its host speak of things.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/slot_map.hpp"

namespace pint::core {

struct Connection;
struct Session;

using ConnectionId = Id<Connection>;
using SessionId = Id<Session>;
enum class RuleKey : std::uint32_t {};
// Of a Network Connection, in a PacketLog; it lasts as long as the log holds packets of it.
enum class LogNumber : std::uint32_t { none = 0xFFFF'FFFF };

// The far end of a transport, as numbers: a hundred thousand connections keep one each.
struct RemoteEnd {
  std::array<std::uint8_t, 16> address{};  // IPv4: the first four bytes
  std::uint16_t port = 0;
  bool is_ipv6 = false;
  [[nodiscard]] std::string text() const;  // "127.0.0.1:40122", "[::1]:40122"
};

}  // namespace pint::core
