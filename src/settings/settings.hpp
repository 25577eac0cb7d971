// Settings: everything a user of the executable or of a configuration file can set, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pint/options.hpp>

namespace pint::settings {

struct Settings {
  Options options;    // name, limits, features, sys_interval and seed; its listeners are made by options_of
  Listener listener;  // bind and port
  std::vector<std::string> more_listeners;  // "ADDRESS:PORT"
  std::vector<std::string> rules;           // "FILTER=ACTION"

  // For the executable alone; Broker::from_config reads over them.
  LogLevel log_level = LogLevel::info;
  bool verbose_packets = false;
  std::string port_file;  // empty: none
  std::optional<std::uint32_t> ready_fd = {};
};

// The options with their listeners: bind and port first, then the others in order.
[[nodiscard]] Options options_of(const Settings& settings);

// "127.0.0.1:1883" or "[::1]:1883"; nothing if it is not an IP address and a port.
[[nodiscard]] std::optional<Listener> parse_listener(std::string_view text);

[[nodiscard]] bool is_ip_address(std::string_view text);

}  // namespace pint::settings
