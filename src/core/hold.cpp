#include "core/hold.hpp"

#include <utility>

#include "core/intercept.hpp"
#include "core/receive.hpp"
#include "core/timers.hpp"

namespace pint::core {
namespace {

bool below_low_water(const Limits& limits, const Session& session, const Connection& receiver) {
  return receiver.outbox.bytes() <= limits.outbox_bytes / 16 * 3 &&
         session.queue.size() <= limits.queue_messages * std::uint64_t{7} / 16 &&
         session.queue_bytes <= limits.queue_bytes / 16 * 7;
}

void become_full(State& state, Connection& receiver) {
  receiver.rare_state().hold = std::make_unique<Hold>();
  receiver.hold()->timer = wire_timers(state).set(wire_now(state) + state.options.limits.hold_publishers,
                                                  {Due::Kind::hold, receiver.id});
  ++state.full_receivers;
}

}  // namespace

void hold_back(State& state, Connection& receiver, SessionId publisher) {
  if (receiver.stalled) return;
  if (state.options.limits.hold_publishers == Duration::zero()) {
    receiver.stalled = true;
    return;
  }
  if (receiver.hold() == nullptr) become_full(state, receiver);
  const Session* from = state.sessions.find(publisher);
  Connection* connection = from == nullptr ? nullptr : state.connections.find(from->connection);
  if (connection == nullptr || connection->held) return;
  connection->held = true;
  receiver.hold()->publishers.push_back(connection->id);
}

void let_go_if_drained(State& state, Connection& receiver) {
  if (receiver.hold() == nullptr && !receiver.stalled) return;
  const Session* session = state.sessions.find(receiver.session);
  if (session == nullptr || !below_low_water(state.options.limits, *session, receiver)) return;
  let_go(state, receiver);
  receiver.stalled = false;
}

void hold_passed(State& state, Connection& receiver) {
  receiver.hold()->timer = TimerId::none;
  count_limit(state, Limit::hold_publishers, state.sessions.at(receiver.session).client_id);
  let_go(state, receiver);
  receiver.stalled = true;
}

void let_go(State& state, Connection& receiver) {
  if (receiver.hold() == nullptr) return;
  const std::unique_ptr<Hold> hold = std::move(receiver.rare->hold);
  wire_timers(state).cancel(hold->timer);
  --state.full_receivers;
  state.let_go.insert(state.let_go.end(), hold->publishers.begin(), hold->publishers.end());
}

// What one of them sends may let others go.
void resume_publishers(State& state) {
  while (!state.let_go.empty()) {
    for (const ConnectionId id : std::exchange(state.let_go, {})) {
      Connection* publisher = state.connections.find(id);
      if (publisher == nullptr || publisher->phase == Phase::closing) continue;
      publisher->held = false;
      handle_kept(state, *publisher);
      end_noted(state);
      if (!publisher->held) touch(state, *publisher);  // the host may read it again
    }
  }
}

void finish_held(State& state, Connection& publisher) {
  while (publisher.held && publisher.phase != Phase::closing) {
    publisher.held = false;
    handle_kept(state, publisher);
  }
}

}  // namespace pint::core
