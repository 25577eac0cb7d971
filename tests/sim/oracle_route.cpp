// The oracle on who must get a message. [section 3.3.4] [section 4.8.2]
#include <chrono>

#include "sim/oracle.hpp"
#include "sim/told.hpp"
#include "sim/violation.hpp"

namespace pint::sim {
namespace {

// [MQTT-3.3.4-2] [MQTT-3.3.4-4] What RETAIN is then, the standard leaves open.
void merge(Terms& terms, const Terms& more) {
  terms.qos = std::max(terms.qos, more.qos);
  terms.retain_0_allowed = terms.retain_0_allowed || more.retain_0_allowed;
  terms.retain_1_allowed = terms.retain_1_allowed || more.retain_1_allowed;
  terms.identifiers.insert(terms.identifiers.end(), more.identifiers.begin(), more.identifiers.end());
  std::ranges::sort(terms.identifiers);
}

}  // namespace

unsigned Oracle::route(const Told& told) {
  const ToldRef message = std::make_shared<const Told>(told);
  overtake_store(message->topic);
  if (message->retain) retain(message);
  const std::vector<std::string> levels = levels_of(message->topic);
  unsigned receivers = 0;
  for (auto& [client_id, session] : sessions_) {
    std::optional<Terms> terms;
    for (const auto& [text, subscription] : session.subscriptions) {
      if (!subscription.filter.share_name.empty() || !filter_matches(subscription.filter, levels)) continue;
      if (subscription.options.no_local && message->publisher == client_id) continue;  // [MQTT-3.8.3-3]
      const Terms own = terms_for(*message, subscription);
      if (terms)
        merge(*terms, own);
      else
        terms = own;
    }
    if (!terms) continue;
    ++receivers;
    owe(session, message, std::move(*terms));
  }
  return receivers + route_to_groups(message, levels) + call_rules(message, levels);
}

// A shared subscription is the whole text: name and filter.
unsigned Oracle::route_to_groups(const ToldRef& message, const std::vector<std::string>& levels) {
  std::map<std::string, Shared> groups;
  for (auto& [client_id, session] : sessions_) {
    for (const auto& [text, subscription] : session.subscriptions) {
      if (subscription.filter.share_name.empty() || !filter_matches(subscription.filter, levels)) continue;
      Shared& group = groups[text];
      group.message = message;
      group.candidates.push_back({client_id, terms_for(*message, subscription), session.line != 0});
    }
  }
  for (auto& [text, group] : groups) shared_.push_back(std::move(group));
  return static_cast<unsigned>(groups.size());
}

unsigned Oracle::call_rules(const ToldRef& message, const std::vector<std::string>& levels) {
  unsigned calls = 0;
  for (const ModelRule& rule : rules_) {
    if (!filter_matches(rule.filter, levels)) continue;
    calls_.push_back({rule.key, message, false});
    ++calls;
  }
  return calls;
}

// QoS 0 is not kept for clients that are away.
void Oracle::owe(ModelSession& session, const ToldRef& message, Terms terms) {
  if (terms.qos == QoS::at_most_once && session.line == 0) return;
  batch_for(session, message->topic, terms.qos).add({message, std::move(terms)});
}

// What comes in one step may go on in any order.
Batch& Oracle::batch_for(ModelSession& session, const std::string& topic, QoS qos) const {
  const bool counted = qos != QoS::at_most_once;
  const auto found = std::ranges::find_if(session.waiting, [&](const BatchRef& batch) {
    const bool fits = batch->topic.empty() || batch->topic == topic;
    return fits && batch->step == step_ && batch->counted == counted;
  });
  if (found != session.waiting.end()) return **found;
  return *session.waiting.emplace_back(std::make_shared<Batch>(step_, topic, counted));
}

void Oracle::join_batches(ModelSession& session, bool counted) const {
  const auto joined = std::make_shared<Batch>(step_, std::string(), counted);
  std::erase_if(session.waiting, [&](const BatchRef& batch) {
    if (batch->step != step_ || batch->counted != counted) return false;
    joined->absorb(*batch);
    return true;
  });
  session.waiting.push_back(joined);
}

// [MQTT-3.3.1-5] [MQTT-3.3.1-6]
void Oracle::retain(const ToldRef& message) {
  if (message->payload.empty() || message->expires_at <= now_) {
    retained_.erase(message->topic);
    return;
  }
  if (!retained_.contains(message->topic)) {
    const bool full = retained_.size() >= options_.limits.retained_messages;
    const bool told = std::ranges::any_of(news_.events, [&](const Event& event) {
      const auto* drop = std::get_if<MessageDropped>(&event);
      return drop != nullptr && drop->cause == DropCause::retained_store_full &&
             drop->topic == message->topic;
    });
    if (full || (told && memory_is_short())) {
      return expect_drop({}, {message, {.qos = message->qos}}, DropCause::retained_store_full);
    }
  }
  retained_[message->topic] = message;
}

void Oracle::published(const Message& message) {
  Told told{.topic = message.topic, .payload = message.payload, .qos = message.qos, .retain = message.retain};
  if (message.properties.message_expiry) told.expires_at = now_ + *message.properties.message_expiry;
  mqtt::PropertyList properties;
  for (const UserProperty& each : message.properties.user_properties) {
    properties.add_user_property(each.name, each.value);
  }
  const ByteView encoded = properties.view().encoded();
  told.properties.assign(encoded.begin(), encoded.end());
  const unsigned receivers = route(told);
  expect_event("published  " + told.topic + " " + std::to_string(receivers));
}

}  // namespace pint::sim
