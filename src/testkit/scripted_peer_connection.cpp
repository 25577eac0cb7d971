#include "testkit/scripted_peer_connection.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace pint::testkit {
namespace {

constexpr int kReadsBeforeClose = 16;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

std::string text_of_error(int error) {
  return error == ECONNRESET || error == EPIPE ? "RST" : std::generic_category().message(error);
}

}  // namespace

PeerConnection::PeerConnection(net::Descriptor socket, std::string remote_address)
    : client{.client_id = {}, .remote_address = std::move(remote_address)}, socket_(std::move(socket)) {}

bool PeerConnection::read_some() {
  if (!open()) return false;
  std::array<std::uint8_t, 65'536> buffer;
  ssize_t size = 0;
  do {
    size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size > 0) {
    arrived_.insert(arrived_.end(), buffer.begin(), buffer.begin() + size);
    return true;
  }
  if (size == 0) {
    end("FIN");
  } else if (!would_block(errno)) {
    end(text_of_error(errno));
  }
  return false;
}

void PeerConnection::pop(std::size_t size) {
  arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(size));
}

std::size_t PeerConnection::write_some(std::string_view bytes) {
  if (!open()) return 0;
  const ssize_t size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (size >= 0) return static_cast<std::size_t>(size);
  if (!would_block(errno) && errno != EINTR) end(text_of_error(errno));
  return 0;
}

// Bytes left unread would turn FIN into RST; a client that never stops sending gets one all the same.
void PeerConnection::close() {
  ::shutdown(socket_.get(), SHUT_WR);
  for (int reads = 0; reads < kReadsBeforeClose && read_some(); ++reads) arrived_.clear();
  drop();
}

void PeerConnection::drop() {
  socket_ = net::Descriptor();
  arrived_.clear();
  closed_by_peer_ = true;
}

void PeerConnection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  drop();
}

// A server answers FIN with FIN, and clients wait for it.
void PeerConnection::end(std::string how) {
  ended_ = std::move(how);
  socket_ = net::Descriptor();
}

}  // namespace pint::testkit
