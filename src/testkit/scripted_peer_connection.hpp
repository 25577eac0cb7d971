// PeerConnection: the server's end of one connection to a scripted peer. Bytes in and out, never waiting.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pint/event.hpp>
#include <pint/journal.hpp>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "mqtt/frame.hpp"
#include "net/descriptor.hpp"

namespace pint::testkit {

class PeerConnection {
 public:
  PeerConnection(net::Descriptor socket, std::string remote_address);

  // Read what is there, up to a buffer. False: nothing was, and it would block or has ended.
  [[nodiscard]] bool read_some();
  // The packet at the front of what was read; nothing if it is not whole; a refusal if it can be none.
  [[nodiscard]] Result<std::optional<mqtt::Frame>> front(std::size_t maximum_bytes) const {
    return mqtt::next_frame(arrived_, maximum_bytes);
  }
  void pop(std::size_t size);
  [[nodiscard]] ByteView unread() const { return arrived_; }

  // Send as much as the socket takes; gives how much. The end is seen here too.
  [[nodiscard]] std::size_t write_some(std::string_view bytes);

  void close();
  void reset();

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] bool open() const { return static_cast<bool>(socket_) && ended_.empty(); }
  // The client ended it: "FIN", or what the operating system says. Empty: it did not.
  [[nodiscard]] const std::string& ended() const { return ended_; }
  [[nodiscard]] bool closed_by_peer() const { return closed_by_peer_; }

  Client client;                    // as CONNECT says
  std::optional<Record> request{};  // what was expected last
  bool end_noted = false;           // in the journal

 private:
  void end(std::string how);
  void drop();

  net::Descriptor socket_;
  Bytes arrived_;
  std::string ended_;
  bool closed_by_peer_ = false;
};

}  // namespace pint::testkit
