// inet_pton(3) and socket(2). getaddrinfo(3) is left out: it does not work in a static executable, and
// loopback needs no names but one.
#include "bench/endpoint.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include "bench/trouble.hpp"

namespace pint::bench {
namespace {

constexpr std::size_t kConnectionsPerAddress = 20'000;

std::optional<in_addr> as_v4(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) != 1) return std::nullopt;
  return address;
}

bool is_loopback(const std::string& host) {
  if (host == "::1") return true;
  const std::optional<in_addr> address = as_v4(host);
  return address && ntohl(address->s_addr) >> 24 == 127;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress v4(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(host);
  address.sin_port = htons(port);
  SocketAddress result{.size = sizeof address};
  std::memcpy(&result.storage, &address, sizeof address);
  return result;
}

SocketAddress address_of(const Endpoint& broker) {
  if (const std::optional<in_addr> address = as_v4(broker.host))
    return v4(ntohl(address->s_addr), broker.port);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  address.sin6_port = htons(broker.port);
  SocketAddress result{.size = sizeof address};
  std::memcpy(&result.storage, &address, sizeof address);
  return result;
}

const sockaddr* raw(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.storage);
}

void bind_to_address_of(const actions::FileDescriptor& socket, std::size_t index) {
  const int port_later = 1;  // at connect(2), so that only the four of both ends have to differ
  ::setsockopt(socket.number(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &port_later, sizeof port_later);
  const auto block = static_cast<std::uint32_t>(index / kConnectionsPerAddress);
  const SocketAddress address = v4(INADDR_LOOPBACK + block, 0);
  if (::bind(socket.number(), raw(address), address.size) != 0)
    throw trouble_with("a connection's own address");
}

}  // namespace

Trouble trouble_with(const std::string& what) {
  return Trouble(what + ": " + std::error_code(errno, std::generic_category()).message());
}

ParsedEndpoint parse_endpoint(std::string_view text) {
  const std::string quoted(text);
  if (text.starts_with("mqtt://")) text.remove_prefix(7);
  const std::size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  const std::optional<std::uint16_t> port = port_of(text.substr(colon + 1));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || !port) return {{}, quoted + ": is neither a scenario nor HOST:PORT"};
  Endpoint endpoint{.host = host == "localhost" ? "127.0.0.1" : std::string(host), .port = *port};
  if (!is_loopback(endpoint.host))
    return {{},
            quoted + ": is not on loopback, and the benchmark stays on this machine; give 127.0.0.1:PORT"};
  return {std::move(endpoint), ""};
}

actions::FileDescriptor open_socket(const Endpoint& broker, std::size_t index) {
  const SocketAddress address = address_of(broker);
  actions::FileDescriptor socket(
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) throw trouble_with("socket");
  const int at_once = 1;
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  if (index >= kConnectionsPerAddress && address.storage.ss_family == AF_INET)
    bind_to_address_of(socket, index);
  if (::connect(socket.number(), raw(address), address.size) != 0 && errno != EINPROGRESS)
    throw trouble_with("connect to " + broker.host + ':' + std::to_string(broker.port));
  return socket;
}

std::uint16_t free_port() {
  const actions::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const SocketAddress any = v4(INADDR_LOOPBACK, 0);
  sockaddr_in bound{};
  socklen_t size = sizeof bound;
  if (::bind(socket.number(), raw(any), any.size) != 0 ||
      ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&bound), &size) != 0)
    throw trouble_with("a free port");
  return ntohs(bound.sin_port);
}

}  // namespace pint::bench
