#include "support/wire_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "mqtt/frame.hpp"

namespace pint::test {
namespace {

constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};

[[noreturn]] void fail(const std::string& what) { throw WireError(what + ": " + std::strerror(errno)); }

void set_option(int socket, int level, int option, const auto& value) {
  if (::setsockopt(socket, level, option, &value, sizeof value) != 0) fail("setsockopt");
}

void connect_to(int socket, const std::string& address, std::uint16_t port) {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  const sockaddr* where = reinterpret_cast<const sockaddr*>(&v4);
  socklen_t size = sizeof v4;
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
  } else {
    ::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    where = reinterpret_cast<const sockaddr*>(&v6);
    size = sizeof v6;
  }
  if (::connect(socket, where, size) != 0) fail("connect to " + address + ":" + std::to_string(port));
}

}  // namespace

WireClient::WireClient(std::uint16_t port, const Options& options)
    : socket_(::socket(options.address.find(':') == std::string::npos ? AF_INET : AF_INET6,
                       SOCK_STREAM | SOCK_CLOEXEC, 0)),
      version_(options.version) {
  if (!socket_) fail("socket");
  if (options.receive_buffer > 0) set_option(socket_.get(), SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
  if (options.send_buffer > 0) set_option(socket_.get(), SOL_SOCKET, SO_SNDBUF, options.send_buffer);
  set_option(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, kPatience);
  set_option(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, kPatience);
  connect_to(socket_.get(), options.address, port);
  set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
}

WireClient& WireClient::send(const mqtt::Packet& packet) {
  Bytes bytes;
  mqtt::encode(bytes, packet, version_);
  return send(ByteView(bytes));
}

WireClient& WireClient::send(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("the broker takes nothing more");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return *this;
}

std::size_t WireClient::send_some(ByteView bytes) {
  const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) fail("the broker takes nothing more");
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

std::size_t WireClient::receive_some(std::uint8_t* out, std::size_t size) {
  const ssize_t received = ::recv(socket_.get(), out, size, 0);
  if (received < 0) fail("nothing arrived");
  return static_cast<std::size_t>(received);
}

// Have a whole packet at the front of what is pending; gives its size.
std::size_t WireClient::await_packet() {
  std::array<std::uint8_t, 65'536> buffer;
  for (;;) {
    const std::size_t size = mqtt::announced_size(pending());
    if (size != 0 && pending().size() >= size) return size;
    const std::size_t received = receive_some(buffer.data(), buffer.size());
    if (received == 0) throw WireError("the broker closed the connection; a packet was expected");
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(given_));
    given_ = 0;
    arrived_.insert(arrived_.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(received));
  }
}

mqtt::Packet WireClient::receive() {
  const std::size_t size = await_packet();
  const ByteView bytes = pending().first(size);
  given_ += size;
  const auto frame = mqtt::next_frame(bytes, mqtt::kMaxPacketBytes);
  if (!frame || !*frame) throw WireError("the broker sent what is no packet");
  auto packet = mqtt::decode(**frame, version_);
  if (!packet) throw WireError(std::string("the broker sent a malformed packet: ") + packet.refusal().why);
  return *packet;
}

void WireClient::expect_close() {
  std::uint8_t byte = 0;
  if (!pending().empty()) throw WireError("a packet arrived; the end of the connection was expected");
  const ssize_t received = ::recv(socket_.get(), &byte, 1, 0);
  if (received > 0) throw WireError("a packet arrived; the end of the connection was expected");
  if (received < 0 && errno != ECONNRESET) fail("the connection stays open");
}

void WireClient::expect_reset() {
  std::uint8_t byte = 0;
  if (!pending().empty() || ::recv(socket_.get(), &byte, 1, 0) >= 0 || errno != ECONNRESET) {
    fail("no RST came, but a packet, FIN or nothing");
  }
}

void WireClient::expect_fin() {
  std::uint8_t byte = 0;
  if (!pending().empty() || ::recv(socket_.get(), &byte, 1, 0) != 0) {
    fail("no FIN came, but a packet, RST or nothing");
  }
}

bool WireClient::readable() const {
  pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return !pending().empty() || ::poll(&waiting, 1, 0) == 1;
}

bool WireClient::packet_arrived() {
  std::array<std::uint8_t, 65'536> buffer;
  for (;;) {
    const std::size_t size = mqtt::announced_size(pending());
    if (size != 0 && pending().size() >= size) return true;
    const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (received <= 0) return false;
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(given_));
    given_ = 0;
    arrived_.insert(arrived_.end(), buffer.begin(), buffer.begin() + received);
  }
}

mqtt::Connack WireClient::connect(std::string_view client_id, mqtt::Connect connect) {
  connect.version = version_;
  connect.client_id = client_id;
  send(connect);
  return expect<mqtt::Connack>();
}

WireClient& WireClient::subscribe(std::string_view topic_filter, QoS qos) {
  send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1},
                       .properties = {},
                       .requests = {{.topic_filter = topic_filter, .options = {.qos = qos}}}});
  const auto suback = expect<mqtt::Suback>();
  if (suback.reasons.size() != 1 || is_failure(suback.reasons[0]))
    throw WireError("the subscription was refused");
  return *this;
}

WireClient& WireClient::publish(std::string_view topic, std::string_view payload, QoS qos, bool retain) {
  const auto packet_id = qos == QoS::at_most_once ? mqtt::PacketId::none : mqtt::PacketId{1};
  return send(mqtt::Publish{.qos = qos,
                            .retain = retain,
                            .topic = topic,
                            .packet_id = packet_id,
                            .properties = {},
                            .payload = as_bytes(payload)});
}

WireClient& WireClient::ping() {
  send(mqtt::Pingreq{});
  expect<mqtt::Pingresp>();
  return *this;
}

void WireClient::close_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void WireClient::close() { socket_ = net::Descriptor(); }

void WireClient::reset() {
  set_option(socket_.get(), SOL_SOCKET, SO_LINGER, linger{.l_onoff = 1, .l_linger = 0});
  close();
}

std::string WireClient::local_address() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  return std::string(text.data()) + ":" + std::to_string(ntohs(address.sin_port));
}

}  // namespace pint::test
