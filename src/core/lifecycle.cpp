#include "core/lifecycle.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/assert.hpp"
#include "core/fan_out.hpp"
#include "core/hold.hpp"
#include "core/interceptor.hpp"
#include "core/retained_walk.hpp"
#include "core/send.hpp"
#include "core/timers.hpp"

namespace pint::core {
namespace {

using std::chrono::seconds;

// The Will goes out at once, later, or never. [MQTT-3.1.2-8] [MQTT-3.1.3-9]
void settle_will(State& state, Session& session, bool keeps_will, std::uint32_t session_expiry) {
  if (!session.will) return;
  if (!keeps_will) {
    session.will.reset();
    return;
  }
  const std::uint32_t delay = std::min(session.will->delay, session_expiry);
  if (delay == 0) return publish_will(state, session);
  session.will_timer = state.timers.set(state.now + seconds{delay}, {Due::Kind::will, session.id});
}

void end_connected(State& state, Connection& connection, const Ending& ending) {
  Session& session = state.sessions.at(connection.session);
  const bool session_ends = connection.session_expiry == 0;
  tell(state, [&] {
    return ClientDisconnected{.client = describe(state, connection),
                              .cause = ending.cause,
                              .reason = ending.reason,
                              .asked_for_it = ending.asked_for_it,
                              .session_kept = !session_ends,
                              .explanation = std::string(ending.explanation)};
  });
  --state.counters.clients_connected;
  session.connection = {};
  connection.session = {};
  settle_will(state, session, ending.keeps_will, connection.session_expiry);
  if (session_ends) return end_session(state, session, false);
  if (connection.session_expiry == Session::kNeverExpires) return;
  session.expiry_timer = state.timers.set(state.now + seconds{connection.session_expiry},
                                          {Due::Kind::session_expiry, session.id});
}

void unsubscribe_all(State& state, Session& session) {
  for (const FilterId filter : session.subscriptions)
    state.subscriptions.remove(filter, ReceiverId::of(session.id));
  session.subscriptions.clear();
}

}  // namespace

void end_connection(State& state, Connection& connection, const Ending& ending) {
  if (connection.phase == Phase::closing) return;
  wire_timers(state).cancel(connection.timer);
  const bool was_connected = connection.phase == Phase::connected;
  connection.phase = Phase::closing;
  let_go(state, connection);
  if (connection.partial) {
    state.memory.bytes -= connection.partial->size();
    connection.partial.reset();
  }
  touch(state, connection);
  if (state.seams.interceptor != nullptr) state.seams.interceptor->ended(connection.id);
  if (was_connected) return end_connected(state, connection, ending);
  ++state.counters.connects_refused;
  tell(state, [&] {
    return ConnectRefused{.client = describe(state, connection), .reason = ending.reason,
                          .explanation = std::string(ending.explanation)};
  });
}

void disconnect(State& state, Connection& connection, const Ending& ending) {
  if (connection.phase == Phase::connected && connection.v5()) {
    constexpr std::size_t kWithReason = 4;  // fixed header, reason, Property Length
    mqtt::PropertyList properties;
    add_reason_string(connection, properties, ending.explanation, kWithReason, true);
    const ReasonCode reason = legal_reason(ending.reason, mqtt::PacketType::disconnect);
    send(state, connection, mqtt::Disconnect{reason, properties.view()});
  }
  end_connection(state, connection, ending);
}

void protocol_error(State& state, Connection& connection, const Refusal& refusal) {
  ++state.counters.protocol_errors;
  const Ending ending{
      .cause = DisconnectCause::protocol_error, .reason = refusal.reason, .explanation = refusal.why};
  disconnect(state, connection, ending);
}

Session& begin_session(State& state, std::string_view client_id) {
  PINT_ASSERT(state.find_session(client_id) == nullptr);
  const SessionId id = state.sessions.emplace(client_id);
  Session& session = state.sessions.at(id);
  session.id = id;
  state.sessions_by_client_id.insert(hash_text(client_id), id.index);
  return session;
}

void end_session(State& state, Session& session, bool expired) {
  PINT_ASSERT(!session.connection);
  state.timers.cancel(session.expiry_timer);
  // [MQTT-3.1.2-8]: the Session ends, so its Will goes out now, whatever its delay.
  if (session.will) publish_will(state, session);
  end_walks(state, session);
  unsubscribe_all(state, session);
  drop_all(state, session);
  if (expired) ++state.counters.sessions_expired;
  tell(state, [&] { return SessionEnded{std::string(session.client_id), expired}; });
  state.sessions_by_client_id.erase(hash_text(session.client_id), session.id.index);
  state.sessions.erase(session.id);
}

void crash(State& state, const Loss& loss) {
  state.sessions.for_each([](SessionId, Session& session) { session.will.reset(); });
  state.connections.for_each([&](ConnectionId, Connection& connection) {
    connection.reset_wanted = true;
    end_connection(state, connection,
                   {.cause = DisconnectCause::transport_failed, .explanation = "the broker restarts"});
  });
  state.sessions.for_each([&](SessionId, Session& session) {
    state.timers.cancel(session.will_timer);
    if (loss.sessions) return end_session(state, session, false);
    if (!loss.inflight) return;
    end_walks(state, session);
    drop_all(state, session);
    session.received = {};
  });
  if (loss.retained) forget_retained(state);
}

void publish_will(State& state, Session& session) {
  PINT_ASSERT(session.will != nullptr);
  state.timers.cancel(session.will_timer);
  const std::unique_ptr<Will> will = std::move(session.will);
  const StoredMessage& message = *will->message;
  if (state.seams.policy != nullptr) {
    const ReasonCode answer = state.seams.policy->publish(
        {.client_id = session.client_id, .topic = message.topic(), .payload = as_text(message.payload()),
         .qos = message.qos(), .retain = message.retain(), .is_will = true});
    if (is_failure(answer)) {
      return count_drop(state, DropCause::not_authorized, {}, message.topic(), message.qos());
    }
  }
  Publication publication{.message = message.view(), .publisher = session.id, .stored = will->message};
  if (will->expires) {  // counted from now, so that the stored form needs its own time
    publication.message.expires_at = state.now + seconds{will->message_expiry};
    publication.stored = {};
  }
  const std::uint32_t receivers = publish(state, publication);
  if (state.options.observed.messages) {
    add_placed_event(state,
                     MessagePublished{std::string(session.client_id),
                                      to_message(publication.message, state.now), false, receivers});
  }
  tell(state, [&] { return WillPublished{std::string(session.client_id), std::string(message.topic())}; });
}

}  // namespace pint::core
