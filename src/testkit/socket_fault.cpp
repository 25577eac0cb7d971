// The socket effects as they are made, and what is refused.
#include <pint/socket_fault.hpp>

#include <stdexcept>
#include <string>

#include "testkit/socket_fault_check.hpp"

namespace pint {
namespace {

using namespace socket_effect;
using std::chrono::nanoseconds;

constexpr nanoseconds kLongest = std::chrono::hours{24 * 366};  // beyond it, sums might overflow

[[noreturn]] void refuse(const std::string& why) { throw std::invalid_argument(why); }

void check_duration(const std::string& what, nanoseconds duration) {
  if (duration < nanoseconds::zero())
    refuse(what + " is negative: bytes cannot arrive before they were sent");
  if (duration > kLongest) refuse(what + " is more than a year: stall() holds bytes for ever");
}

struct Check {
  void operator()(const Latency& latency) const {
    check_duration("the delay of latency()", latency.delay);
    check_duration("the jitter of latency()", latency.jitter);
  }
  void operator()(const Bandwidth& bandwidth) const {
    if (bandwidth.bytes_per_second == 0)
      refuse("bandwidth(0) lets nothing pass: stall() is the name of that");
  }
  void operator()(const Slice& slice) const {
    if (slice.bytes == 0) refuse("slice(0) lets nothing pass: stall() is the name of that");
    check_duration("the pause of slice()", slice.pause);
  }
  void operator()(const CorruptBytes& corrupt) const {
    const bool possible = corrupt.probability >= 0 && corrupt.probability <= 1;  // NaN is neither
    if (!possible)
      refuse("corrupt_bytes(" + std::to_string(corrupt.probability) +
             ") is no probability: it lies between 0 and 1");
  }
  template <class Effect>
  void operator()(const Effect&) const {}
};

SocketEffect checked(const SocketEffect& effect) {
  testkit::check(effect);
  return effect;
}

}  // namespace

SocketEffect latency(nanoseconds delay, LatencyOptions options) {
  return checked(Latency{.delay = delay, .jitter = options.jitter});
}
SocketEffect bandwidth(std::uint64_t bytes_per_second) {
  return checked(Bandwidth{.bytes_per_second = bytes_per_second});
}
SocketEffect slice(std::size_t bytes, SliceOptions options) {
  return checked(Slice{.bytes = bytes, .pause = options.pause});
}
SocketEffect corrupt_bytes(double probability) { return checked(CorruptBytes{.probability = probability}); }
SocketEffect corrupt_byte(std::uint64_t offset) { return CorruptByte{.offset = offset}; }
SocketEffect stall() { return Stall{}; }
SocketEffect half_open() { return HalfOpen{}; }
SocketEffect truncate(std::uint64_t bytes, SocketEnd end) {
  return EndAfter{.bytes = bytes, .by_reset = end == SocketEnd::rst};
}
SocketEffect fin() { return EndAfter{}; }
SocketEffect rst() { return EndAfter{.by_reset = true}; }
SocketEffect refuse_connections() { return RefuseConnections{}; }
SocketEffect stop_accepting() { return StopAccepting{}; }

namespace testkit {

void check(const SocketEffect& effect) { std::visit(Check{}, effect); }

void check(const SocketFault& fault) {
  check(fault.effect);
  if (std::holds_alternative<HalfOpen>(fault.effect) && fault.way != Way::both) {
    refuse("half_open() of one way only is stall(): a peer that hears the other knows that it is there");
  }
  const bool about_connecting = std::holds_alternative<RefuseConnections>(fault.effect) ||
                                std::holds_alternative<StopAccepting>(fault.effect);
  if (about_connecting && (fault.client != "*" || fault.way != Way::both)) {
    refuse(to_string(fault.effect) +
           " is for all clients and both ways: who connects is not known before it has sent CONNECT");
  }
}

}  // namespace testkit
}  // namespace pint
