// posix_spawn, because fork() in a program with threads copies locks in any state.
#include "actions/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "actions/line_buffer.hpp"

extern char** environ;

namespace pint::actions {
namespace {

constexpr std::chrono::milliseconds kTerminateWithin{200};

std::error_code system_error(int number) { return {number, std::generic_category()}; }

// The attributes and file actions of one posix_spawn.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&files_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }

  // Standard input from the pipe; none of our sockets, or a client's end would never be seen by the other
  // side.
  void read_from(int pipe_end) {
    posix_spawn_file_actions_adddup2(&files_, pipe_end, STDIN_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
  }
  void be_group_leader_with_default_signals() {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  [[nodiscard]] int run(pid_t& process, const std::string& command) const {
    const std::string words[] = {"sh", "-c", command};
    char* const arguments[] = {const_cast<char*>(words[0].c_str()), const_cast<char*>(words[1].c_str()),
                               const_cast<char*>(words[2].c_str()), nullptr};
    return ::posix_spawn(&process, "/bin/sh", &files_, &attributes_, arguments, environ);
  }

 private:
  posix_spawnattr_t attributes_{};
  posix_spawn_file_actions_t files_{};
};

std::string description_of(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::error_code ChildProcess::start(const std::string& command) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error(errno);
  const FileDescriptor read_end(ends[0]);
  FileDescriptor write_end(ends[1]);
  SpawnPlan plan;
  plan.read_from(read_end.number());
  plan.be_group_leader_with_default_signals();
  pid_t process = -1;
  if (const int error = plan.run(process, command); error != 0) return system_error(error);
  process_ = process;
  // By number: glibc 2.36 declares it for C alone, and older ones do not have it.
  exit_ = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
  if (exit_) {
    input_ = std::move(write_end);
    return {};
  }
  const int error = errno;
  write_end.reset();
  end(std::chrono::steady_clock::now());
  return system_error(error);
}

ChildProcess::~ChildProcess() {
  if (process_ > 0) end(std::chrono::steady_clock::now());
}

std::string ChildProcess::end(std::chrono::steady_clock::time_point patience) {
  input_.reset();
  if (!ended_by(patience)) {
    signal_group(SIGTERM);
    if (!ended_by(std::chrono::steady_clock::now() + kTerminateWithin)) signal_group(SIGKILL);
  }
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  exit_.reset();
  return description_of(status);
}

bool ChildProcess::ended_by(std::chrono::steady_clock::time_point deadline) const {
  return exit_ && poll_until(exit_.number(), POLLIN, deadline) != 0;
}

// Only before the leader was waited for: until then its number is not given to another process.
void ChildProcess::signal_group(int signal) const { ::kill(-process_, signal); }

}  // namespace pint::actions
