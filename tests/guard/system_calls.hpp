// How many system calls a piece of code makes. The linker leads the calls of this program here (--wrap, see
// CMakeLists.txt); all they do beside being counted is what they always do.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace pint::test {

enum class SystemCall { wait, epoll_ctl, receive, send, other };
inline constexpr std::string_view kSystemCallNames[] = {"wait", "epoll_ctl", "receive", "send", "other"};

// Calls counted since the program began.
[[nodiscard]] std::span<const std::size_t> system_calls();

// Calls are counted while one of these lives. Not nested.
class CountingSystemCalls {
 public:
  CountingSystemCalls();
  ~CountingSystemCalls();
  CountingSystemCalls(const CountingSystemCalls&) = delete;
  CountingSystemCalls& operator=(const CountingSystemCalls&) = delete;
};

}  // namespace pint::test
