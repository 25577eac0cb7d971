// Link: the socket of one connection, and what is known about it between two turns. It moves bytes and never
// looks at them. It owns the descriptor and nothing else: buffers are the loop's (one for reading) and the
// engine's (outboxes).
//
// The socket is watched edge-triggered, so a Link remembers what an edge said until a system call says
// otherwise:
//
//   may_read   set by a readable edge; cleared by a short read or EAGAIN; once a hangup was seen, only by the
//              end that recv() gives, so that bytes which came before a FIN are never lost
//   blocked    set by EAGAIN on sending; cleared by a writable edge
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/timer_queue.hpp"
#include "core/ids.hpp"
#include "core/outbox.hpp"
#include "net/descriptor.hpp"
#include "net/poller.hpp"

namespace pint::net {

class Link {
 public:
  Link(Descriptor socket, core::ConnectionId opened_as) : connection(opened_as), socket_(std::move(socket)) {}

  // Remember an edge. True if sending was blocked and no longer is.
  bool on_ready(const Ready& ready);

  // Receive once, into `buffer`.
  enum class End : std::uint8_t { none, closed, failed };
  struct Received {
    std::size_t size = 0;
    End end = End::none;
  };
  [[nodiscard]] Received receive(std::span<std::uint8_t> buffer);

  // Send until the outbox is empty or the socket takes no more. After a failure the outbox is emptied, now
  // and always: there is nobody to send to, but what the peer had sent before may still be read.
  void send(core::Outbox& outbox);
  // The same with bytes that somebody else keeps; returns how many were sent.
  [[nodiscard]] std::size_t send(ByteView bytes);

  // Send FIN; what was sent before still arrives.
  void shut_down_sending();
  // Let closing the socket send RST in place of FIN, whatever has not been sent or read.
  void reset_when_closed();

  [[nodiscard]] bool may_read() const { return may_read_; }
  [[nodiscard]] bool blocked() const { return blocked_; }
  [[nodiscard]] bool failed() const { return failed_; }

  // The loop's notes.
  core::ConnectionId connection;      // none: the engine has let go; only the transport is left to close
  TimerId deadline = TimerId::none;   // set: being closed, and at the latest then
  std::uint32_t discarded_bytes = 0;  // what came while being closed
  bool listed = false;                // in the loop's list of links to read
  bool silent = false;                // the engine has let go, and the peer must not notice

 private:
  void fail();

  Descriptor socket_;
  bool may_read_ = false;
  bool hung_up_ = false;
  bool blocked_ = false;
  bool failed_ = false;
};

// A hundred thousand idle connections have one each.
static_assert(sizeof(Link) <= 48);

}  // namespace pint::net
