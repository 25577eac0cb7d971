// Carriage return, and erase to the end of the line.
#include "bench/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace pint::bench {

Progress::Progress(bool quiet) : quiet_(quiet || ::isatty(STDERR_FILENO) == 0) {}

void Progress::show(const std::string& text) {
  std::fprintf(stderr, "\r\033[K%s", text.c_str());
  shown_ = true;
}

void Progress::clear() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

}  // namespace pint::bench
