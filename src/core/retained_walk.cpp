#include "core/retained_walk.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/assert.hpp"
#include "core/deliver.hpp"

namespace pint::core {
namespace {

constexpr std::size_t kAheadBytes = 96;  // and the topic's, about
constexpr std::size_t kWalkBytes = sizeof(RetainedWalk) + 64;

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
  state.memory.bytes -= topic.size() + kAheadBytes;
  walk.ahead.erase(found);
}

// A walk that goes on, of a Session that is connected.
class Walker {
 public:
  // `behind_queue`: not everything that waited before it for the window has gone.
  Walker(State& state, Session& session, RetainedWalk& walk, bool behind_queue)
      : state_(state),
        session_(session),
        connection_(state.connections.at(session.connection)),
        walk_(walk),
        subscription_(subscription_of(state, session, walk)),
        behind_queue_(behind_queue) {}

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
    if (qos != QoS::at_most_once && behind_queue_) return false;
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
  bool behind_queue_;
};

bool owes(const RetainedWalk& walk, const RetainedStore::Entry& entry) {
  const std::string_view topic = entry.message->topic();
  return !stored_since(entry, walk) && (!walk.next || *walk.next <= topic) && !walk.ahead.contains(topic);
}

RetainedWalk* find_walk(State& state, SessionId session, FilterId filter) {
  const auto walks = state.walks.find(session);
  if (walks == state.walks.end()) return nullptr;
  const auto walk = walks->second.by_filter.find(filter);
  return walk == walks->second.by_filter.end() ? nullptr : &*walk->second;
}

void wait(State& state, const Session& session, RetainedWalk walk) {
  SessionWalks& walks = state.walks[session.id];
  walk.number = ++state.walks_begun;
  walk.after = walks.dequeued + session.queue.size();
  walks.in_order.push_back(std::move(walk));
  walks.by_filter[walks.in_order.back().filter] = std::prev(walks.in_order.end());
  state.memory.bytes += kWalkBytes;
}

void end(State& state, SessionWalks& walks, std::list<RetainedWalk>::iterator walk) {
  while (!walk->ahead.empty()) forget_ahead(state, *walk, *walk->ahead.begin());
  state.memory.bytes -= kWalkBytes;
  walks.by_filter.erase(walk->filter);
  walks.in_order.erase(walk);
}

// Only where the next one is: it is somebody else's turn.
bool find_first(const State& state, RetainedWalk& walk) {
  const std::string_view filter = state.subscriptions.filter(walk.filter).matched();
  return !state.retained.match_from(std::nullopt, filter, [&](const RetainedStore::Entry& entry) {
    walk.next = entry.message->topic();
    return false;
  });
}

}  // namespace

void begin_walk(State& state, Session& session, FilterId filter) {
  end_walk(state, session, filter);  // subscribed to again, it has everything again [MQTT-3.8.4-4]
  RetainedWalk walk{.filter = filter};
  const bool others_wait = state.walks.contains(session.id);
  const bool waits =
      others_wait ? find_first(state, walk) : !Walker(state, session, walk, !session.queue.empty()).run();
  if (waits) wait(state, session, std::move(walk));
}

void go_on_walking(State& state, Session& session) {
  const auto found = session.connection ? state.walks.find(session.id) : state.walks.end();
  if (found == state.walks.end()) return;
  SessionWalks& walks = found->second;
  while (!walks.in_order.empty()) {
    RetainedWalk& walk = walks.in_order.front();
    if (!Walker(state, session, walk, walks.dequeued < walk.after).run()) return;
    end(state, walks, walks.in_order.begin());
  }
  state.walks.erase(found);
}

void note_dequeued(State& state, const Session& session) {
  const auto found = state.walks.find(session.id);
  if (found != state.walks.end()) ++found->second.dequeued;
}

std::vector<SessionId> overtake_walks(State& state, std::string_view topic, bool stays) {
  const RetainedStore::Entry* entry = state.retained.find(topic);
  if (entry == nullptr || entry->message->expired(state.now)) return {};
  std::vector<SessionId> overtaken;
  const auto overtake = [&](FilterId filter, const Subscription& subscription) {
    if (subscription.receiver.is_rule()) return;
    const SessionId id = subscription.receiver.session();
    RetainedWalk* walk = find_walk(state, id, filter);
    if (walk == nullptr || !owes(*walk, *entry)) return;
    Publication publication{.message = entry->message->view(), .stored = entry->message};
    deliver(state, state.sessions.at(id), publication,
            terms_of(qos_of(*entry->message, subscription), subscription), false);
    overtaken.push_back(id);
    if (!stays) return;
    walk->ahead.emplace(topic);
    state.memory.bytes += topic.size() + kAheadBytes;
  };
  state.subscriptions.match(topic, [&](FilterId id, const SubscriptionIndex::Filter& filter) {
    if (filter.shared()) return;
    for (const Subscription& subscription : filter.subscriptions) overtake(id, subscription);
  });
  return overtaken;
}

void end_walk(State& state, const Session& session, FilterId filter) {
  const auto found = state.walks.find(session.id);
  if (found == state.walks.end()) return;
  const auto walk = found->second.by_filter.find(filter);
  if (walk == found->second.by_filter.end()) return;
  end(state, found->second, walk->second);
  if (found->second.in_order.empty()) state.walks.erase(found);
}

void end_walks(State& state, const Session& session) {
  const auto found = state.walks.find(session.id);
  if (found == state.walks.end()) return;
  while (!found->second.in_order.empty()) end(state, found->second, found->second.in_order.begin());
  state.walks.erase(found);
}

}  // namespace pint::core
