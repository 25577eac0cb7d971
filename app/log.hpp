// Log: the executable's log lines, on standard error. Standard output belongs to the ready line and to print
// rules.
#pragma once

#include <memory>
#include <string_view>

#include <pint/options.hpp>

namespace pint::app {

// Thread-safe.
class Log {
 public:
  explicit Log(LogLevel least);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void set_least(LogLevel least);
  [[nodiscard]] bool writes(LogLevel level) const;
  void write(LogLevel level, std::string_view text);

 private:
  struct Logger;
  std::unique_ptr<Logger> logger_;
};

}  // namespace pint::app
