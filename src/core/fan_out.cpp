#include "core/fan_out.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "core/retained_walk.hpp"

namespace pint::core {
namespace {

QoS lower(QoS a, QoS b) { return std::min(a, b); }  // [MQTT-3.8.4-8]

void call_rule(State& state, Publication& publication, RuleKey rule, bool retain) {
  state.rule_calls.push_back({.rule = rule, .message = stored_form(state, publication),
                              .qos = publication.message.qos, .retain = retain, .hops = publication.hops});
}

// One delivery for each Session, however many of its filters match: the highest QoS, all identifiers.
// [MQTT-3.3.4-2] [MQTT-3.3.4-4] [MQTT3-3.3.5-1]
class Fan {
 public:
  Fan(State& state, Publication& publication) : state_(state), publication_(publication) {}

  void add_filter(SubscriptionIndex::Filter& filter) {
    if (filter.shared()) return add_one_of(filter);
    for (const Subscription& subscription : filter.subscriptions) add(subscription);
  }

  // Deliver in the order in which receivers were found; returns how many there were.
  std::uint32_t finish() {
    for (Found& found : found_) {
      Session& session = state_.sessions.at(found.session);
      deliver(state_, session, publication_, std::move(found.terms), true);
    }
    return receivers_;
  }

 private:
  [[nodiscard]] DeliveryTerms terms_of(const Subscription& subscription) const {
    DeliveryTerms terms{.qos = lower(publication_.message.qos, subscription.options.qos),
                        // [MQTT-3.3.1-12] [MQTT-3.3.1-13]
                        .retain = subscription.options.retain_as_published && publication_.message.retain};
    terms.identifiers.add(subscription.identifier);
    return terms;
  }

  void add(const Subscription& subscription) {
    if (subscription.receiver.is_rule()) {
      ++receivers_;
      return call_rule(state_, publication_, subscription.receiver.rule(), false);
    }
    const SessionId id = subscription.receiver.session();
    // [MQTT-3.8.3-3]
    if (subscription.options.no_local && publication_.publisher && id == publication_.publisher) return;
    Session& session = state_.sessions.at(id);
    if (is_found(session)) return merge(found_[session.matched_at].terms, subscription);
    session.matched_at = static_cast<std::uint32_t>(found_.size());
    found_.push_back({.session = id, .terms = terms_of(subscription)});
    ++receivers_;
  }

  // `matched_at` may be left over from an earlier message: only what it leads to says whose place that is.
  [[nodiscard]] bool is_found(const Session& session) const {
    if (session.matched_at >= found_.size()) return false;
    const Found& found = found_[session.matched_at];
    return found.session == session.id && !found.alone;
  }

  void merge(DeliveryTerms& terms, const Subscription& subscription) const {
    const DeliveryTerms more = terms_of(subscription);
    terms.qos = std::max(terms.qos, more.qos);
    terms.retain = terms.retain || more.retain;
    terms.identifiers.add(subscription.identifier);
  }

  // A shared group: one of its members, by turns, those that are there before those that are away. A copy of
  // its own: it is never merged with what else the member gets. [MQTT-4.8.2-3]
  void add_one_of(SubscriptionIndex::Filter& filter) {
    const auto& members = filter.subscriptions;
    std::size_t chosen = filter.cursor % members.size();
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::size_t candidate = (filter.cursor + i) % members.size();
      if (!present(members[candidate].receiver)) continue;
      chosen = candidate;
      break;
    }
    filter.cursor = static_cast<std::uint32_t>((chosen + 1) % members.size());
    ++receivers_;
    const ReceiverId receiver = members[chosen].receiver;
    if (receiver.is_rule()) return call_rule(state_, publication_, receiver.rule(), false);
    found_.push_back({.session = receiver.session(), .alone = true, .terms = terms_of(members[chosen])});
  }

  [[nodiscard]] bool present(ReceiverId receiver) const {
    return receiver.is_rule() || state_.sessions.at(receiver.session()).connection;
  }

