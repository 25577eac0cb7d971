// ChildProcess: one run of `/bin/sh -c COMMAND` with a pipe on its standard input. It has a process group of
// its own, so that ending it ends what the command started; standard output and error are ours. Linux: uses
// pidfd_open(2) to wait for an end without SIGCHLD, which belongs to the embedding program.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <system_error>

#include "actions/file_descriptor.hpp"

namespace pint::actions {

class ChildProcess {
 public:
  ChildProcess() = default;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // kills it if it still runs

  [[nodiscard]] std::error_code start(const std::string& command);

  [[nodiscard]] int input() const { return input_.number(); }   // write end of its standard input
  [[nodiscard]] int exit_fd() const { return exit_.number(); }  // readable once it has ended

  // Close its input and wait for it to end; after `patience` send SIGTERM, a little later SIGKILL. Says how
  // it ended: "exit status 1", "signal 15".
  std::string end(std::chrono::steady_clock::time_point patience);

 private:
  [[nodiscard]] bool ended_by(std::chrono::steady_clock::time_point deadline) const;
  void signal_group(int signal) const;

  pid_t process_ = -1;
  FileDescriptor input_;
  FileDescriptor exit_;
};

}  // namespace pint::actions
