// ProcessMeter: what the kernel tells of another process: CPU time to the nanosecond, memory, wake-ups.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "bench/plan.hpp"

namespace pint::bench {

struct ProcessReading {
  std::uint64_t cpu_ns = 0;  // of all threads
  std::uint64_t resident_bytes = 0;
  std::uint64_t resident_bytes_peak = 0;
  std::uint64_t wake_ups = 0;  // how often a thread that slept has run again
};

class ProcessMeter {
 public:
  ProcessMeter() = default;
  explicit ProcessMeter(pid_t process) : process_(process) {}

  [[nodiscard]] pid_t process() const { return process_; }
  // Nothing if there is no such process, or it is another user's.
  [[nodiscard]] std::optional<ProcessReading> read() const;

 private:
  pid_t process_ = 0;
};

// The process that listens at this address; nothing if it cannot be found out (it is another user's).
[[nodiscard]] std::optional<pid_t> process_that_listens(const Endpoint& broker);

}  // namespace pint::bench
