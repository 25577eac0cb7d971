#include "net/poller.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "base/assert.hpp"

namespace pint::net {
namespace {

constexpr Token kWoken = ~Token{0};
constexpr int kBatch = 256;  // ready descriptors a turn; the rest are first in the next one

std::error_code last_error() { return {errno, std::generic_category()}; }

Descriptor opened(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(last_error(), what);
  return Descriptor(descriptor);
}

std::error_code watch(int set, int descriptor, Token token, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = token;
  return ::epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0 ? std::error_code{} : last_error();
}

// epoll_pwait2 takes nanoseconds. Kernels before 5.11 do not have it: there, milliseconds rounded up, so that
// a timer is late rather than early.
int wait_for_events(int set, std::span<epoll_event> events, Duration timeout) {
  const int capacity = static_cast<int>(events.size());
  if (timeout == kForever) return ::epoll_wait(set, events.data(), capacity, -1);
  if (timeout <= Duration::zero()) return ::epoll_wait(set, events.data(), capacity, 0);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(timeout);
  const timespec at_most{static_cast<time_t>(seconds.count()),
                         static_cast<long>((timeout - seconds).count())};
  const int count = ::epoll_pwait2(set, events.data(), capacity, &at_most, nullptr);
  if (count >= 0 || errno != ENOSYS) return count;
  constexpr auto kLongest =
      std::chrono::milliseconds{std::chrono::hours{24}};  // fits an int; waking early is allowed
  const auto rounded = std::min(std::chrono::ceil<std::chrono::milliseconds>(timeout), kLongest);
  return ::epoll_wait(set, events.data(), capacity, static_cast<int>(rounded.count()));
}

Ready to_ready(const epoll_event& event) {
  const bool failed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
  const bool hangup = failed || (event.events & EPOLLRDHUP) != 0;
  return {.token = event.data.u64,
          .readable = hangup || (event.events & EPOLLIN) != 0,
          .writable = failed || (event.events & EPOLLOUT) != 0,
          .hangup = hangup};
}

}  // namespace

Waker::Waker() : event_(opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {}

void Waker::wake() const {
  const std::uint64_t one = 1;
  // Cannot fail before 2^64 - 2 calls: the counter is never read, because an edge-triggered set reports every
  // write.
  const ssize_t written = ::write(event_.get(), &one, sizeof one);
  PINT_ASSERT(written == sizeof one);
}

Poller::Poller() : set_(opened(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {}

std::error_code Poller::add(int descriptor, Token token, Trigger trigger) {
  const std::uint32_t events =
      trigger == Trigger::edge ? EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET : std::uint32_t{EPOLLIN};
  return watch(set_.get(), descriptor, token, events);
}

std::error_code Poller::add(const Waker& waker) {
  return watch(set_.get(), waker.event_.get(), kWoken, EPOLLIN | EPOLLET);
}

void Poller::remove(int descriptor) {
  epoll_event ignored{};
  ::epoll_ctl(set_.get(), EPOLL_CTL_DEL, descriptor, &ignored);
}

std::span<const Ready> Poller::wait(Duration timeout) {
  std::array<epoll_event, kBatch> events;
  const int count = wait_for_events(set_.get(), events, timeout);
  PINT_ASSERT(count >= 0 || errno == EINTR);
  ready_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 != kWoken) ready_.push_back(to_ready(event));
  }
  return ready_;
}

}  // namespace pint::net
