#include "core/retained_walk.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "core/deliver.hpp"
#include "mqtt/topic.hpp"

namespace pint::core {
namespace {

constexpr std::size_t kNodeBytes = 96;  // of a std::set of strings, about

QoS qos_of(const StoredMessage& message, const Subscription& subscription) {
  return std::min(message.qos(), subscription.options.qos);  // [MQTT-3.8.4-8]
}

DeliveryTerms terms_of(QoS qos, const Subscription& subscription) {
  DeliveryTerms terms{.qos = qos, .retain = true};  // [MQTT3-3.3.1-8]
  terms.identifiers.add(subscription.identifier);
  return terms;
}

const Subscription& subscription_of(const State& state, const Session& session, const RetainedWalk& walk) {
  const Subscription* subscription = state.subscriptions.find(walk.filter, ReceiverId::of(session.id));
  PINT_ASSERT(subscription != nullptr);  // it would have ended the walk
  return *subscription;
}

// More than half of what can be counted is never between them: each walk that waits has filled an outbox or a
// window.
bool stored_since(const RetainedStore::Entry& entry, const RetainedWalk& walk) {
  return static_cast<std::int32_t>(walk.number - entry.walks_before) <= 0;
}

void forget_ahead(State& state, RetainedWalk& walk, std::string_view topic) {
  if (walk.ahead.empty()) return;
  const auto found = walk.ahead.find(topic);
  if (found == walk.ahead.end()) return;
  state.memory.bytes -= topic.size() + kNodeBytes;
  walk.ahead.erase(found);
}

// A walk that goes on, of a Session that is connected.
class Walker {
 public:
  Walker(State& state, Session& session, RetainedWalk& walk)
      : state_(state),
        session_(session),
        connection_(state.connections.at(session.connection)),
        walk_(walk),
        subscription_(subscription_of(state, session, walk)) {}

  // Send until there is no room. True if the walk is over.
  bool run() {
    const std::string_view filter = state_.subscriptions.filter(walk_.filter).matched();
    return state_.retained.match_from(walk_.next, filter, [&](const RetainedStore::Entry& entry) {
      if (take(entry)) return true;
      walk_.next = entry.message->topic();
      return false;
    });
  }

 private:
  bool take(const RetainedStore::Entry& entry) {
    const bool owed = !is_done(entry) && !entry.message->expired(state_.now);
    if (owed && !send(entry.message)) return false;
    forget_ahead(state_, walk_, entry.message->topic());
    return true;
  }

  [[nodiscard]] bool is_done(const RetainedStore::Entry& entry) const {
    if (walk_.number == 0) return false;  // it has not waited yet
    return stored_since(entry, walk_) || walk_.ahead.contains(entry.message->topic());
  }

  // False, and nothing is sent, if there is no room.
  bool send(const MessageRef& message) {
    const QoS qos = qos_of(*message, subscription_);
    if (qos != QoS::at_most_once && walk_.queued_before > 0) return false;
    if (!has_room(state_, session_, connection_, qos)) return false;
    Publication publication{.message = message->view(), .stored = message};
    if (qos == QoS::at_most_once)
      deliver(state_, session_, publication, terms_of(qos, subscription_), false);
    else
      deliver_ahead(state_, session_, connection_, publication, terms_of(qos, subscription_));
    return true;
  }

  State& state_;
  Session& session_;
  Connection& connection_;
  RetainedWalk& walk_;
  const Subscription& subscription_;
};

bool owes(const State& state, const RetainedWalk& walk, const RetainedStore::Entry& entry) {
  const std::string_view topic = entry.message->topic();
  return !stored_since(entry, walk) && (!walk.next || *walk.next <= topic) && !walk.ahead.contains(topic) &&
         mqtt::matches(state.subscriptions.filter(walk.filter).matched(), topic);
}

void end(State& state, RetainedWalk& walk) {
  while (!walk.ahead.empty()) forget_ahead(state, walk, *walk.ahead.begin());
}

}  // namespace

void begin_walk(State& state, Session& session, FilterId filter) {
  end_walk(state, session, filter);  // subscribed to again, it has everything again [MQTT-3.8.4-4]
  RetainedWalk walk{.filter = filter, .queued_before = session.queue.size()};
  if (!state.walks.contains(session.id) && Walker(state, session, walk).run()) return;
  walk.number = ++state.walks_begun;
  state.walks[session.id].push_back(std::move(walk));
}

void go_on_walking(State& state, Session& session) {
  const auto found = session.connection ? state.walks.find(session.id) : state.walks.end();
  if (found == state.walks.end()) return;
  std::vector<RetainedWalk>& walks = found->second;
  while (!walks.empty() && Walker(state, session, walks.front()).run()) {
    end(state, walks.front());
    walks.erase(walks.begin());
  }
  if (walks.empty()) state.walks.erase(found);
}

void note_dequeued(State& state, const Session& session) {
  const auto found = state.walks.find(session.id);
  if (found == state.walks.end()) return;
  for (RetainedWalk& walk : found->second) walk.queued_before -= walk.queued_before > 0 ? 1 : 0;
}

std::vector<SessionId> overtake_walks(State& state, std::string_view topic, bool stays) {
  const RetainedStore::Entry* entry = state.retained.find(topic);
  if (entry == nullptr || entry->message->expired(state.now)) return {};
  std::vector<SessionId> overtaken;
  for (auto& [id, walks] : state.walks) {
    Session& session = state.sessions.at(id);
    for (RetainedWalk& walk : walks) {
      if (!owes(state, walk, *entry)) continue;
      Publication publication{.message = entry->message->view(), .stored = entry->message};
      const Subscription& subscription = subscription_of(state, session, walk);
      deliver(state, session, publication, terms_of(qos_of(*entry->message, subscription), subscription),
              false);
      overtaken.push_back(id);
      if (!stays) continue;
      walk.ahead.emplace(topic);
      state.memory.bytes += topic.size() + kNodeBytes;
    }
  }
  return overtaken;
}

void end_walk(State& state, const Session& session, FilterId filter) {
  const auto found = state.walks.find(session.id);
  if (found == state.walks.end()) return;
  std::vector<RetainedWalk>& walks = found->second;
  const auto walk = std::ranges::find(walks, filter, &RetainedWalk::filter);
  if (walk == walks.end()) return;
  end(state, *walk);
  walks.erase(walk);
  if (walks.empty()) state.walks.erase(found);
}

void end_walks(State& state, const Session& session) {
  const auto found = state.walks.find(session.id);
  if (found == state.walks.end()) return;
  for (RetainedWalk& walk : found->second) end(state, walk);
  state.walks.erase(found);
}

}  // namespace pint::core
