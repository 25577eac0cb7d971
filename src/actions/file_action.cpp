// Writing runs on the broker thread: it goes to the page cache and costs some 2 µs, less than a hand-over to
// a thread.
#include "actions/file_action.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "actions/json_line.hpp"

namespace pint::actions {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace

FileAction::FileAction(std::string path, Log log)
    : path_(std::move(path)), trouble_("rule file:" + path_, std::move(log)) {
  if (const std::error_code error = open()) trouble_.say(LogLevel::error, "cannot open: " + error.message());
}

void FileAction::handle(const Message& message) {
  if (reopen_wanted_.exchange(false)) file_.reset();
  if (!file_) {
    if (const std::error_code error = open()) return trouble_.lost("cannot open: " + error.message());
  }
  const std::error_code error = append(json_line(message, std::chrono::system_clock::now()));
  if (error)
    trouble_.lost("cannot write: " + error.message());
  else
    trouble_.over();
}

// O_NONBLOCK means nothing to a regular file and keeps a FIFO without a reader from stopping the broker.
std::error_code FileAction::open() {
  file_ = FileDescriptor(
      ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644));
  torn_ = false;
  return file_ ? std::error_code{} : last_error();
}

std::error_code FileAction::append(std::string_view line) {
  const std::string after_torn = torn_ ? std::string(1, '\n').append(line) : std::string();
  const std::string_view bytes = torn_ ? after_torn : line;
  ssize_t written = -1;
  do {
    written = ::write(file_.number(), bytes.data(), bytes.size());
  } while (written < 0 && errno == EINTR);
  if (written < 0) return last_error();
  if (static_cast<std::size_t>(written) == bytes.size()) {
    torn_ = false;
    return {};
  }
  take_back(static_cast<std::size_t>(written));
  return std::make_error_code(std::errc::no_space_on_device);
}

// Remove half a line from the end, if it is the end: another writer may have appended since.
void FileAction::take_back(std::size_t written) {
  struct stat state {};
  const off_t position = ::lseek(file_.number(), 0, SEEK_CUR);
  const bool at_end = position >= 0 && ::fstat(file_.number(), &state) == 0 && state.st_size == position;
  torn_ = !at_end || ::ftruncate(file_.number(), position - static_cast<off_t>(written)) != 0;
}

}  // namespace pint::actions
