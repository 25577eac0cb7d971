#include "core/state.hpp"

#include <cstdio>
#include <utility>

#include "core/packet_log.hpp"
#include "core/sys_topics.hpp"

namespace pint::core {

State::State(const EngineOptions& engine_options, Seams engine_seams)
    : options(engine_options), seams(engine_seams), random(engine_options.seed), chunks(memory) {}

State::~State() = default;

Session* State::find_session(std::string_view client_id) {
  const std::uint32_t index = sessions_by_client_id.find(hash_text(client_id), [&](std::uint32_t candidate) {
    return sessions.at_index(candidate).client_id == client_id;
  });
  return index == HashIndex::kNone ? nullptr : &sessions.at_index(index);
}

void touch(State& state, Connection& connection) {
  if (connection.touched) return;
  connection.touched = true;
  state.touched.push_back(connection.id);
}

void add_event(State& state, Event event) {
  state.events.push_back(std::move(event));
  if (state.seams.packet_log != nullptr) state.placed.push_back(0);
}

void add_placed_event(State& state, Event event) {
  state.events.push_back(std::move(event));
  if (state.seams.packet_log == nullptr) return;
  state.seams.packet_log->add_other();
  state.placed.push_back(1);
}

void count_limit(State& state, Limit limit, std::string_view client_id) {
  const auto index = static_cast<std::size_t>(limit);
  ++state.counters.limits[index];
  const std::uint32_t bit = 1u << index;
  if ((state.limits_told & bit) != 0) return;
  state.limits_told |= bit;
  tell(state, [&] { return LimitReached{std::string(kLimitNames[index]), std::string(client_id)}; });
}

void count_drop(State& state, DropCause cause, std::string_view client_id, std::string_view topic, QoS qos) {
  ++state.counters.dropped[static_cast<std::size_t>(cause)];
  tell(state, [&] { return MessageDropped{std::string(client_id), std::string(topic), qos, cause}; });
}

Client describe(State& state, const Connection& connection) {
  const Session* session = state.sessions.find(connection.session);
  return {.client_id = std::string(session == nullptr ? std::string_view{} : session->client_id),
          .user_name = std::string(connection.user_name()),
          .remote_address = connection.remote.text(),
          .version = connection.version};
}

std::string RemoteEnd::text() const {
  char out[64];
  if (!is_ipv6) {
    std::snprintf(out, sizeof out, "%u.%u.%u.%u:%u", address[0], address[1], address[2], address[3], port);
    return out;
  }
  // The eight groups in full, then the longest run of zero groups shortened (RFC 5952 without its finer
  // points).
  unsigned groups[8];
  for (std::size_t i = 0; i < 8; ++i)
    groups[i] = static_cast<unsigned>(address[2 * i] << 8 | address[2 * i + 1]);
  unsigned best = 8, best_size = 1;
  for (unsigned i = 0; i < 8; ++i) {
    unsigned size = 0;
    while (i + size < 8 && groups[i + size] == 0) ++size;
    if (size > best_size) best = i, best_size = size;
  }
  std::string text = "[";
  for (unsigned i = 0; i < 8; ++i) {
    if (i == best) {
      text += "::";
      i += best_size - 1;
      continue;
    }
    if (text.size() > 1 && text.back() != ':') text += ':';
    std::snprintf(out, sizeof out, "%x", groups[i]);
    text += out;
  }
  return text + "]:" + std::to_string(port);
}

}  // namespace pint::core
