// Crowd: many connections of one driver, on one thread. Nothing is sent or answered but what the scenario
// says; of what arrives the first bytes of each connection are kept, the rest is counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "mqtt/packet.hpp"
#include "net/descriptor.hpp"

namespace pint::overload {

// A CONNECT with Clean Start and without Keep Alive.
[[nodiscard]] Bytes connect_bytes(ProtocolVersion version, std::string_view client_id);
[[nodiscard]] Bytes bytes_of(const mqtt::Packet& packet, ProtocolVersion version);

class Crowd {
 public:
  // Begin so many connections at once. All waiting below is for at most a minute and then throws
  // std::runtime_error.
  Crowd(std::uint16_t port, std::size_t count);

  // Send all of it; waits for a connection that is not yet made or takes no more. False if it has ended.
  bool send(std::size_t member, ByteView bytes);
  // CONNECT, as "<name>-0" and so on.
  void send_connects(ProtocolVersion version, std::string_view name);

  // Receive until so many connections have had `bytes` or more from the broker.
  void await_replies(std::size_t members, std::size_t bytes);
  // Receive until all have been ended by the broker.
  void await_ends();
  // Receive what is there.
  void receive() { receive(0); }

  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] std::size_t ended() const;
  // How many have had `bytes` or more.
  [[nodiscard]] std::size_t replied(std::size_t bytes) const;
  // How many were answered with bytes that begin like these.
  [[nodiscard]] std::size_t answered_with(ByteView first_bytes) const;

  void close() { members_.clear(); }
  // All but so many, who are anywhere among them.
  void close_but(std::size_t staying);

 private:
  static constexpr std::size_t kKept = 16;
  struct Member {
    net::Descriptor socket;
    Bytes first;  // kKept at most
    std::size_t received = 0;
    bool ended = false;
  };
  void receive(int patience_milliseconds);
  void receive(Member& member);
  void receive_until(std::string_view what, const std::function<bool()>& done);

  net::Descriptor poller_;
  std::vector<Member> members_;
};

}  // namespace pint::overload
