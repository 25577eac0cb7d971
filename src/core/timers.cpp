#include "core/timers.hpp"

#include <algorithm>
#include <utility>

#include "core/fan_out.hpp"
#include "core/handlers.hpp"
#include "core/hold.hpp"
#include "core/intercept.hpp"
#include "core/lifecycle.hpp"
#include "core/sys_topics.hpp"

namespace pint::core {
namespace {

void connect_timed_out(State& state, Connection& connection) {
  connection.timer = TimerId::none;
  count_limit(state, Limit::connect_timeout, {});
  const std::string_view why = "no CONNECT within limits.connect_timeout";
  if (connection.phase == Phase::authenticating) {
    return refuse_connect(state, connection, DisconnectCause::limit_reached, ReasonCode::not_authorized,
                          "authentication was not finished within limits.connect_timeout");
  }
  end_connection(state, connection, {.cause = DisconnectCause::limit_reached,
                                     .reason = ReasonCode::maximum_connect_time, .explanation = why});
}

// Packets only note their time; the timer finds out here whether the client was silent since it was set.
void keep_alive_due(State& state, Connection& connection) {
  connection.timer = TimerId::none;
  // A client that is held may have sent what nobody has read.
  const Time heard = connection.held ? wire_now(state) : connection.last_packet;
  const Time due = heard + connection.silence_limit();
  if (wire_now(state) >= due) return keep_alive_passed(state, connection);
  connection.timer = wire_timers(state).set(due, {Due::Kind::keep_alive, connection.id});
}

void run_session_timer(State& state, const Due& due) {
  Session* session = state.sessions.find(due.session());
  if (session == nullptr) return;
  if (due.kind() == Due::Kind::will) {
    session->will_timer = TimerId::none;
    return publish_will(state, *session);
  }
  session->expiry_timer = TimerId::none;
  end_session(state, *session, true);  // [MQTT-4.1.0-2]
}

void run_connection_timer(State& state, const Due& due) {
  Connection* connection = state.connections.find(due.connection());
  if (connection == nullptr) return;
  switch (due.kind()) {
    case Due::Kind::keep_alive: return keep_alive_due(state, *connection);
    case Due::Kind::hold: return hold_passed(state, *connection);
    default: return connect_timed_out(state, *connection);
  }
}

void run(State& state, const Due& due) {
  switch (due.kind()) {
    case Due::Kind::connect_timeout:
    case Due::Kind::hold:
    case Due::Kind::keep_alive: return run_connection_timer(state, due);
    case Due::Kind::session_expiry:
    case Due::Kind::will: return run_session_timer(state, due);
    case Due::Kind::retained_expiry: return expire_retained(state, due.retained());
    case Due::Kind::sys: return publish_sys(state);
  }
}

}  // namespace

void set_now(State& state, Time now) {
  if (state.started == Time{}) state.started = now;
  state.now = std::max(state.now, now);
}

void run_due(State& state) {
  while (const auto due = state.separate_wire_timers.pop(state.wire_now)) run(state, *due);
  while (const auto due = state.timers.pop(state.now)) run(state, *due);
}

void run_interceptor(State& state) {
  if (state.seams.interceptor == nullptr) return;
  std::vector<Return> returns;
  state.seams.interceptor->tick(state.now, returns);
  carry_out(state, std::move(returns));
}

void keep_alive_passed(State& state, Connection& connection) {
  disconnect(state, connection,
             {.cause = DisconnectCause::keep_alive_timeout,
              .reason = ReasonCode::keep_alive_timeout,
              .explanation = "no packet for one and a half times Keep Alive [MQTT-3.1.2-22]"});
}

}  // namespace pint::core
