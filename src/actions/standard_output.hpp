// StandardOutput: the one writer behind all print rules, so that their lines come in the order of the
// messages and whole. A thread of its own does it, so that a terminal on hold or a pipe nobody reads stops
// neither the broker nor its end.
#pragma once

#include <string_view>
#include <thread>

#include "actions/line_buffer.hpp"

namespace pint::actions {

class StandardOutput {
 public:
  StandardOutput() = default;
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;
  ~StandardOutput();

  // On the broker thread. See LineBuffer::push().
  LineBuffer::Pushed push(std::string_view line) { return lines_.push(line); }

  // Start the thread; what was pushed before waits for it. Nothing if it runs. Not on the broker thread.
  void begin();

  // Take no more lines; then wait at most 250 ms for standard output to take what is left.
  void begin_stop() { lines_.stop(); }
  void stop();

 private:
  void run();

  LineBuffer lines_;
  std::thread thread_;
};

}  // namespace pint::actions
