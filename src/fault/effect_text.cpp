// Socket effects in words, for journals and error messages.
#include <cstdio>
#include <string>

#include <pint/socket_fault.hpp>

#include "base/time.hpp"

namespace pint {
namespace {

using namespace std::chrono_literals;

// In the largest unit that gives a whole number.
std::string text(Duration duration) {
  struct Unit {
    Duration length;
    const char* name;
  };
  for (const Unit& unit : {Unit{1s, " s"}, Unit{1ms, " ms"}, Unit{1us, " us"}}) {
    if (duration % unit.length == Duration::zero()) return std::to_string(duration / unit.length) + unit.name;
  }
  return std::to_string(duration.count()) + " ns";
}

std::string text(double number) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%g", number);
  return digits;
}

struct InWords {
  std::string operator()(const socket_effect::Latency& latency) const {
    const bool varies = latency.jitter > Duration::zero();
    return "latency " + text(latency.delay) + (varies ? ", jitter " + text(latency.jitter) : "");
  }
  std::string operator()(const socket_effect::Bandwidth& bandwidth) const {
    return "bandwidth " + std::to_string(bandwidth.bytes_per_second) + " bytes a second";
  }
  std::string operator()(const socket_effect::Slice& slice) const {
    const bool paused = slice.pause > Duration::zero();
    return "slice " + std::to_string(slice.bytes) + " bytes" + (paused ? ", pause " + text(slice.pause) : "");
  }
  std::string operator()(const socket_effect::CorruptBytes& corrupt) const {
    return "corrupt bytes with probability " + text(corrupt.probability);
  }
  std::string operator()(const socket_effect::CorruptByte& corrupt) const {
    return "corrupt byte " + std::to_string(corrupt.offset);
  }
  std::string operator()(const socket_effect::Stall&) const { return "stall"; }
  std::string operator()(const socket_effect::HalfOpen&) const { return "half-open"; }
  std::string operator()(const socket_effect::EndAfter& end) const {
    const std::string how = end.by_reset ? "rst" : "fin";
    return end.bytes == 0 ? how : "truncate after " + std::to_string(end.bytes) + " bytes, " + how;
  }
  std::string operator()(const socket_effect::RefuseConnections&) const { return "refuse connections"; }
  std::string operator()(const socket_effect::StopAccepting&) const { return "stop accepting"; }
};

}  // namespace

std::string to_string(const SocketEffect& effect) { return std::visit(InWords{}, effect); }

}  // namespace pint
