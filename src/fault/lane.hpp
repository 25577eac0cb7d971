// Lane: one way of one connection under faults. Bytes enter it where they come from (the socket, the outbox),
// and leave it where they go. It is told the time, and draws from a generator of its own, so that the same
// seed and the same bytes at the same times give the same bytes at the same times.
//
//   room() ─▶ enter() ─ corrupt, cut ─▶ [ bandwidth, slices: one portion at a time ] ─▶
//                                                   [ latency: a queue of portions, each with its time ] ─▶
//                                                   front()
//
// What finds no room stays where it is: in the outbox, which has a bound, or in the kernel, whose peer waits.
// The queue itself holds at most kBytesMax, as a network of that capacity would.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include <pint/socket_fault.hpp>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace pint::fault {

// How a way ends. By itself: `closed`, `failed`; by a fault: `fin`, `reset`.
enum class LaneEnd : std::uint8_t { closed, failed, fin, reset };

class Lane {
 public:
  static constexpr std::size_t kBytesMax = 256u << 10;

  explicit Lane(std::uint64_t seed) : random_(seed) {}

  // One fault at work here.
  struct Part {
    const SocketFault* fault = nullptr;  // the plan's, which tells before it goes
    std::uint64_t revision = 0;          // of the plan, when the fault was added or changed
    std::uint64_t begun_at = 0;          // bytes that had entered before
    bool took_effect = false;
    bool told = false;  // the plan's note
  };
  // These are the faults from here on, of the given revisions. Those that were there go on counting. What is
  // in the queue leaves no later than the new ones would have it.
  void set_faults(const std::vector<std::pair<const SocketFault*, std::uint64_t>>& faults, Time now);
  [[nodiscard]] std::vector<Part>& parts() { return parts_; }

  // How many bytes may enter now. If none, next_deadline() or set_faults() or pop() changes that.
  [[nodiscard]] std::size_t room(Time now);
  // Not more than room() is the rule; whoever has the bytes already and nowhere else to keep them may exceed
  // it.
  void enter(ByteView bytes, Time now);
  // Nothing follows: told behind what is in the queue, and after the same delay.
  void end(LaneEnd end, Time now);
  // Whether an end is in the queue or was: nothing enters any more.
  [[nodiscard]] bool ended() const { return ended_; }

  // The portion that is due; empty if there is none. Valid until the next non-const call.
  [[nodiscard]] ByteView front(Time now) const;
  void pop(std::size_t size);
  // The end, if it is what is due.
  [[nodiscard]] std::optional<LaneEnd> end_due(Time now) const;

  // Whoever takes from the lane cannot just now: what is due is no deadline.
  void set_blocked(bool blocked) { blocked_ = blocked; }
  [[nodiscard]] std::optional<Time> next_deadline() const;
  // The deadline has come, and is followed up.
  void tick(Time now);

  [[nodiscard]] bool empty() const { return queue_.empty(); }

 private:
  struct Portion {
    Bytes bytes;
    std::optional<LaneEnd> end;
    Time sent;  // it has left the sender: entered, and was as long on its way as the bandwidth says
    Time due;
  };
  // What the faults ask for together.
  struct Shape {
    Duration delay{};
    std::uint64_t bytes_per_second = 0;  // 0: no bound
    std::size_t slice = 0;               // 0: any size
    Duration pause{};
    bool stalled = false;
  };
  void gather_shape();
  [[nodiscard]] std::size_t portion_max() const;
  [[nodiscard]] std::optional<LaneEnd> cut(ByteView& bytes);
  void corrupt(Bytes& bytes);
  void queue(Portion portion);
  [[nodiscard]] Duration draw_delay();
  void end_now(LaneEnd end, Time now);

  Random random_;
  std::vector<Part> parts_;
  Shape shape_;
  std::deque<Portion> queue_;
  std::size_t queued_ = 0;
  std::size_t taken_ = 0;       // of the front portion
  std::uint64_t entered_ = 0;   // bytes, ever
  Time free_at_ = Time::min();  // when the next portion may enter
  bool refused_ = false;        // somebody waits for that
  bool ended_ = false;
  bool ended_at_once_ = false;  // no stall holds it
  bool blocked_ = false;
};

}  // namespace pint::fault
