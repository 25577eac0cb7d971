// /proc/PID/task/*/schedstat and status, /proc/PID/statm; and /proc/net/tcp for who listens.
#include "bench/process_meter.hpp"

#include <dirent.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

namespace pint::bench {
namespace {

// Visit the names in a folder until the visitor returns false.
void for_each_name(const std::string& folder, const std::function<bool(const std::string&)>& visit) {
  DIR* open = ::opendir(folder.c_str());
  if (open == nullptr) return;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody else reads this stream
  while (const dirent* entry = ::readdir(open)) {
    if (entry->d_name[0] != '.' && !visit(entry->d_name)) break;
  }
  ::closedir(open);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// The number after `name` in a file of lines "name:   12 kB"; 0 if there is none.
std::uint64_t number_after(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name);
  if (at == std::string::npos) return 0;
  const std::size_t digits = text.find_first_of("0123456789", at + name.size());
  std::uint64_t value = 0;
  if (digits != std::string::npos) std::from_chars(text.data() + digits, text.data() + text.size(), value);
  return value;
}

// The inodes of sockets that listen on the port, in one of the kernel's two tables. Its columns:
// sl local_address rem_address st … uid timeout inode; listening is state 0A.
void add_listening(const char* table, std::uint16_t port, std::set<std::string>& inodes) {
  std::ifstream lines(table);
  char suffix[8];
  std::snprintf(suffix, sizeof suffix, ":%04X", unsigned{port});
  for (std::string line; std::getline(lines, line);) {
    std::istringstream columns(line);
    std::string column[10];
    for (std::string& text : column) columns >> text;
    if (column[1].ends_with(suffix) && column[3] == "0A") inodes.insert("socket:[" + column[9] + ']');
  }
}

bool has_one_of(const std::string& process, const std::set<std::string>& sockets) {
  bool found = false;
  const std::string folder = "/proc/" + process + "/fd";
  for_each_name(folder, [&](const std::string& name) {
    char target[64];
    const ssize_t size = ::readlink((folder + '/' + name).c_str(), target, sizeof target);
    found = size > 0 && sockets.contains(std::string(target, static_cast<std::size_t>(size)));
    return !found;
  });
  return found;
}

}  // namespace

std::optional<ProcessReading> ProcessMeter::read() const {
  if (process_ == 0) return std::nullopt;
  const std::string folder = "/proc/" + std::to_string(process_);
  ProcessReading reading;
  for_each_name(folder + "/task", [&](const std::string& thread) {
    std::uint64_t ran = 0;
    std::istringstream(text_of(folder + "/task/" + thread + "/schedstat")) >> ran;
    reading.cpu_ns += ran;
    reading.wake_ups +=
        number_after(text_of(folder + "/task/" + thread + "/status"), "\nvoluntary_ctxt_switches");
    return true;
  });
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(std::istringstream(text_of(folder + "/statm")) >> total >> resident)) return std::nullopt;
  reading.resident_bytes = resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  reading.resident_bytes_peak = number_after(text_of(folder + "/status"), "VmHWM") * 1'024;
  return reading;
}

std::optional<pid_t> process_that_listens(const Endpoint& broker) {
  std::set<std::string> sockets;
  add_listening("/proc/net/tcp", broker.port, sockets);
  add_listening("/proc/net/tcp6", broker.port, sockets);
  std::optional<pid_t> process;
  for_each_name("/proc", [&](const std::string& name) {
    if (name.find_first_not_of("0123456789") == std::string::npos && has_one_of(name, sockets))
      process = static_cast<pid_t>(std::stol(name));
    return !process;
  });
  return process;
}

}  // namespace pint::bench
