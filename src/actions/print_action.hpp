// print writes each message to standard output as one line of JSON. A thread of its own does it, so that a
// terminal on hold or a pipe nobody reads stops neither the broker nor its end.
#pragma once

#include <thread>

#include "actions/action.hpp"
#include "actions/line_buffer.hpp"
#include "actions/trouble.hpp"

namespace pint::actions {

class PrintAction final : public Action {
 public:
  explicit PrintAction(Log log) : trouble_("rule print", std::move(log)) {}
  ~PrintAction() override;
  void handle(const Message& message) override;
  void begin() override {
    thread_ = std::thread([this] { run(); });
  }
  void begin_stop() override { lines_.stop(); }
  void stop() override;  // waits at most 250 ms for standard output to take what is left

 private:
  void run();

  LineBuffer lines_;
  Trouble trouble_;
  std::thread thread_;
};

}  // namespace pint::actions
