// epoll_pwait2(2), for its nanoseconds.
#include "bench/poller.hpp"

#include "bench/trouble.hpp"

namespace pint::bench {

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), events_(512) {
  if (!epoll_) throw trouble_with("epoll_create1");
}

void Poller::add(int descriptor, std::uint32_t index) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.u64 = index;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) throw trouble_with("epoll_ctl");
}

std::span<const Poller::Ready> Poller::wait(std::uint64_t nanoseconds) {
  const timespec timeout{.tv_sec = static_cast<time_t>(nanoseconds / 1'000'000'000),
                         .tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000)};
  const int count =
      ::epoll_pwait2(epoll_.number(), events_.data(), static_cast<int>(events_.size()), &timeout, nullptr);
  ready_.clear();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    ready_.push_back({.index = static_cast<std::uint32_t>(event.data.u64),
                      .readable = (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0,
                      .writable = (event.events & EPOLLOUT) != 0});
  }
  return ready_;
}

}  // namespace pint::bench
