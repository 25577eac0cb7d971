// Addresses of brokers, and sockets to them. Only loopback: a load generator has no business elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actions/file_descriptor.hpp"
#include "bench/plan.hpp"

namespace pint::bench {

struct ParsedEndpoint {
  std::optional<Endpoint> endpoint;
  std::string problem;  // a sentence where there is no endpoint
};

// "127.0.0.1:1883", "localhost:1883", "[::1]:1883", each with or without "mqtt://" before it.
[[nodiscard]] ParsedEndpoint parse_endpoint(std::string_view text);

// A socket that does not block and on its way to being connected. Connection number `index` of many: beyond
// 20,000 they come from further addresses of 127.0.0.0/8, as one address has only so many ports. Throws
// Trouble.
[[nodiscard]] actions::FileDescriptor open_socket(const Endpoint& broker, std::size_t index = 0);

// A port of 127.0.0.1 that nobody has at this moment.
[[nodiscard]] std::uint16_t free_port();

}  // namespace pint::bench
