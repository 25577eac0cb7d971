// fork(2), execvp(3); the broker's death follows ours.
#include "bench/broker_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "bench/endpoint.hpp"
#include "bench/trouble.hpp"

namespace pint::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kReadyWithin{30};
constexpr std::chrono::seconds kEndWithin{5};
constexpr std::chrono::microseconds kBetweenLooks{50};

std::string with_port(std::string word, std::uint16_t port) {
  constexpr std::string_view kPlace = "{port}";
  for (std::size_t at; (at = word.find(kPlace)) != std::string::npos;)
    word.replace(at, kPlace.size(), std::to_string(port));
  return word;
}

std::vector<std::string> own_command() {
  return {"/proc/self/exe", "--port", "{port}", "--log-level", "error"};
}

// In the child: no output of its own, no life without its parent, and our words. Only what is safe between
// fork and exec.
[[noreturn]] void become(const std::vector<char*>& words, bool pin) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (pin) pin_to(0);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nothing, standard);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

// True once a TCP connection has been made.
bool accepts(const Endpoint& broker) try {
  const actions::FileDescriptor socket = open_socket(broker);
  pollfd waiting{.fd = socket.number(), .events = POLLOUT, .revents = 0};
  if (::poll(&waiting, 1, 1'000) != 1) return false;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
} catch (const Trouble&) {
  return false;
}

bool has_ended(pid_t process) {
  siginfo_t ended{};
  return ::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == process;
}

}  // namespace

BrokerProcess::BrokerProcess(const Plan& plan) {
  endpoint_ = plan.broker ? *plan.broker : Endpoint{.port = free_port()};
  for (const std::string& word : plan.command.empty() ? own_command() : plan.command)
    words_.push_back(with_port(word, endpoint_.port));
  std::vector<char*> words;
  for (std::string& word : words_) words.push_back(word.data());
  words.push_back(nullptr);
  process_ = ::fork();
  if (process_ < 0) throw trouble_with("fork");
  if (process_ == 0) become(words, plan.pin);
}

BrokerProcess::~BrokerProcess() {
  ::kill(process_, SIGTERM);
  const auto deadline = steady_clock::now() + kEndWithin;
  while (!has_ended(process_) && steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  if (!has_ended(process_)) ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void BrokerProcess::check_alive() const {
  if (has_ended(process_)) throw Trouble(words_[0] + ": ended instead of serving; try it by hand");
}

void BrokerProcess::await_ready() {
  const auto deadline = steady_clock::now() + kReadyWithin;
  while (!accepts(endpoint_)) {
    check_alive();
    if (steady_clock::now() > deadline)
      throw Trouble(words_[0] + ": does not accept connections on port " + std::to_string(endpoint_.port) +
                    " within " + std::to_string(kReadyWithin.count()) + " s");
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

void pin_to(int cpu) {
  if (::sysconf(_SC_NPROCESSORS_ONLN) < 2) return;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(static_cast<std::size_t>(cpu), &cpus);
  ::sched_setaffinity(0, sizeof cpus, &cpus);
}

}  // namespace pint::bench
