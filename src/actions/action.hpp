// Action: what a rule of the executable or of a configuration file does with each message. Handlers run on
// the broker thread, so handle() never waits for a disk that is full, a reader that is slow or a program that
// has died.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <system_error>

#include <pint/message.hpp>
#include <pint/options.hpp>

#include "actions/rule_text.hpp"

namespace pint::actions {

class StandardOutput;

class Action {
 public:
  Action() = default;
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;
  virtual ~Action() = default;

  // Take one message. Called on the broker thread. What goes wrong is logged and counted, never thrown.
  virtual void handle(const Message& message) = 0;

  // Start what runs beside the broker: a thread, a command. What comes before waits.
  virtual void begin() {}

  // Open again what is named by a path, after it was rotated away. Any thread.
  virtual void reopen() {}

  // Two steps, so that many actions end at the same time: ask, then wait. Not on the broker thread. Messages
  // that come later are ignored. The destructor does both where they were not called.
  virtual void begin_stop() {}
  virtual void stop() {}
};

using Publish = std::function<std::error_code(Message)>;
using Log = std::function<void(LogLevel, std::string_view)>;  // may be null

// What an action may use of its surroundings; all of it must stay usable as long as the action.
struct Surroundings {
  Publish publish;                      // topic:
  std::shared_ptr<StandardOutput> out;  // print: one for all that write to it
  Log log;
};
[[nodiscard]] std::shared_ptr<Action> make_action(const RuleText& rule, Surroundings around);

}  // namespace pint::actions
