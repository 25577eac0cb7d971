#include "overload/crowd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>

#include "mqtt/encode.hpp"

namespace pint::overload {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{60};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

net::Descriptor begin_connection(std::uint16_t port) {
  net::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) fail("the driver has no socket");
  const int no_delay = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int made = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where);
  if (made != 0 && errno != EINPROGRESS) fail("connect");
  return socket;
}

void await_writable(int socket) {
  pollfd entry{.fd = socket, .events = POLLOUT, .revents = 0};
  if (::poll(&entry, 1, static_cast<int>(kPatience / std::chrono::milliseconds(1))) != 1)
    throw std::runtime_error("the broker takes nothing more from one of the crowd");
}

}  // namespace

Bytes bytes_of(const mqtt::Packet& packet, ProtocolVersion version) {
  Bytes bytes;
  mqtt::encode(bytes, packet, version);
  return bytes;
}

Bytes connect_bytes(ProtocolVersion version, std::string_view client_id) {
  return bytes_of(mqtt::Connect{.version = version, .client_id = client_id}, version);
}

Crowd::Crowd(std::uint16_t port, std::size_t count) : poller_(::epoll_create1(EPOLL_CLOEXEC)) {
  members_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    members_.push_back({.socket = begin_connection(port), .first = {}});
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    if (::epoll_ctl(poller_.get(), EPOLL_CTL_ADD, members_.back().socket.get(), &event) != 0)
      fail("epoll_ctl");
  }
}

bool Crowd::send(std::size_t member, ByteView bytes) {
  const int socket = members_[member].socket.get();
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    else if (errno == EAGAIN)
      await_writable(socket);
    else if (errno != EINTR)
      return false;
  }
  return true;
}

void Crowd::send_connects(ProtocolVersion version, std::string_view name) {
  for (std::size_t i = 0; i < size(); ++i) {
    send(i, connect_bytes(version, std::string(name) + '-' + std::to_string(i)));
  }
}

void Crowd::await_replies(std::size_t members, std::size_t bytes) {
  receive_until("replies to the crowd", [&] { return replied(bytes) >= members; });
}

void Crowd::await_ends() {
  receive_until("the end of the crowd's connections", [&] { return ended() == size(); });
}

void Crowd::close_but(std::size_t staying) {
  const std::size_t each = members_.size() / staying;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const bool stays = i % each == each / 2 && i / each < staying;
    if (!stays) members_[i].socket = net::Descriptor();
  }
}

std::size_t Crowd::ended() const {
  return static_cast<std::size_t>(std::ranges::count(members_, true, &Member::ended));
}

std::size_t Crowd::replied(std::size_t bytes) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(members_, [&](const Member& member) { return member.received >= bytes; }));
}

std::size_t Crowd::answered_with(ByteView first_bytes) const {
  return static_cast<std::size_t>(std::ranges::count_if(members_, [&](const Member& member) {
    return member.first.size() >= first_bytes.size() &&
           std::equal(first_bytes.begin(), first_bytes.end(), member.first.begin());
  }));
}

void Crowd::receive_until(std::string_view what, const std::function<bool()>& done) {
  const steady_clock::time_point deadline = steady_clock::now() + kPatience;
  while (!done()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) throw std::runtime_error("waited a minute for " + std::string(what));
    receive(static_cast<int>(left.count()));
  }
}

void Crowd::receive(int patience_milliseconds) {
  std::array<epoll_event, 256> events;
  const int count = ::epoll_wait(poller_.get(), events.data(), int{events.size()}, patience_milliseconds);
  for (int i = 0; i < count; ++i) receive(members_[events[static_cast<std::size_t>(i)].data.u64]);
}

void Crowd::receive(Member& member) {
  std::array<std::uint8_t, 65'536> block;
  const ssize_t size = ::recv(member.socket.get(), block.data(), block.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) {
    member.ended = true;
    member.socket = net::Descriptor();  // which takes it out of the poller
    return;
  }
  const auto received = static_cast<std::size_t>(size);
  const std::size_t kept = std::min(kKept - member.first.size(), received);
  member.first.insert(member.first.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(kept));
  member.received += received;
}

}  // namespace pint::overload
