// write(2), fcntl(2), rename(2).
#include "ready.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace pint::app {
namespace {

std::string last_error() { return std::error_code(errno, std::generic_category()).message(); }

}  // namespace

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
    else if (written == 0 || errno != EINTR)
      return false;
  }
  return true;
}

bool claim_descriptor(int descriptor) { return ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0; }

PortFile::~PortFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

std::optional<std::string> PortFile::write(const std::string& path, std::uint16_t port) {
  const std::string unfinished = path + ".unfinished";
  const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return last_error();
  const bool written = write_all(file, std::to_string(port) + '\n');
  if (::close(file) == 0 && written && std::rename(unfinished.c_str(), path.c_str()) == 0) {
    path_ = path;
    return std::nullopt;
  }
  std::string why = last_error();
  ::unlink(unfinished.c_str());
  return why;
}

}  // namespace pint::app
