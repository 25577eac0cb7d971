// print writes each message to standard output as one line of JSON.
#pragma once

#include <chrono>
#include <memory>
#include <utility>

#include "actions/action.hpp"
#include "actions/json_line.hpp"
#include "actions/standard_output.hpp"
#include "actions/trouble.hpp"

namespace pint::actions {

class PrintAction final : public Action {
 public:
  // The writer is shared with the other print rules; whoever made it ends it.
  PrintAction(std::shared_ptr<StandardOutput> out, Log log)
      : out_(std::move(out)), trouble_("rule print", std::move(log)) {}

  void handle(const Message& message) override {
    switch (out_->push(json_line(message, std::chrono::system_clock::now()))) {
      case LineBuffer::Pushed::first: return trouble_.over();
      case LineBuffer::Pushed::more: return;
      case LineBuffer::Pushed::full:
        return trouble_.lost("standard output is too slow; messages are dropped");
    }
  }
  void begin() override { out_->begin(); }

 private:
  std::shared_ptr<StandardOutput> out_;
  Trouble trouble_;
};

}  // namespace pint::actions
