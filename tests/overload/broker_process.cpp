#include "overload/broker_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace pint::overload {
namespace {

constexpr timeval kPatience{.tv_sec = 60, .tv_usec = 0};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

pid_t spawn(const Scenario& scenario, Scale scale, int control) {
  std::string words[] = {"pint_overload", "--serve", std::string(scenario.name),
                         scale == Scale::full ? "full" : "ci", std::to_string(control)};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(),
                       words[3].data(), words[4].data(), nullptr};
  pid_t process = -1;
  errno = ::posix_spawn(&process, "/proc/self/exe", nullptr, nullptr, arguments, environ);
  if (errno != 0) fail("the broker's process cannot be started");
  return process;
}

}  // namespace

BrokerProcess::BrokerProcess(const Scenario& scenario, Scale scale) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) fail("socketpair");
  control_ = net::Descriptor(ends[0]);
  const net::Descriptor theirs(ends[1]);
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  ::setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  process_ = spawn(scenario, scale, theirs.get());
  port_ = static_cast<std::uint16_t>(answer()["port"]);
}

BrokerProcess::~BrokerProcess() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

Figures BrokerProcess::answer() const {
  std::string text;
  while (text != ".\n" && !text.ends_with("\n.\n")) {
    char block[4'096];
    const ssize_t size = ::recv(control_.get(), block, sizeof block, 0);
    if (size <= 0) throw std::runtime_error("the broker's process does not answer");
    text.append(block, static_cast<std::size_t>(size));
  }
  Figures figures;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::size_t blank = text.find(' ', at);
    if (blank < end) {
      std::uint64_t value = 0;
      std::from_chars(text.data() + blank + 1, text.data() + end, value);
      figures.set(text.substr(at, blank - at), value);
    }
    at = end + 1;
  }
  return figures;
}

Figures BrokerProcess::ask(std::string_view command) const {
  const std::string line = std::string(command) + '\n';
  if (::send(control_.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0)
    fail("the broker's process is gone");
  return answer();
}

Figures BrokerProcess::figures() const { return ask("figures"); }

void BrokerProcess::jump(std::int64_t seconds) const { (void)ask("jump " + std::to_string(seconds)); }

void BrokerProcess::trim() const { (void)ask("trim"); }

std::size_t BrokerProcess::status_bytes(std::string_view key) const {
  std::ifstream status("/proc/" + std::to_string(process_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::strtoull(line.c_str() + key.size(), nullptr, 10) * 1'024;
  }
  return 0;
}

std::size_t BrokerProcess::resident_bytes() const { return status_bytes("VmRSS:"); }

std::size_t BrokerProcess::resident_bytes_peak() const { return status_bytes("VmHWM:"); }

int BrokerProcess::stop() {
  control_ = net::Descriptor();
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace pint::overload
