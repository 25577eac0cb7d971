// Addresses and ports.
#include "settings/settings.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace pint::settings {

Options options_of(const Settings& settings) {
  Options options = settings.options;
  options.listeners = {settings.listener};
  for (const std::string& text : settings.more_listeners) {
    if (std::optional<Listener> listener = parse_listener(text))
      options.listeners.push_back(*std::move(listener));
  }
  return options;
}

std::optional<Listener> parse_listener(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  const bool bracketed = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (bracketed) address = address.substr(1, address.size() - 2);
  // Without brackets nobody can tell where an IPv6 address ends and the port begins.
  if (bracketed != (address.find(':') != std::string_view::npos) || !is_ip_address(address))
    return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (error != std::errc{} || end != port_text.data() + port_text.size()) return std::nullopt;
  return Listener::tcp(port, std::string(address));
}

bool is_ip_address(std::string_view text) {
  const std::string address(text);
  in6_addr bytes{};
  return inet_pton(AF_INET, address.c_str(), &bytes) == 1 ||
         inet_pton(AF_INET6, address.c_str(), &bytes) == 1;
}

}  // namespace pint::settings
