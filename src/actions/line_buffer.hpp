// LineBuffer: lines on their way from the broker thread to a thread that may have to wait while it writes
// them.
//
//   push() ──▶ pushed ──fill()──▶ in hand ──write_some()──▶ descriptor
//              └────────── not written yet: at most bytes_max ─────────┘
//
// One producer, one consumer. The consumer sleeps in poll(2) on wake_fd().
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>

#include "actions/file_descriptor.hpp"

namespace pint::actions {

// Enough for a burst while a program restarts; little beside the broker's own limits.memory_bytes.
constexpr std::size_t kBufferedBytesMax = std::size_t{16} << 20;

class LineBuffer {
 public:
  explicit LineBuffer(std::size_t bytes_max = kBufferedBytesMax);

  // The producer: add a line. `first`: the consumer had caught up; `full`: it was dropped.
  enum class Pushed { first, more, full };
  Pushed push(std::string_view line);

  // Take no more lines. From any thread.
  void stop();

  // The consumer: readable after push() to an empty buffer and after stop().
  [[nodiscard]] int wake_fd() const { return wake_.number(); }
  [[nodiscard]] bool stopping() const;
  // Take what was pushed if nothing is in hand. False if there is nothing to write.
  [[nodiscard]] bool fill();
  // One write(2), which does not block after POLLOUT.
  [[nodiscard]] std::error_code write_some(int descriptor);
  // The reader has gone: begin the unfinished line again for the next one.
  void restart_line();
  [[nodiscard]] std::size_t unwritten() const;

 private:
  void wake() const;
  void clear_wake() const;

  const std::size_t bytes_max_;
  FileDescriptor wake_;
  mutable std::mutex mutex_;
  [[nodiscard]] std::size_t unwritten_locked() const { return pushed_.size() + in_hand_.size() - written_; }

  // Guarded, but the text in hand: only the consumer changes it, and may read it without the lock.
  std::string pushed_;
  std::string in_hand_;
  std::size_t written_ = 0;  // of in_hand_
  bool stopping_ = false;
};

// Write until nothing is left, nobody reads any more, or the time has come.
void drain(LineBuffer& lines, int descriptor, std::chrono::steady_clock::time_point deadline);

// poll(2) for one descriptor; `deadline` in the past looks once. Gives revents, 0 when the time has come.
[[nodiscard]] short poll_until(int descriptor, short events, std::chrono::steady_clock::time_point deadline);

// A thread that writes to pipes must get EPIPE, not SIGPIPE.
void block_sigpipe_in_this_thread();

}  // namespace pint::actions