  State& state_;
  Publication& publication_;
  std::uint32_t receivers_ = 0;
  std::vector<Found>& found_ = state_.found;
};

// Most messages match one plain filter: its Sessions are distinct, and nothing needs to be gathered.
std::uint32_t deliver_to_one_filter(State& state, Publication& publication,
                                    SubscriptionIndex::Filter& filter) {
  std::uint32_t receivers = 0;
  for (const Subscription& subscription : filter.subscriptions) {
    if (subscription.receiver.is_rule()) {
      call_rule(state, publication, subscription.receiver.rule(), false);
      ++receivers;
      continue;
    }
    const SessionId id = subscription.receiver.session();
    if (subscription.options.no_local && publication.publisher && id == publication.publisher) continue;
    DeliveryTerms terms{.qos = lower(publication.message.qos, subscription.options.qos),
                        .retain = subscription.options.retain_as_published && publication.message.retain};
    terms.identifiers.add(subscription.identifier);
    deliver(state, state.sessions.at(id), publication, std::move(terms), true);
    ++receivers;
  }
  return receivers;
}

void store(State& state, Publication& publication) {
  const MessageView& message = publication.message;
  if (state.walks.empty()) {
    if (message.retain) retain(state, publication);
    return;
  }
  const std::vector<SessionId> overtaken = overtake_walks(state, message.topic, !message.retain);
  if (message.retain) retain(state, publication);
  for (const SessionId session : overtaken) go_on_walking(state, state.sessions.at(session));
}

}  // namespace

std::uint32_t publish(State& state, Publication& publication) {
  store(state, publication);
  auto& filters = state.matched_filters;
  filters.clear();
  state.subscriptions.match(publication.message.topic, [&](FilterId, SubscriptionIndex::Filter& filter) {
    filters.push_back(&filter);
  });
  if (filters.empty()) return 0;
  state.variants.begin(publication.message, publication.packet);
  if (filters.size() == 1 && !filters.front()->shared()) {
    return deliver_to_one_filter(state, publication, *filters.front());
  }
  state.found.clear();
  Fan fan(state, publication);
  for (SubscriptionIndex::Filter* filter : filters) fan.add_filter(*filter);
  return fan.finish();
}

void retain(State& state, Publication& publication) {
  const std::string_view topic = publication.message.topic;
  const RetainedStore::Entry* entry = state.retained.find(topic);
  if (publication.message.payload.empty() || publication.message.expires_at <= state.now) {
    if (entry == nullptr) return;
    state.timers.cancel(entry->expiry);
    state.retained.erase(topic);
    return;
  }
  if (entry != nullptr) {  // the topic lies in the message: take the old one out with it
    state.timers.cancel(entry->expiry);
    state.retained.erase(topic);
  } else if (state.retained.size() >= state.options.limits.retained_messages || state.out_of_memory()) {
    const bool memory = state.out_of_memory();
    count_limit(state, memory ? Limit::memory_bytes : Limit::retained_messages, {});
    return count_drop(state, DropCause::retained_store_full, {}, topic, publication.message.qos);
  }
  const RetainedStore::Entry& stored = state.retained.insert(stored_form(state, publication));
  stored.walks_before = state.walks_begun;
  if (publication.message.expires_at == kNever) return;
  stored.expiry = state.timers.set(publication.message.expires_at, Due(*stored.message));
}

void expire_retained(State& state, const StoredMessage* message) {
  const std::string topic(message->topic());
  count_drop(state, DropCause::expired, {}, topic, message->qos());
  state.retained.erase(topic);
}

void forget_retained(State& state) {
  state.retained.for_each([&](const RetainedStore::Entry& entry) { state.timers.cancel(entry.expiry); });
  state.retained.clear();
}

void call_with_retained(State& state, std::string_view matched_filter, RuleKey rule) {
  state.retained.match(matched_filter, [&](const MessageRef& message) {
    if (message->expired(state.now)) return;
    Publication publication{.message = message->view(), .stored = message};
    call_rule(state, publication, rule, true);
  });
}

}  // namespace pint::core
