// Telling others that connections are accepted, and on which port: a line on standard output, a descriptor, a
// file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pint::app {

// Write all of it with as few write(2) as the operating system allows; false if it refused.
bool write_all(int descriptor, std::string_view text);

// Keep the descriptor from the commands that rules start. False if it is not open.
[[nodiscard]] bool claim_descriptor(int descriptor);

// A file with the port and a newline that appears whole and goes with this object.
class PortFile {
 public:
  PortFile() = default;
  PortFile(const PortFile&) = delete;
  PortFile& operator=(const PortFile&) = delete;
  ~PortFile();

  // Written next to `path` and renamed, so that nobody reads half of it. Gives the operating system's
  // refusal.
  [[nodiscard]] std::optional<std::string> write(const std::string& path, std::uint16_t port);

 private:
  std::string path_;
};

}  // namespace pint::app
