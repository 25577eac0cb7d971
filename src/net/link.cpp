#include "net/link.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace pint::net {
namespace {

constexpr std::size_t kPieces = 64;  // of an outbox in one sendmsg()

ssize_t send_pieces(int socket, std::span<const ByteView> pieces) {
  std::array<iovec, kPieces> vectors;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    vectors[i] = {const_cast<std::uint8_t*>(pieces[i].data()), pieces[i].size()};
  }
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = pieces.size();
  return ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

}  // namespace

bool Link::on_ready(const Ready& ready) {
  may_read_ = may_read_ || ready.readable;
  hung_up_ = hung_up_ || ready.hangup;
  const bool unblocked = blocked_ && ready.writable;
  if (unblocked) blocked_ = false;
  return unblocked;
}

Link::Received Link::receive(std::span<std::uint8_t> buffer) {
  const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (size > 0) {
    // A stream socket that gives less than asked for is empty; the next arrival is a new edge.
    if (static_cast<std::size_t>(size) < buffer.size() && !hung_up_ && !failed_) may_read_ = false;
    return {.size = static_cast<std::size_t>(size)};
  }
  if (size == 0) return {.end = failed_ ? End::failed : End::closed};
  if (errno == EINTR) return {};
  if (errno != EAGAIN && errno != EWOULDBLOCK) return {.end = End::failed};
  if (failed_) return {.end = End::failed};  // sending is impossible and nothing is left to read
  may_read_ = false;
  hung_up_ = false;  // the hangup was about sending only, or not there: wait for the next edge
  return {};
}

void Link::send(core::Outbox& outbox) {
  if (failed_) outbox.clear();
  std::array<ByteView, kPieces> pieces;
  while (!outbox.empty() && !blocked_) {
    const std::size_t count = outbox.gather(pieces);
    const ssize_t size = send_pieces(socket_.get(), std::span(pieces).first(count));
    if (size >= 0) {
      outbox.consume(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      blocked_ = true;
    } else if (errno != EINTR) {
      fail();
      outbox.clear();
    }
  }
}

std::size_t Link::send(ByteView bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size() && !blocked_ && !failed_) {
    const ByteView rest = bytes.subspan(sent);
    const ssize_t size = send_pieces(socket_.get(), {&rest, 1});
    if (size >= 0) {
      sent += static_cast<std::size_t>(size);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      blocked_ = true;
    } else if (errno != EINTR) {
      fail();
    }
  }
  return failed_ ? bytes.size() : sent;
}

void Link::fail() {
  failed_ = may_read_ = true;
  blocked_ = false;
}

void Link::shut_down_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void Link::reset_when_closed() { reset_on_close(socket_); }

}  // namespace pint::net
