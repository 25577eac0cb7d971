// A loop around poll(2): standard output when there is something to write, the buffer's wake always.
#include "actions/standard_output.hpp"

#include <poll.h>

#include <chrono>

namespace pint::actions {
namespace {

constexpr std::chrono::milliseconds kLastWordsWithin{250};

}  // namespace

StandardOutput::~StandardOutput() {
  begin_stop();
  stop();
}

void StandardOutput::begin() {
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void StandardOutput::stop() {
  if (thread_.joinable()) thread_.join();
}

void StandardOutput::run() {
  block_sigpipe_in_this_thread();
  bool broken = false;
  while (!lines_.stopping()) {
    const bool pending = lines_.fill() && !broken;
    const auto events = static_cast<short>(pending ? POLLOUT : 0);
    pollfd entries[] = {{.fd = broken ? -1 : STDOUT_FILENO, .events = events, .revents = 0},
                        {.fd = lines_.wake_fd(), .events = POLLIN, .revents = 0}};
    if (::poll(entries, 2, -1) < 0) continue;
    if ((entries[0].revents & (POLLERR | POLLNVAL)) != 0)
      broken = true;
    else if ((entries[0].revents & POLLOUT) != 0 && lines_.write_some(STDOUT_FILENO))
      broken = true;
  }
  if (!broken) drain(lines_, STDOUT_FILENO, std::chrono::steady_clock::now() + kLastWordsWithin);
}

}  // namespace pint::actions
