// Gathering: messages that come at many connections at once, waited for by number.
#pragma once

#include <vector>

#include "bench/connection.hpp"
#include "bench/poller.hpp"
#include "bench/subject.hpp"

namespace pint::bench {

class Gathering {
 public:
  // The connections must outlive it, and stay where they are.
  explicit Gathering(std::vector<Connection>& connections) : connections_(connections) {
    for (std::size_t i = 0; i < connections.size(); ++i)
      poller_.add(connections[i].descriptor(), static_cast<std::uint32_t>(i));
  }

  // Read until `count` messages have come, or none for `patience`; returns how many came. Each is told by
  // visit(index of the connection, message), and what the visitor puts into the connection is sent.
  template <class Visitor>
  std::uint64_t gather(std::uint64_t count, std::chrono::milliseconds patience, Visitor visit) {
    std::uint64_t arrived = 0;
    const auto take = [&](std::size_t index, const mqtt::Frame& frame) {
      if (frame.type() != PacketType::publish) return;
      visit(index, connections_[index].decoded<mqtt::Publish>(frame));
      ++arrived;
    };
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].read_held([&](const mqtt::Frame& frame) { take(i, frame); });
      connections_[i].await_sent();
    }
    Clock::time_point last = Clock::now();
    while (arrived < count && Clock::now() < last + patience) {
      constexpr std::uint64_t kLookEvery = 50'000'000;
      for (const Poller::Ready& ready : poller_.wait(kLookEvery)) {
        if (!ready.readable) continue;
        read(ready.index, take);
        last = Clock::now();
      }
    }
    return arrived;
  }

 private:
  template <class Take>
  void read(std::size_t index, Take& take) {
    constexpr std::size_t kReadBytes = 256 << 10;
    Connection& connection = connections_[index];
    for (bool empty = false; !empty;) {
      empty = connection.read(scratch_, kReadBytes, [&](const mqtt::Frame& frame) { take(index, frame); });
      connection.await_sent();
    }
  }

  std::vector<Connection>& connections_;
  Poller poller_;
  Bytes scratch_;
};

}  // namespace pint::bench
