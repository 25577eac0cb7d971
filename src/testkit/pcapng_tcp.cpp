#include "testkit/pcapng_tcp.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "base/assert.hpp"

namespace pint::testkit {
namespace {

constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kPush = 0x08;
constexpr std::uint8_t kAck = 0x10;
constexpr std::uint8_t kTcp = 6;

// Maximum segment size, and windows of up to 1 GiB, because nobody acknowledges but with bytes of their own.
constexpr std::uint8_t kSynOptions[] = {
    2, 4, TcpConversation::kSegmentBytes >> 8, TcpConversation::kSegmentBytes & 0xFF, 1, 3, 3, 14};
constexpr std::size_t kIpv4HeaderBytes = 20;
constexpr std::size_t kIpv6HeaderBytes = 40;
constexpr std::size_t kTcpHeaderBytes = 20;
constexpr std::size_t kChecksumAt = 16;

// The sum of 16-bit words, as IPv4, TCP and everybody since do it. (RFC 1071)
std::uint32_t sum_of(ByteView bytes, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += std::uint32_t{bytes[i]} << 8 | bytes[i + 1];
  if (bytes.size() % 2 != 0) sum += std::uint32_t{bytes.back()} << 8;
  return sum;
}

std::uint16_t checksum_of(std::uint32_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

void put_u16(Bytes& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

// Over the addresses, the protocol, the length and the segment, whose checksum is still 0. (RFC 9293)
std::uint16_t tcp_checksum(const TcpEnd& from, const TcpEnd& to, ByteView segment) {
  std::uint32_t sum = kTcp + static_cast<std::uint32_t>(segment.size());
  sum = sum_of(from.address_bytes(), sum);
  sum = sum_of(to.address_bytes(), sum);
  return checksum_of(sum_of(segment, sum));
}

// Both begin an empty packet.
void add_ipv4_header(Bytes& packet, const TcpEnd& from, const TcpEnd& to, std::size_t segment_bytes) {
  Writer writer(packet);
  writer.u16(0x4500);  // version 4, five words
  writer.u16(static_cast<std::uint16_t>(kIpv4HeaderBytes + segment_bytes));
  writer.u32(0x00004000);      // do not fragment
  writer.u16(64 << 8 | kTcp);  // hops left
  writer.u16(0);               // the checksum, see below
  writer.raw(from.address_bytes());
  writer.raw(to.address_bytes());
  put_u16(packet, 10, checksum_of(sum_of(packet)));
}

void add_ipv6_header(Bytes& packet, const TcpEnd& from, const TcpEnd& to, std::size_t segment_bytes) {
  Writer writer(packet);
  writer.u32(0x60000000);  // version 6
  writer.u16(static_cast<std::uint16_t>(segment_bytes));
  writer.u8(kTcp);
  writer.u8(64);  // hops left
  writer.raw(from.address_bytes());
  writer.raw(to.address_bytes());
}

}  // namespace

std::optional<TcpEnd> parse_tcp_end(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  TcpEnd end;
  const std::string_view port = text.substr(colon + 1);
  const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), end.port);
  if (error != std::errc{} || stop != port.data() + port.size()) return std::nullopt;

  std::string host(text.substr(0, colon));
  end.is_ipv6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (end.is_ipv6) host = host.substr(1, host.size() - 2);
  if (inet_pton(end.is_ipv6 ? AF_INET6 : AF_INET, host.c_str(), end.address.data()) != 1) return std::nullopt;
  return end;
}

TcpConversation::Packets TcpConversation::open() {
  Packets packets;
  packets.push_back(segment(client_, server_, kSyn, {}));
  packets.push_back(segment(server_, client_, kSyn | kAck, {}));
  packets.push_back(segment(client_, server_, kAck, {}));
  return packets;
}

TcpConversation::Packets TcpConversation::carry(Direction direction, ByteView bytes) {
  const bool received = direction == Direction::received;
  Packets packets;
  while (!bytes.empty()) {
    const ByteView part = bytes.first(std::min(bytes.size(), kSegmentBytes));
    bytes = bytes.subspan(part.size());
    const std::uint8_t flags = bytes.empty() ? kAck | kPush : kAck;
    packets.push_back(segment(received ? client_ : server_, received ? server_ : client_, flags, part));
  }
  return packets;
}

TcpConversation::Packets TcpConversation::close(bool server_first) {
  Side& first = server_first ? server_ : client_;
  Side& second = server_first ? client_ : server_;
  Packets packets;
  packets.push_back(segment(first, second, kFin | kAck, {}));
  packets.push_back(segment(second, first, kFin | kAck, {}));
  packets.push_back(segment(first, second, kAck, {}));
  return packets;
}

Bytes TcpConversation::segment(Side& from, const Side& to, std::uint8_t flags, ByteView payload) {
  const bool syn = (flags & kSyn) != 0;
  const std::size_t header_bytes = kTcpHeaderBytes + (syn ? sizeof kSynOptions : 0);
  const std::size_t segment_bytes = header_bytes + payload.size();
  Bytes packet;
  packet.reserve(kIpv6HeaderBytes + segment_bytes);
  const auto add_ip_header = from.end.is_ipv6 ? add_ipv6_header : add_ipv4_header;
  add_ip_header(packet, from.end, to.end, segment_bytes);

  const std::size_t begin = packet.size();
  Writer writer(packet);
  writer.u16(from.end.port);
  writer.u16(to.end.port);
  writer.u32(from.next);
  writer.u32((flags & kAck) != 0 ? to.next : 0);
  writer.u8(static_cast<std::uint8_t>(header_bytes / 4 << 4));
  writer.u8(flags);
  writer.u16(0xFFFF);  // the window
  writer.u32(0);       // the checksum, see below, and no urgent bytes
  if (syn) writer.raw(kSynOptions);
  writer.raw(payload);
  put_u16(packet, begin + kChecksumAt, tcp_checksum(from.end, to.end, ByteView(packet).subspan(begin)));
  // SYN and FIN count as one byte each.
  from.next += static_cast<std::uint32_t>(payload.size()) + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  return packet;
}

}  // namespace pint::testkit
