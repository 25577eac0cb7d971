#include "core/engine.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "core/fan_out.hpp"
#include "core/handlers.hpp"
#include "core/hold.hpp"
#include "core/intercept.hpp"
#include "core/lifecycle.hpp"
#include "core/message_properties.hpp"
#include "core/receive.hpp"
#include "core/retained_walk.hpp"
#include "core/state.hpp"
#include "core/sys_topics.hpp"
#include "core/tell_packet.hpp"
#include "core/timers.hpp"

namespace pint::core {
namespace {

// Connections beyond limits.connections that are kept just long enough to be told so.
constexpr std::size_t kRefusalsAtOnce = 64;

// Back-pressure on reading begins when answers take a quarter of limits.outbox_bytes and ends at an eighth.
// What is delivered to a client that cannot keep up has limits of its own, and is no reason not to hear it:
// then the quarter comes on top.
bool should_pause(const State& state, const Connection& connection) {
  const std::size_t all = state.options.limits.outbox_bytes;
  const bool delivered_to = connection.hold() != nullptr || connection.stalled;
  return connection.outbox.bytes() > (delivered_to ? all : 0) + all / (connection.reading_paused ? 8 : 4);
}

// The end of each input: what it left to be done.
void finish_input(State& state) {
  end_noted(state);
  if (!state.let_go.empty()) resume_publishers(state);
}

// Bytes have left its outbox: what waited for that goes on.
void give_room(State& state, Connection& connection) {
  let_go_if_drained(state, connection);
  if (connection.phase == Phase::connected) go_on_walking(state, state.sessions.at(connection.session));
  finish_input(state);
}

}  // namespace

Engine::Engine(const EngineOptions& options, Seams seams) : state_(std::make_unique<State>(options, seams)) {}
Engine::~Engine() = default;

ConnectionId Engine::open(const RemoteEnd& remote, Time now) {
  State& state = *state_;
  set_now(state, now);
  const ConnectionId id = state.connections.emplace(state.chunks, remote);
  Connection& connection = state.connections.at(id);
  connection.id = id;
  ++state.counters.connections_accepted;
  connection.over_limit = state.connections.size() > state.options.limits.connections;
  connection.timer = wire_timers(state).set(wire_now(state) + state.options.limits.connect_timeout,
                                            {Due::Kind::connect_timeout, id});
  if (state.connections.size() > state.options.limits.connections + kRefusalsAtOnce || state.shutting_down) {
    count_limit(state, Limit::connections, {});
    end_connection(state, connection,
                   {.cause = DisconnectCause::limit_reached,
                    .reason = ReasonCode::connection_rate_exceeded,
                    .explanation = "limits.connections is reached"});
  }
  return id;
}

void Engine::receive(ConnectionId id, ByteView bytes, Time now) {
  set_now(*state_, now);
  Connection* connection = state_->connections.find(id);
  if (connection == nullptr) return;
  receive_bytes(*state_, *connection, bytes);
  finish_input(*state_);
  if (!should_pause(*state_, *connection)) return;
  connection->reading_paused = true;
}

void Engine::lost(ConnectionId id, DisconnectCause cause, Time now) {
  set_now(*state_, now);
  Connection* connection = state_->connections.find(id);
  if (connection == nullptr) return;
  finish_held(*state_, *connection);
  end_connection(*state_, *connection,
                 {.cause = cause,
                  .explanation = cause == DisconnectCause::client_closed
                                     ? "the client closed the connection without DISCONNECT"
                                     : "the network connection failed"});
  closed(id);
  finish_input(*state_);
}

std::error_code Engine::publish(const Message& message, std::uint8_t hops, Time now) {
  State& state = *state_;
  set_now(state, now);
  if (state.shutting_down) return Errc::not_running;
  if (hops > state.options.limits.rule_hops) {
    count_limit(state, Limit::rule_hops, {});
    count_drop(state, DropCause::rule_loop, {}, message.topic, message.qos);
    return {};
  }
  mqtt::PropertyList properties;
  add_message_properties(properties, message.properties);
  Publication publication{.message = {.topic = message.topic,
                                      .payload = as_bytes(message.payload),
                                      .properties = properties.view(),
                                      .qos = message.qos,
                                      .retain = message.retain},
                          .hops = hops};
  if (message.properties.message_expiry)
    publication.message.expires_at = now + *message.properties.message_expiry;
  const std::uint32_t receivers = core::publish(state, publication);
  if (state.options.observed.messages)
    add_placed_event(state, MessagePublished{{}, message, false, receivers, hops});
  finish_input(state);
  return {};
}

RuleKey Engine::add_rule(std::string_view topic_filter, Time now) {
  State& state = *state_;
  set_now(state, now);
  const auto filter = mqtt::parse_topic_filter(topic_filter);
  PINT_ASSERT(filter.has_value());
  if (filter->text.starts_with("$SYS")) begin_sys(state);
  const RuleKey rule{static_cast<std::uint32_t>(state.rule_filters.size())};
  const auto added = state.subscriptions.add(
      *filter, {.receiver = ReceiverId::of(rule), .options = {.qos = QoS::exactly_once}});
  state.rule_filters.push_back(added.filter);
  if (!filter->shared()) call_with_retained(state, filter->filter, rule);
  return rule;
}

bool Engine::remove_rule(RuleKey rule) {
  const auto index = static_cast<std::size_t>(rule);
  if (index >= state_->rule_filters.size() || state_->rule_filters[index] == FilterId::none) return false;
  const FilterId filter = std::exchange(state_->rule_filters[index], FilterId::none);
  state_->subscriptions.remove(filter, ReceiverId::of(rule));
  return true;
}

bool Engine::disconnect(std::string_view client_id, ReasonCode reason, Time now) {
  set_now(*state_, now);
  Session* session = state_->find_session(client_id);
  if (session == nullptr || !session->connection) return false;
  core::disconnect(*state_, state_->connections.at(session->connection),
                   {.cause = DisconnectCause::disconnected_by_application, .reason = reason});
  finish_input(*state_);
  return true;
}

bool Engine::expire_keep_alive(std::string_view client_id, Time now) {
  set_now(*state_, now);
  Session* session = state_->find_session(client_id);
  if (session == nullptr || !session->connection) return false;
  keep_alive_passed(*state_, state_->connections.at(session->connection));
  finish_input(*state_);
  return true;
}

void Engine::restart(const Loss& loss, Time now) {
  set_now(*state_, now);
  crash(*state_, loss);
  finish_input(*state_);
}

void Engine::set_interceptor(Interceptor* interceptor) { state_->seams.interceptor = interceptor; }

void Engine::shut_down(ReasonCode reason, Time now) {
  set_now(*state_, now);
  state_->shutting_down = true;
  state_->connections.for_each([&](ConnectionId, Connection& connection) {
    core::disconnect(*state_, connection, {.cause = DisconnectCause::broker_stopping, .reason = reason});
  });
}

std::optional<Time> Engine::next_deadline() const {
  const std::optional<Time> own = state_->timers.next();
  if (state_->seams.interceptor == nullptr) return own;
  const std::optional<Time> kept = state_->seams.interceptor->next_deadline();
  if (!own || !kept) return own ? own : kept;
  return std::min(*own, *kept);
}

void Engine::tick(Time now) {
  set_now(*state_, now);
  run_due(*state_);
  run_interceptor(*state_);
  finish_input(*state_);
}

void Engine::set_wire_time(Time wire_now) { state_->wire_now = std::max(state_->wire_now, wire_now); }

std::optional<Time> Engine::next_wire_deadline() const { return state_->separate_wire_timers.next(); }

std::span<const ConnectionId> Engine::touched() const { return state_->touched; }

void Engine::clear_touched() {
  for (const ConnectionId id : state_->touched) {
    Connection* connection = state_->connections.find(id);
    if (connection != nullptr) connection->touched = false;
  }
  state_->touched.clear();
}

Outbox* Engine::outbox(ConnectionId id) {
  Connection* connection = state_->connections.find(id);
  return connection == nullptr ? nullptr : &connection->outbox;
}

void Engine::flushed(ConnectionId id, Time now) {
  State& state = *state_;
  Connection* connection = state.connections.find(id);
  if (connection == nullptr) return;
  const bool was_full = connection->stalled || connection->hold() != nullptr;
  if (was_full || !state.walks.empty() || !state.let_go.empty()) {
    set_now(state, now);
    give_room(state, *connection);
  }
  if (!connection->reading_paused || should_pause(state, *connection)) return;
  connection->reading_paused = false;
  touch(state, *connection);
}

bool Engine::wants_bytes(ConnectionId id) const {
  const Connection* connection = state_->connections.find(id);
  return connection != nullptr && connection->phase != Phase::closing && !connection->reading_paused &&
         !connection->held;
}

bool Engine::holds_publishers() const { return state_->full_receivers > 0; }

bool Engine::finished(ConnectionId id) const {
  const Connection* connection = state_->connections.find(id);
  return connection == nullptr || connection->phase == Phase::closing;
}

bool Engine::reset_wanted(ConnectionId id) const {
  const Connection* connection = state_->connections.find(id);
  if (connection == nullptr) return false;
  return connection->reset_wanted || (connection->reset_when_sent && connection->outbox.empty());
}

std::optional<Engine::Peer> Engine::peer(ConnectionId id) const {
  const Connection* connection = state_->connections.find(id);
  if (connection == nullptr) return std::nullopt;
  const Session* session = state_->sessions.find(connection->session);
  return Peer{session == nullptr ? std::string_view{} : session->client_id, connection->remote};
}

bool Engine::cut(std::string_view client_id, bool by_reset, Time now) {
  set_now(*state_, now);
  Session* session = state_->find_session(client_id);
  if (session == nullptr || !session->connection) return false;
  Connection& connection = state_->connections.at(session->connection);
  connection.reset_wanted = by_reset;
  end_connection(*state_, connection,
                 {.cause = DisconnectCause::transport_failed, .explanation = "cut by the test"});
  finish_input(*state_);
  return true;
}

void Engine::closed(ConnectionId id) {
  Connection* connection = state_->connections.find(id);
  if (connection == nullptr) return;
  PINT_ASSERT(connection->phase == Phase::closing);
  end_in_log(*state_, *connection);
  state_->connections.erase(id);
}

std::vector<Event> Engine::take_events() {
  state_->limits_told = 0;
  if (state_->seams.packet_log != nullptr) state_->log_told = state_->seams.packet_log->next();
  state_->taken_placed.swap(state_->placed);
  state_->placed.clear();
  return std::exchange(state_->events, {});
}

std::span<const std::uint8_t> Engine::placed() const { return state_->taken_placed; }

std::vector<RuleCall> Engine::take_rule_calls() { return std::exchange(state_->rule_calls, {}); }

std::size_t Engine::events_waiting() const { return state_->events.size(); }

bool Engine::has_news() const {
  const PacketLog* log = state_->seams.packet_log;
  return !state_->events.empty() || !state_->rule_calls.empty() ||
         (log != nullptr && log->next() != state_->log_told);
}

}  // namespace pint::core
