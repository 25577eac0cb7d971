// One TCP conversation as it might have been on the wire: what a capture of the bytes a client and a broker
// exchanged would show, made up afterwards. IPv4 or IPv6, right checksums and sequence numbers, no losses.
//
//   open()    SYN -> , <- SYN ACK, ACK ->
//   carry()   bytes in segments of at most kSegmentBytes; each acknowledges all that came the other way
//   close()   FIN, FIN, ACK
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <pint/event.hpp>

#include "base/bytes.hpp"

namespace pint::testkit {

// An end of a TCP connection. IPv4 addresses have four bytes.
struct TcpEnd {
  std::array<std::uint8_t, 16> address{};
  bool is_ipv6 = false;
  std::uint16_t port = 0;

  [[nodiscard]] ByteView address_bytes() const {
    return {address.data(), is_ipv6 ? std::size_t{16} : std::size_t{4}};
  }
};

// "127.0.0.1:40122" or "[::1]:40122"; nothing if it is neither.
[[nodiscard]] std::optional<TcpEnd> parse_tcp_end(std::string_view text);

class TcpConversation {
 public:
  static constexpr std::size_t kSegmentBytes = 1440;  // fits a frame of Ethernet with either IP

  // Precondition: both have the same kind of address. Conversations should begin at different numbers.
  TcpConversation(const TcpEnd& client, const TcpEnd& server, std::uint32_t first_number)
      : client_{client, first_number}, server_{server, first_number + 0x40000000u} {}

  using Packets = std::vector<Bytes>;  // IP packets
  [[nodiscard]] Packets open();
  // Received: by the server.
  [[nodiscard]] Packets carry(Direction direction, ByteView bytes);
  // The end that does not go first has nothing more to say either.
  [[nodiscard]] Packets close(bool server_first);

 private:
  struct Side {
    TcpEnd end;
    std::uint32_t next;  // sequence number of its next byte
  };
  Bytes segment(Side& from, const Side& to, std::uint8_t flags, ByteView payload);

  Side client_;
  Side server_;
};

}  // namespace pint::testkit
