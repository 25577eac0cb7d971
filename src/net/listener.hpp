// Listener: one listening socket. It opens it with a sentence for every failure, and accepts connections from
// it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <system_error>

#include <pint/options.hpp>

#include "core/ids.hpp"
#include "net/descriptor.hpp"

namespace pint::net {

// Gets each listening socket before bind and each connection's socket after accept; may be empty.
using SocketHook = std::function<void(NativeSocket, SocketStage)>;

// Whether it is an IPv4 or IPv6 address. Host names are not.
[[nodiscard]] bool is_address(const std::string& text);

class Listener {
 public:
  // Bind and listen. Throws pint::Error (listener_failed) that names the listener and the mend.
  Listener(const pint::Listener& where, const SocketHook& hook);

  // Take one waiting connection.
  enum class Outcome : std::uint8_t {
    accepted,
    none_waiting,
    failed,     // this one was gone before it was accepted; there may be others
    exhausted,  // the process or the machine has no descriptor (or memory) left: try again later
  };
  struct Accepted {
    Outcome outcome = Outcome::none_waiting;
    Descriptor socket{};
    core::RemoteEnd remote{};
  };
  [[nodiscard]] Accepted accept() const;

  // Refuse connections, those that wait included, and keep the port: nobody else can have it.
  void close_port();
  // Listen again after close_port(). Errors are the operating system's.
  [[nodiscard]] std::error_code reopen_port();

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  Descriptor socket_;
  std::uint16_t port_ = 0;
  std::string address_;
};

}  // namespace pint::net
