#include "guard/system_calls.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <csignal>

namespace pint::test {
namespace {

// One thread: the program has no other.
std::array<std::size_t, std::size(kSystemCallNames)> counts{};
bool counting = false;

void count(SystemCall call) {
  if (counting) ++counts[static_cast<std::size_t>(call)];
}

}  // namespace

std::span<const std::size_t> system_calls() { return counts; }

CountingSystemCalls::CountingSystemCalls() { counting = true; }
CountingSystemCalls::~CountingSystemCalls() { counting = false; }

}  // namespace pint::test

// A function for each call that a loop makes or might make, under the name the linker gives its callers.
#define PINT_WRAP(kind, result, name, parameters, arguments) \
  extern "C" result __real_##name parameters;                \
  extern "C" result __wrap_##name parameters {               \
    pint::test::count(pint::test::SystemCall::kind);         \
    return __real_##name arguments;                          \
  }

PINT_WRAP(wait, int, epoll_wait, (int set, epoll_event* events, int size, int timeout),
          (set, events, size, timeout))
PINT_WRAP(wait, int, epoll_pwait2,
          (int set, epoll_event* events, int size, const timespec* timeout, const sigset_t* mask),
          (set, events, size, timeout, mask))
PINT_WRAP(wait, int, poll, (pollfd * watched, nfds_t size, int timeout), (watched, size, timeout))
PINT_WRAP(epoll_ctl, int, epoll_ctl, (int set, int operation, int descriptor, epoll_event* event),
          (set, operation, descriptor, event))
PINT_WRAP(receive, ssize_t, recv, (int socket, void* buffer, size_t size, int flags),
          (socket, buffer, size, flags))
PINT_WRAP(receive, ssize_t, recvmsg, (int socket, msghdr* message, int flags), (socket, message, flags))
PINT_WRAP(receive, ssize_t, read, (int descriptor, void* buffer, size_t size), (descriptor, buffer, size))
PINT_WRAP(receive, ssize_t, readv, (int descriptor, const iovec* pieces, int size),
          (descriptor, pieces, size))
PINT_WRAP(send, ssize_t, send, (int socket, const void* bytes, size_t size, int flags),
          (socket, bytes, size, flags))
PINT_WRAP(send, ssize_t, sendmsg, (int socket, const msghdr* message, int flags), (socket, message, flags))
PINT_WRAP(send, ssize_t, write, (int descriptor, const void* bytes, size_t size), (descriptor, bytes, size))
PINT_WRAP(send, ssize_t, writev, (int descriptor, const iovec* pieces, int size), (descriptor, pieces, size))
PINT_WRAP(other, int, getsockopt, (int socket, int level, int option, void* value, socklen_t* size),
          (socket, level, option, value, size))
PINT_WRAP(other, int, setsockopt, (int socket, int level, int option, const void* value, socklen_t size),
          (socket, level, option, value, size))
PINT_WRAP(other, int, accept4, (int socket, sockaddr* peer, socklen_t* size, int flags),
          (socket, peer, size, flags))
