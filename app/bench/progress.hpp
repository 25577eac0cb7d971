// Progress: one line on standard error that is written over, on a terminal only, five times a second.
#pragma once

#include <chrono>
#include <string>

namespace pint::bench {

class Progress {
 public:
  // Silent where asked to be, or where standard error is no terminal.
  explicit Progress(bool quiet);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() { clear(); }

  // Show what `text()` gives, if the last time was long enough ago.
  template <class Text>
  void tick(std::chrono::steady_clock::time_point now, Text text) {
    if (quiet_ || now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    show(text());
  }
  void clear();

 private:
  void show(const std::string& text);

  bool quiet_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace pint::bench
