// Poller: waits until sockets can be read or written. The one place that names epoll and eventfd.
//
// A private epoll set, and not Asio, on the data path: an Asio wait costs one epoll_ctl each time it is armed
// and about 250 bytes for a descriptor. Here a connection is registered once, edge-triggered for everything,
// and never modified:
//
//   message in, message out = epoll_wait + recv + sendmsg          idle = no wake-ups, and no memory here
//
// The set can itself be watched by another event loop: native() is readable when wait() would return
// something.
#pragma once

#include <cstdint>
#include <span>
#include <system_error>
#include <vector>

#include "base/time.hpp"
#include "net/descriptor.hpp"

namespace pint::net {

// What the owner calls a registered descriptor.
using Token = std::uint64_t;

// What can be done with a descriptor. hangup: the peer will send no more, or the socket failed; read until
// told so.
struct Ready {
  Token token = 0;
  bool readable = false;
  bool writable = false;
  bool hangup = false;
};

enum class Trigger : std::uint8_t {
  edge,   // connections: told once a change, reading and writing
  level,  // listeners: told as long as there is something to accept
};

// Ends somebody's wait() from any thread. Lives on its own, so that it can outlast the poller it wakes.
class Waker {
 public:
  Waker();  // throws std::system_error
  void wake() const;

 private:
  friend class Poller;
  Descriptor event_;
};

constexpr Duration kForever = Duration::max();

class Poller {
 public:
  Poller();  // throws std::system_error

  // Token ~0 is the poller's own.
  [[nodiscard]] std::error_code add(int descriptor, Token token, Trigger trigger);
  [[nodiscard]] std::error_code add(const Waker& waker);
  void remove(int descriptor);  // closing a descriptor removes it too

  // Wait until something is ready or `timeout` has passed, never less. Zero only looks. The answer is valid
  // until the next call; it may be empty before the time, when a Waker or a signal ended the wait.
  [[nodiscard]] std::span<const Ready> wait(Duration timeout);

  // For nesting in another event loop.
  [[nodiscard]] int native() const { return set_.get(); }

 private:
  Descriptor set_;
  std::vector<Ready> ready_;
};

}  // namespace pint::net
