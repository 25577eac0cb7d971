// The lock is held to append or to swap, never while writing.
#include "actions/line_buffer.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>

namespace pint::actions {

namespace {

constexpr std::size_t kRoomKept = 64u << 10;  // for the next lines; a burst's is given back

}  // namespace

LineBuffer::LineBuffer(std::size_t bytes_max)
    : bytes_max_(bytes_max), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

LineBuffer::Pushed LineBuffer::push(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return Pushed::more;
  if (unwritten_locked() + line.size() > bytes_max_) return Pushed::full;
  const bool first = pushed_.empty();
  pushed_ += line;
  if (first) wake();
  return first ? Pushed::first : Pushed::more;
}

void LineBuffer::stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  wake();
}

bool LineBuffer::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

bool LineBuffer::fill() {
  const std::lock_guard lock(mutex_);
  clear_wake();
  if (written_ < in_hand_.size()) return true;
  written_ = 0;
  if (in_hand_.capacity() > kRoomKept) in_hand_ = std::string();
  in_hand_.clear();
  in_hand_.swap(pushed_);
  return !in_hand_.empty();
}

// POLLOUT on a pipe promises room for PIPE_BUF bytes. That keeps a blocking descriptor, which may be shared
// with other programs (stdout) and must not be made non-blocking for them, from blocking us.
std::error_code LineBuffer::write_some(int descriptor) {
  const std::size_t size = std::min<std::size_t>(in_hand_.size() - written_, PIPE_BUF);
  const ssize_t written = ::write(descriptor, in_hand_.data() + written_, size);
  if (written >= 0) {
    const std::lock_guard lock(mutex_);
    written_ += static_cast<std::size_t>(written);
    return {};
  }
  if (errno == EINTR || errno == EAGAIN) return {};
  return {errno, std::generic_category()};
}

void LineBuffer::restart_line() {
  const std::lock_guard lock(mutex_);
  if (written_ == 0) return;
  const std::size_t newline = in_hand_.rfind('\n', written_ - 1);
  written_ = newline == std::string::npos ? 0 : newline + 1;
}

std::size_t LineBuffer::unwritten() const {
  const std::lock_guard lock(mutex_);
  return unwritten_locked();
}

void LineBuffer::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written =
      ::write(wake_.number(), &one, sizeof one);  // full means awake already
}

void LineBuffer::clear_wake() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got =
      ::read(wake_.number(), &count, sizeof count);  // empty means clear already
}

void drain(LineBuffer& lines, int descriptor, std::chrono::steady_clock::time_point deadline) {
  while (lines.fill()) {
    const short ready = poll_until(descriptor, POLLOUT, deadline);
    if ((ready & POLLOUT) == 0 || (ready & POLLERR) != 0) return;
    if (lines.write_some(descriptor)) return;
  }
}

short poll_until(int descriptor, short events, std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  pollfd entry{.fd = descriptor, .events = events, .revents = 0};
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    const int timeout = static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, INT_MAX));
    const int count = ::poll(&entry, 1, timeout);
    if (count > 0) return entry.revents;
    if (count == 0 || errno != EINTR) return 0;
  }
}

void block_sigpipe_in_this_thread() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace pint::actions
