// Many clients, connected in waves: on a busy machine an answer can take milliseconds, and 20,000 of them one
// after the other would take minutes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/connection.hpp"
#include "bench/subject.hpp"

namespace pint::bench {

struct ClientPlan {
  std::string client_id;
  std::vector<std::string> topic_filters;
  QoS qos = QoS::at_most_once;  // of the subscriptions
};

// Connect `count` clients, of which `plan_of(i)` says what they are, and subscribe each. Their sockets are
// numbers `first_index`, … of open_socket. Throws Trouble.
[[nodiscard]] std::vector<Connection> connect_many(Subject& subject, std::uint64_t count,
                                                   const std::function<ClientPlan(std::uint64_t)>& plan_of,
                                                   std::uint64_t first_index = 0);

}  // namespace pint::bench
