// SUBSCRIBE and UNSUBSCRIBE.
#include <algorithm>
#include <vector>

#include "core/fan_out.hpp"
#include "core/handlers.hpp"
#include "core/lifecycle.hpp"
#include "core/retained_walk.hpp"
#include "core/send.hpp"
#include "core/sys_topics.hpp"
#include "mqtt/topic.hpp"

namespace pint::core {
namespace {

using mqtt::PropertyId;

constexpr Refusal kBadFilter{
    ReasonCode::topic_filter_invalid,
    "not a Topic Filter [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-1] [MQTT-4.8.2-1] [MQTT-4.8.2-2]"};

// 3.x knows no shared subscriptions, so there a bad $share form breaks no rule of its own; it is refused by
// filter.
bool is_bad_share_only(std::string_view text) {
  return text.starts_with("$share/") && mqtt::parse_topic_filter(text.substr(1)).has_value();
}

// A feature this SUBSCRIBE asks for although CONNACK said there is none. [section 3.2.2.3] In 3.x only the
// one filter is refused [MQTT3-3.8.3-2].
Refusal check_features(const State& state, const mqtt::TopicFilterView& filter, std::uint32_t identifier) {
  const Features& features = state.options.features;
  if (filter.shared() && !features.shared_subscription_available) {
    return {ReasonCode::shared_subscriptions_not_supported, "Shared Subscription Available is 0"};
  }
  if (filter.has_wildcard && !features.wildcard_subscription_available) {
    return {ReasonCode::wildcard_subscriptions_not_supported, "Wildcard Subscription Available is 0"};
  }
  if (identifier != 0 && !features.subscription_identifiers_available) {
    return {ReasonCode::subscription_identifiers_not_supported, "Subscription Identifiers Available is 0"};
  }
  return {ReasonCode::success};
}

// Why a 5.0 SUBSCRIBE must end the connection, or success.
Refusal check_all(const State& state, const Connection& connection, const mqtt::Subscribe& subscribe,
                  std::uint32_t identifier) {
  for (const mqtt::SubscriptionRequest& request : subscribe.requests) {
    const auto filter = mqtt::parse_topic_filter(request.topic_filter);
    if (!filter && !connection.v5() && is_bad_share_only(request.topic_filter)) continue;
    if (!filter) return kBadFilter;
    if (!connection.v5()) continue;
    const Refusal refusal = check_features(state, *filter, identifier);
    if (is_failure(refusal.reason)) return refusal;
  }
  return {ReasonCode::success};
}

class Subscribing {
 public:
  Subscribing(State& state, Session& session, std::uint32_t identifier)
      : state_(state), session_(session), identifier_(identifier) {}

  // One filter; gives its reason for SUBACK. [MQTT-3.8.4-5]
  ReasonCode add(const mqtt::SubscriptionRequest& request) {
    const auto filter = mqtt::parse_topic_filter(request.topic_filter);
    if (!filter) return ReasonCode::topic_filter_invalid;
    const Refusal refusal = check_features(state_, *filter, identifier_);
    if (is_failure(refusal.reason)) return refusal.reason;
    const ReasonCode granted = granted_to(request);
    if (is_failure(granted)) return granted;
    if (session_.subscriptions.size() >= state_.options.limits.subscriptions_per_client &&
        is_new(request.topic_filter)) {
      count_limit(state_, Limit::subscriptions_per_client, session_.client_id);
      return ReasonCode::quota_exceeded;
    }
    insert(*filter, request.options, granted);
    return granted;
  }

  // Behind SUBACK, so that a client knows its subscription before it sees what it brings.
  void deliver_owed() {
    for (const FilterId id : owed_) begin_walk(state_, session_, id);
  }

 private:
  // The QoS granted, as a reason: what was asked, capped by what is offered and by the policy. [MQTT-3.8.4-7]
  // [MQTT-3.2.2-10]
  ReasonCode granted_to(const mqtt::SubscriptionRequest& request) const {
    const auto asked =
        static_cast<ReasonCode>(std::min(request.options.qos, state_.options.features.maximum_qos));
    if (state_.seams.policy == nullptr) return asked;
    const ReasonCode answer = state_.seams.policy->subscribe(
        {.client_id = session_.client_id, .topic_filter = request.topic_filter, .qos = request.options.qos});
    return is_failure(answer) ? legal_reason(answer, mqtt::PacketType::suback) : std::min(asked, answer);
  }

