#include "net/listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace pint::net {
namespace {

// Of what a client has not taken yet, the system is to keep no more than this: what waits in an outbox is
// counted and shared, and when it goes it is seen. Left to itself the system keeps several times as much, and
// a slow client cannot be told from one that stands still for seconds.
constexpr int kUnsentBytes = 1 << 20;
constexpr int kBacklog = 4'096;  // the kernel lowers it to net.core.somaxconn

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  template <class Family>
  [[nodiscard]] Family as() const {
    Family address{};
    std::memcpy(&address, &storage, sizeof address);
    return address;
  }
};

template <class Family>
SocketAddress to_socket_address(const Family& address) {
  SocketAddress made;
  std::memcpy(&made.storage, &address, sizeof address);
  made.size = sizeof address;
  return made;
}

std::optional<SocketAddress> parse(const std::string& address, std::uint16_t port) {
  sockaddr_in v4{};
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    return to_socket_address(v4);
  }
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    return to_socket_address(v6);
  }
  return std::nullopt;
}

core::RemoteEnd remote_end(const SocketAddress& peer) {
  core::RemoteEnd remote;
  if (peer.storage.ss_family == AF_INET6) {
    const auto v6 = peer.as<sockaddr_in6>();
    std::copy(std::begin(v6.sin6_addr.s6_addr), std::end(v6.sin6_addr.s6_addr), remote.address.begin());
    remote.port = ntohs(v6.sin6_port);
    remote.is_ipv6 = true;
  } else {
    const auto v4 = peer.as<sockaddr_in>();
    std::memcpy(remote.address.data(), &v4.sin_addr, sizeof v4.sin_addr);
    remote.port = ntohs(v4.sin_port);
  }
  return remote;
}

std::string mend(int error) {
  switch (error) {
    case EADDRINUSE: return "address in use; choose another port, or 0 for any";
    case EACCES: return "permission denied; choose a port above 1023";
    case EADDRNOTAVAIL: return "this machine has no such address; choose one of its own, or 127.0.0.1";
    case EAFNOSUPPORT: return "this machine does not speak this kind of address; choose 127.0.0.1";
    case EMFILE:
    case ENFILE: return "no file descriptor is left; raise the limit (ulimit -n)";
    default: return std::generic_category().message(error);
  }
}

[[noreturn]] void refuse(const pint::Listener& where, const std::string& why) {
  const bool v6 = where.address.find(':') != std::string::npos;
  const std::string address = v6 ? "[" + where.address + "]" : where.address;
  throw Error(Errc::listener_failed,
              "listener tcp " + address + ":" + std::to_string(where.port) + ": " + why);
}

void set_option(int socket, int level, int option, int value = 1) {
  ::setsockopt(socket, level, option, &value, sizeof value);  // none of them is worth failing for
}

SocketAddress bound_address(int socket) {
  SocketAddress bound;
  bound.size = sizeof bound.storage;
  ::getsockname(socket, bound.get(), &bound.size);
  return bound;
}

// Let the system choose a port for `chooser`, which keeps it until it is closed; `address` with that port. If
// it has none, `address` as it is: then binding it fails, and with the reason.
SocketAddress any_port(const Descriptor& chooser, const SocketAddress& address) {
  set_option(chooser.get(), SOL_SOCKET, SO_REUSEADDR);
  if (address.storage.ss_family == AF_INET6) set_option(chooser.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (::bind(chooser.get(), address.get(), address.size) != 0) return address;
  return bound_address(chooser.get());
}

}  // namespace

bool is_address(const std::string& text) { return parse(text, 0).has_value(); }

Listener::Listener(const pint::Listener& where, const SocketHook& hook) : address_(where.address) {
  const std::optional<SocketAddress> address = parse(where.address, where.port);
  if (!address) refuse(where, "not an IPv4 or IPv6 address; host names are not looked up");
  const int family = address->storage.ss_family;
  socket_ = Descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) refuse(where, mend(errno));
  // What is accepted inherits these two. We write whole turns: there is nothing to wait for.
  set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY);
  set_option(socket_.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsentBytes);
  set_option(socket_.get(), SOL_SOCKET, SO_REUSEADDR);  // do not wait for connections of an earlier broker
  // "::" is IPv6 alone, so that 0.0.0.0 can be a listener beside it with the same port.
  if (family == AF_INET6) set_option(socket_.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (hook) hook(socket_.get(), SocketStage::before_bind);
  // A port that the socket was bound to by number stays its own while it does not listen, which close_port()
  // relies on. So "any port" is chosen with another socket; two that do not listen may have the same.
  Descriptor chooser;
  SocketAddress wanted = *address;
  if (where.port == 0) {
    chooser = Descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    wanted = any_port(chooser, *address);
  }
  if (::bind(socket_.get(), wanted.get(), wanted.size) != 0) refuse(where, mend(errno));
  if (::listen(socket_.get(), kBacklog) != 0) refuse(where, mend(errno));
  port_ = remote_end(bound_address(socket_.get())).port;
}

// Linux brings a listening socket that is shut down back to where it was after bind(). Without SO_REUSEADDR
// on both sides nobody else can bind to the port then; with it, listen() passes over connections that still
// live.
void Listener::close_port() {
  ::shutdown(socket_.get(), SHUT_RDWR);
  set_option(socket_.get(), SOL_SOCKET, SO_REUSEADDR, 0);
}

std::error_code Listener::reopen_port() {
  set_option(socket_.get(), SOL_SOCKET, SO_REUSEADDR);
  if (::listen(socket_.get(), kBacklog) == 0) return {};
  return {errno, std::generic_category()};
}

Listener::Accepted Listener::accept() const {
  SocketAddress peer;
  peer.size = sizeof peer.storage;
  const int socket = ::accept4(socket_.get(), peer.get(), &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket >= 0) {
    return {Outcome::accepted, Descriptor(socket), remote_end(peer)};
  }
  switch (errno) {
    case EAGAIN: return {Outcome::none_waiting};
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: return {Outcome::exhausted};
    default: return {Outcome::failed};  // ECONNABORTED and others that accept(2) lists
  }
}

}  // namespace pint::net
