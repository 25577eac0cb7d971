// Socket faults: a network that misbehaves on command, below MQTT: bytes that come late, slowly, in slices,
// wrong or not at all, and connections that end or never begin.
//
//   broker.socket_faults().add({.client = "dev-*", .effect = pint::latency(200ms)});
//   broker.socket_faults().add({.name = "gone", .client = "dev-7", .effect = pint::half_open()});
//   broker.socket_faults().remove("gone");
//
// Durations are broker time, so that a virtual clock drives them. Several faults on one connection add up:
// delays are summed, of bounds the narrowest holds. Whatever is random comes from the broker's seed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pint {

// What a fault does. Made by the functions below, which refuse the impossible.
namespace socket_effect {
struct Latency {
  std::chrono::nanoseconds delay{};
  std::chrono::nanoseconds jitter{};  // up to so much more, at random; the order is kept
};
struct Bandwidth {
  std::uint64_t bytes_per_second = 1;
};
struct Slice {
  std::size_t bytes = 1;
  std::chrono::nanoseconds pause{};  // between two slices
};
struct CorruptBytes {
  double probability = 0;
};
struct CorruptByte {
  std::uint64_t offset = 0;
};
struct Stall {};
struct HalfOpen {};
struct EndAfter {
  std::uint64_t bytes = 0;
  bool by_reset = false;
};
struct RefuseConnections {};
struct StopAccepting {};
}  // namespace socket_effect

using SocketEffect = std::variant<socket_effect::Latency, socket_effect::Bandwidth, socket_effect::Slice,
                                  socket_effect::CorruptBytes, socket_effect::CorruptByte,
                                  socket_effect::Stall, socket_effect::HalfOpen, socket_effect::EndAfter,
                                  socket_effect::RefuseConnections, socket_effect::StopAccepting>;

// Each throws std::invalid_argument for what cannot be.

struct LatencyOptions {
  std::chrono::nanoseconds jitter{};
};
// Let every byte arrive so much later.
[[nodiscard]] SocketEffect latency(std::chrono::nanoseconds delay, LatencyOptions options = {});

// Let so many bytes through in a second. To the client, what does not fit waits in the broker as for any slow
// client, so that limits.outbox_bytes applies.
[[nodiscard]] SocketEffect bandwidth(std::uint64_t bytes_per_second);

struct SliceOptions {
  std::chrono::nanoseconds pause{};
};
// Hand bytes over in portions of at most so many, each with a write (or to the broker, a read) of its own.
[[nodiscard]] SocketEffect slice(std::size_t bytes, SliceOptions options = {});

// Change each byte with this probability, 0..1, to another one.
[[nodiscard]] SocketEffect corrupt_bytes(double probability);
// Change one byte of each connection: the first to pass after the fault has begun there has offset 0.
[[nodiscard]] SocketEffect corrupt_byte(std::uint64_t offset);

// Let nothing pass for the time being. From the client: it is not read, its end included. To the client: its
// messages wait as for a client that does not read. Nothing is lost but what limits drop.
[[nodiscard]] SocketEffect stall();

// Let nothing pass in either direction, and nobody see an end: the peers know each other by silence only, as
// behind a cable that was pulled. Keep Alive still tells the broker; the client is told nothing even then. If
// the fault is removed before, nothing is lost; after that, the client gets RST.
[[nodiscard]] SocketEffect half_open();

enum class SocketEnd : std::uint8_t { fin, rst };
// Let so many bytes pass and throw away the rest, then end the connection. The broker takes it for a failure
// of the network, so that a Will is published.
[[nodiscard]] SocketEffect truncate(std::uint64_t bytes, SocketEnd end = SocketEnd::fin);
// End the connection now; each one that matches as long as the fault is there.
[[nodiscard]] SocketEffect fin();
[[nodiscard]] SocketEffect rst();

// Reset whoever connects, at once. For all clients and both ways.
[[nodiscard]] SocketEffect refuse_connections();
// Leave those who connect to the operating system, which lets them wait. For all clients and both ways.
[[nodiscard]] SocketEffect stop_accepting();

// "latency 200 ms, jitter 50 ms".
[[nodiscard]] std::string to_string(const SocketEffect& effect);

enum class Way : std::uint8_t { both, to_client, from_client };

struct SocketFault {
  std::string name = {};  // empty: the first word of the effect, as in "latency"
  std::string client =
      "*";              // client names with "*" and "?"; "": only those whose CONNECT was not accepted yet
  Way way = Way::both;  // of bounds and counts, each way has its own
  SocketEffect effect = socket_effect::Stall{};
};

// The socket faults of one broker. Got from it; a copy speaks of the same. Thread-safe: every call has taken
// effect when it returns. All throw std::logic_error once the broker is stopped.
class SocketFaults {
 public:
  // Begin a fault. It applies to connections there are and to come, in the order of adding. Throws
  // std::invalid_argument if it is impossible or a fault of this name is there.
  void add(SocketFault fault);
  // Change the fault of this name, or begin it. What it counts and offsets begin anew. Bytes on their way are
  // not delayed longer than the change says.
  void set(SocketFault fault);
  // End a fault; false if there is none of this name. Bytes that only it has delayed are let go.
  bool remove(std::string_view name);
  void clear();
  [[nodiscard]] std::vector<SocketFault> list() const;

  // For the test kit.
  class Implementation;
  explicit SocketFaults(std::shared_ptr<Implementation> implementation);

 private:
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace pint