  [[nodiscard]] bool is_new(std::string_view filter) const {
    const FilterId id = state_.subscriptions.find_filter(filter);
    return id == FilterId::none || state_.subscriptions.find(id, ReceiverId::of(session_.id)) == nullptr;
  }

  void insert(const mqtt::TopicFilterView& filter, mqtt::SubscriptionOptions options, ReasonCode granted) {
    options.qos = static_cast<QoS>(granted);
    if (filter.text.starts_with("$SYS")) begin_sys(state_);
    const auto place = static_cast<std::uint32_t>(session_.subscriptions.size());
    const auto added = state_.subscriptions.add(filter, {.receiver = ReceiverId::of(session_.id),
                                                         .identifier = identifier_,
                                                         .options = options,
                                                         .place = place});
    if (!added.replaced) session_.subscriptions.push_back(added.filter);
    tell(state_, [&] {
      return ClientSubscribed{std::string(session_.client_id), std::string(filter.text), options.qos,
                              added.replaced};
    });
    // [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]; none for shared subscriptions [section 4.8.2]
    const bool wanted = options.retain_handling == mqtt::RetainHandling::send ||
                        (options.retain_handling == mqtt::RetainHandling::send_if_new && !added.replaced);
    if (wanted && !filter.shared()) owed_.push_back(added.filter);
  }

  State& state_;
  Session& session_;
  std::uint32_t identifier_;
  std::vector<FilterId> owed_;  // retained messages go out behind SUBACK
};

// Take the filter out of the Session's own list; the last one moves to its place.
void forget(State& state, Session& session, std::uint32_t place) {
  session.subscriptions[place] = session.subscriptions.back();
  session.subscriptions.pop_back();
  if (place == session.subscriptions.size()) return;
  state.subscriptions.set_place(session.subscriptions[place], ReceiverId::of(session.id), place);
}

bool unsubscribe(State& state, Session& session, std::string_view text) {
  const ReceiverId receiver = ReceiverId::of(session.id);
  const FilterId id = state.subscriptions.find_filter(text);
  const Subscription* subscription = id == FilterId::none ? nullptr : state.subscriptions.find(id, receiver);
  if (subscription == nullptr) return false;
  end_walk(state, session, id);
  forget(state, session, subscription->place);
  state.subscriptions.remove(id, receiver);
  tell(state, [&] { return ClientUnsubscribed{std::string(session.client_id), std::string(text)}; });
  return true;
}

}  // namespace

void on_subscribe(State& state, Connection& connection, const mqtt::Frame& frame) {
  const Result<mqtt::Subscribe> subscribe = mqtt::decode_subscribe(frame, connection.version);
  if (!subscribe) return protocol_error(state, connection, subscribe.refusal());
  const std::uint32_t identifier =
      subscribe->properties.number(PropertyId::subscription_identifier).value_or(0);
  const Refusal refusal = check_all(state, connection, *subscribe, identifier);
  if (is_failure(refusal.reason)) return protocol_error(state, connection, refusal);

  Session& session = state.sessions.at(connection.session);
  Subscribing subscribing(state, session, identifier);
  mqtt::Suback suback{.packet_id = subscribe->packet_id};
  for (const mqtt::SubscriptionRequest& request : subscribe->requests) {
    suback.reasons.push_back(subscribing.add(request));
  }
  send(state, connection, suback);  // [MQTT-3.8.4-1]
  subscribing.deliver_owed();
  go_on_walking(state, session);  // what has changed or ended may have been in the way
}

void on_unsubscribe(State& state, Connection& connection, const mqtt::Frame& frame) {
  const Result<mqtt::Unsubscribe> request = mqtt::decode_unsubscribe(frame, connection.version);
  if (!request) return protocol_error(state, connection, request.refusal());
  for (const std::string_view filter : request->topic_filters) {
    const bool bad_share = !connection.v5() && is_bad_share_only(filter);
    if (!bad_share && !mqtt::parse_topic_filter(filter)) return protocol_error(state, connection, kBadFilter);
  }
  Session& session = state.sessions.at(connection.session);
  mqtt::Unsuback unsuback{.packet_id = request->packet_id};
  for (const std::string_view filter : request->topic_filters) {
    const bool existed = unsubscribe(state, session, filter);
    unsuback.reasons.push_back(existed ? ReasonCode::success : ReasonCode::no_subscription_existed);
  }
  send(state, connection, unsuback);  // [MQTT-3.10.4-4] [MQTT-3.10.4-5]
  go_on_walking(state, session);
}

}  // namespace pint::core
