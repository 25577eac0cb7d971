// The own thread's loop: start, feed until it ends, say so, wait, again.
#include "actions/exec_action.hpp"

#include <poll.h>

#include <algorithm>

#include "actions/json_line.hpp"

namespace pint::actions {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kFirstDelay{100};
constexpr milliseconds kLongestDelay{10'000};
constexpr milliseconds kFinishWithin{1'000};

constexpr short kGone = POLLERR | POLLHUP | POLLNVAL;

}  // namespace

ExecAction::ExecAction(std::string command, Log log)
    : command_(std::move(command)), log_(log), trouble_("rule exec:" + command_, std::move(log)) {}

ExecAction::~ExecAction() {
  ExecAction::begin_stop();
  ExecAction::stop();
}

void ExecAction::handle(const Message& message) {
  switch (lines_.push(json_line(message, std::chrono::system_clock::now()))) {
    case LineBuffer::Pushed::first: return trouble_.over();
    case LineBuffer::Pushed::more: return;
    case LineBuffer::Pushed::full: return trouble_.lost("the command is too slow; messages are dropped");
  }
}

void ExecAction::stop() {
  if (thread_.joinable()) thread_.join();
}

void ExecAction::run() {
  block_sigpipe_in_this_thread();
  milliseconds delay = kFirstDelay;
  do {
    const steady_clock::time_point started = steady_clock::now();
    const std::string end = run_once();
    if (lines_.stopping()) break;
    // Long enough to be no crash at the start: the next end begins with a short delay again.
    if (steady_clock::now() - started > kLongestDelay) delay = kFirstDelay;
    say(LogLevel::warning, end + "; starts again in " + std::to_string(delay.count()) + " ms");
    wait_before_restart(delay);
    delay = std::min(delay * 2, kLongestDelay);
  } while (!lines_.stopping());
  if (const std::size_t bytes = lines_.unwritten(); bytes != 0) {
    say(LogLevel::warning, std::to_string(bytes) + " bytes of messages were not read by the command");
  }
}

// One life of the command; says how it ended.
std::string ExecAction::run_once() {
  ChildProcess child;
  if (const std::error_code error = child.start(command_)) return "cannot start: " + error.message();
  feed(child);
  const steady_clock::time_point deadline = steady_clock::now() + kFinishWithin;
  if (lines_.stopping())
    drain(lines_, child.input(), deadline);
  else
    lines_.restart_line();
  return "ended with " + child.end(deadline);
}

// Returns when the command has ended or closed its input, or the action is to stop.
void ExecAction::feed(const ChildProcess& child) {
  for (;;) {
    const auto events = static_cast<short>(lines_.fill() ? POLLOUT : 0);
    if (lines_.stopping()) return;
    pollfd entries[] = {{.fd = child.input(), .events = events, .revents = 0},
                        {.fd = lines_.wake_fd(), .events = POLLIN, .revents = 0},
                        {.fd = child.exit_fd(), .events = POLLIN, .revents = 0}};
    if (::poll(entries, 3, -1) < 0) continue;
    if (entries[2].revents != 0 || (entries[0].revents & kGone) != 0) return;
    if ((entries[0].revents & POLLOUT) != 0 && lines_.write_some(child.input())) return;
  }
}

void ExecAction::wait_before_restart(milliseconds delay) {
  const steady_clock::time_point deadline = steady_clock::now() + delay;
  while (!lines_.stopping() && steady_clock::now() < deadline) {
    [[maybe_unused]] const bool pending = lines_.fill();  // clears the wake of lines that arrive meanwhile
    [[maybe_unused]] const short ready = poll_until(lines_.wake_fd(), POLLIN, deadline);
  }
}

void ExecAction::say(LogLevel level, const std::string& what) const {
  if (log_) log_(level, "rule exec:" + command_ + ": " + what);
}

}  // namespace pint::actions
