// file:PATH appends each message to a file as one line of JSON with one write(2), so that several writers and
// `tail -f` see whole lines. The file is opened with O_APPEND and made if it is not there; reopen() follows a
// log rotation.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "actions/action.hpp"
#include "actions/file_descriptor.hpp"
#include "actions/trouble.hpp"

namespace pint::actions {

// When the file cannot be opened or written (no space, no permission) the message is lost, logged once and
// counted, and the next message tries again. A FIFO nobody reads counts as such; it is never waited for.
class FileAction final : public Action {
 public:
  FileAction(std::string path, Log log);
  void handle(const Message& message) override;
  void reopen() override { reopen_wanted_ = true; }  // at the next message

 private:
  [[nodiscard]] std::error_code open();
  [[nodiscard]] std::error_code append(std::string_view line);
  void take_back(std::size_t written);

  std::string path_;
  Trouble trouble_;
  FileDescriptor file_;
  std::atomic<bool> reopen_wanted_ = false;
  bool torn_ = false;  // the file ends in half a line
};

}  // namespace pint::actions
