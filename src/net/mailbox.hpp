// Mailbox: how other threads speak to a broker. The only lock between them and the broker thread, which swaps
// the whole queue out once a turn. Commands are carried out in the order in which they were posted.
//
//   your threads ──post()──▶ [ publish | task | stop | … ] ──take()──▶ loop    (woken only when it was empty)
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <system_error>
#include <variant>
#include <vector>

#include <pint/message.hpp>

#include "base/time.hpp"
#include "net/poller.hpp"

namespace pint::core {
class Engine;
}

namespace pint::net {

// A message of the application. `hops`: see core::RuleCall.
struct Publish {
  Publish(Message&& given, std::uint8_t hops_so_far = 0) : message(std::move(given)), hops(hops_so_far) {}
  Message message;
  std::uint8_t hops = 0;
};
// Everything that is asked of a broker less often than publishing. Destroyed without being called if the
// broker stops first.
using Task = std::function<void(core::Engine&, Time now)>;
// The same for what needs the loop between two turns: see Loop::after_turn.
struct Job {
  std::function<void()> run;
};
// End the loop; send what is to be sent for at most `grace`.
struct Stop {
  Duration grace{};
};
using Command = std::variant<Publish, Task, Job, Stop>;

class Mailbox {
 public:
  // Refuses commands while it holds `bytes_max` or more; the last one accepted may go beyond it, so that no
  // message is too large for an empty mailbox.
  explicit Mailbox(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Accept commands from here on. Throws std::system_error if the operating system has no descriptor left.
  void open();
  // Accept none any more, and drop those that were not taken.
  void close();

  // counted: in bytes_max. exempt: bounded by something else, such as the threads that wait for an answer.
  enum class Bound : std::uint8_t { counted, exempt };
  // Any thread; the broker thread with `wake` unset, because it looks before it waits. Errors: not_running,
  // queue_full.
  std::error_code post(Command&& command, Bound bound, bool wake);

  // The broker thread. Swap what waits into `commands`, which must be empty; false if there was nothing.
  bool take(std::vector<Command>& commands);
  // A hint without locking; exact for what the broker thread itself posted.
  [[nodiscard]] bool empty() const { return !filled_.load(std::memory_order_relaxed); }
  // Precondition: open() was called.
  [[nodiscard]] const Waker& waker() const { return *waker_; }

 private:
  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::vector<Command> commands_;
  std::size_t bytes_ = 0;
  bool open_ = false;
  std::atomic<bool> filled_ = false;
  std::unique_ptr<const Waker> waker_;  // made once and kept: wake() may come late
};

}  // namespace pint::net
