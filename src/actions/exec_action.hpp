// exec:COMMAND starts `/bin/sh -c COMMAND` once and feeds it one line of JSON a message on standard input.
// When the command ends it is started again, at first after 100 ms, then after twice as long each time, up to
// 10 s.
//
//   broker thread: handle() ──▶ LineBuffer ──▶ own thread: poll, write, restart ──▶ pipe ──▶ command
//
// Lines wait in the buffer while there is no command; a line cut by the end of one is sent again whole to the
// next.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "actions/action.hpp"
#include "actions/child_process.hpp"
#include "actions/line_buffer.hpp"
#include "actions/trouble.hpp"

namespace pint::actions {

class ExecAction final : public Action {
 public:
  ExecAction(std::string command, Log log);
  ~ExecAction() override;
  void handle(const Message& message) override;
  void begin() override {
    thread_ = std::thread([this] { run(); });
  }
  void begin_stop() override { lines_.stop(); }
  // Closes the command's input and waits 1 s for it to read what is left and end; then SIGTERM, then SIGKILL.
  void stop() override;

 private:
  void run();
  [[nodiscard]] std::string run_once();
  void feed(const ChildProcess& child);
  void wait_before_restart(std::chrono::milliseconds delay);
  void say(LogLevel level, const std::string& what) const;

  std::string command_;
  Log log_;
  LineBuffer lines_;
  Trouble trouble_;  // of the broker thread
  std::thread thread_;
};

}  // namespace pint::actions
