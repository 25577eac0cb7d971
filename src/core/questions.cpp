// The engine's answers to questions: copies, sorted, that nothing else depends on.
#include <algorithm>

#include "core/engine.hpp"
#include "core/state.hpp"

namespace pint::core {
namespace {

ClientState describe_session(State& state, const Session& session) {
  ClientState out;
  out.client = {.client_id = std::string(session.client_id), .version = session.version};
  if (const Connection* connection = state.connections.find(session.connection)) {
    out.client = describe(state, *connection);
    out.connected = true;
    out.outbox_bytes = connection->outbox.bytes();
    out.held = connection->held;
    out.stalled = connection->stalled;
  }
  for (const FilterId id : session.subscriptions) {
    const Subscription* subscription = state.subscriptions.find(id, ReceiverId::of(session.id));
    out.subscriptions.push_back(
        {std::string(state.subscriptions.filter(id).text), subscription->options.qos});
  }
  std::ranges::sort(out.subscriptions, {}, &SubscriptionState::topic_filter);
  out.inflight = static_cast<std::uint32_t>(session.inflight.size());
  out.queued = static_cast<std::uint32_t>(session.queue.size());
  return out;
}

}  // namespace

std::vector<ClientState> Engine::clients() const {
  std::vector<ClientState> out;
  state_->sessions.for_each(
      [&](SessionId, Session& session) { out.push_back(describe_session(*state_, session)); });
  std::ranges::sort(out, {},
                    [](const ClientState& client) -> const std::string& { return client.client.client_id; });
  return out;
}

std::vector<Message> Engine::retained(std::string_view topic_filter) const {
  std::vector<Message> out;
  state_->retained.match(topic_filter, [&](const MessageRef& message) {
    if (!message->expired(state_->now)) out.push_back(to_message(message->view(), state_->now));
  });
  return out;
}

Stats Engine::stats() const {
  const Counters& counters = state_->counters;
  Stats out{.connections_accepted = counters.connections_accepted,
            .connects_refused = counters.connects_refused,
            .clients_connected = counters.clients_connected,
            .clients_connected_maximum = counters.clients_connected_maximum,
            .sessions = static_cast<std::uint32_t>(state_->sessions.size()),
            .sessions_expired = counters.sessions_expired,
            .subscriptions = static_cast<std::uint32_t>(state_->subscriptions.size()),
            .retained_messages = static_cast<std::uint32_t>(state_->retained.size()),
            .packets_received = counters.packets_received,
            .packets_sent = counters.packets_sent,
            .bytes_received = counters.bytes_received,
            .bytes_sent = counters.bytes_sent,
            .publishes_received = counters.publishes_received,
            .publishes_sent = counters.publishes_sent,
            .rules_called = counters.rules_called,
            .handlers_failed = counters.handlers_failed,
            .protocol_errors = counters.protocol_errors,
            .memory_bytes = state_->memory.bytes,
            .dropped = {},
            .limits = {}};
  for (std::size_t i = 0; i < counters.dropped.size(); ++i) {
    out.dropped.push_back({static_cast<DropCause>(i), counters.dropped[i]});
  }
  for (std::size_t i = 0; i < counters.limits.size(); ++i) {
    out.limits.push_back({std::string(kLimitNames[i]), counters.limits[i]});
  }
  return out;
}

std::uint64_t Engine::packets_handled() const {
  return state_->counters.packets_received + state_->counters.packets_sent;
}

std::size_t Engine::held_bytes() const {
  constexpr std::size_t kConnection = 256;
  constexpr std::size_t kSession = 512;
  constexpr std::size_t kSubscription = 128;
  constexpr std::size_t kRetained = 128;  // its message is in memory.bytes
  return state_->memory.bytes + state_->connections.size() * kConnection +
         state_->sessions.size() * kSession + state_->subscriptions.size() * kSubscription +
         state_->retained.size() * kRetained;
}

void Engine::give_back_scratch() {
  state_->matched_filters = {};
  state_->found = std::vector<Found>();
  state_->scratch = {};
  state_->let_go.shrink_to_fit();
  state_->touched.shrink_to_fit();
}

void Engine::count_rule_call() { ++state_->counters.rules_called; }

void Engine::count_handler_failure(std::string handler, std::string explanation) {
  ++state_->counters.handlers_failed;
  tell(*state_, [&] { return HandlerFailed{std::move(handler), std::move(explanation)}; });
}

}  // namespace pint::core
