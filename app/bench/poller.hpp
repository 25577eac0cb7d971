// Poller: which sockets have something to read, or room to write. Edge-triggered, each registered once for
// both: after an event, read until empty and write until full.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <sys/epoll.h>

#include "actions/file_descriptor.hpp"

namespace pint::bench {

class Poller {
 public:
  struct Ready {
    std::uint32_t index;
    bool readable;
    bool writable;
  };

  Poller();
  void add(int descriptor, std::uint32_t index);
  // What is ready, waiting for it at most this long; valid until the next call.
  std::span<const Ready> wait(std::uint64_t nanoseconds);

 private:
  actions::FileDescriptor epoll_;
  std::vector<epoll_event> events_;
  std::vector<Ready> ready_;
};

}  // namespace pint::bench
