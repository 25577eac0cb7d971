// Trouble: one log line when something begins to fail and one when it works again, whatever the number of
// failures between. A full disk must not fill another one with log lines.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "actions/action.hpp"

namespace pint::actions {

// Not thread-safe: it belongs to the thread that does the work.
class Trouble {
 public:
  // `subject` opens every line: "rule file:log.jsonl".
  Trouble(std::string subject, Log log) : subject_(std::move(subject)), log_(std::move(log)) {}

  // Count a message that was lost; `why` is logged if it is the first of its row.
  void lost(const std::string& why) {
    if (lost_++ == 0) say(LogLevel::error, why);
  }
  void over() {
    if (lost_ != 0) say(LogLevel::warning, "works again; messages lost: " + std::to_string(lost_));
    lost_ = 0;
  }
  void say(LogLevel level, const std::string& what) const {
    if (log_) log_(level, subject_ + ": " + what);
  }

 private:
  std::string subject_;
  Log log_;
  std::uint64_t lost_ = 0;
};

}  // namespace pint::actions
