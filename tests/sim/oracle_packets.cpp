// The oracle on what connected clients send: how each packet must be answered, and what it changes.
#include <algorithm>
#include <array>
#include <chrono>

#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"
#include "sim/oracle.hpp"
#include "sim/told.hpp"
#include "sim/violation.hpp"

namespace pint::sim {

using mqtt::PacketType;
using mqtt::PropertyId;

namespace {

// DISCONNECT reasons of table 3-10 that clients do not send.
constexpr std::array kServerOnly = {ReasonCode::not_authorized,
                                    ReasonCode::server_busy,
                                    ReasonCode::server_shutting_down,
                                    ReasonCode::keep_alive_timeout,
                                    ReasonCode::session_taken_over,
                                    ReasonCode::topic_filter_invalid,
                                    ReasonCode::retain_not_supported,
                                    ReasonCode::use_another_server,
                                    ReasonCode::server_moved,
                                    ReasonCode::shared_subscriptions_not_supported,
                                    ReasonCode::connection_rate_exceeded,
                                    ReasonCode::maximum_connect_time,
                                    ReasonCode::subscription_identifiers_not_supported,
                                    ReasonCode::wildcard_subscriptions_not_supported};

Answer answer_to(const Line& line, PacketType type, std::uint16_t packet_id,
                 std::vector<ReasonCode> reasons) {
  if (!line.v5()) reasons = {ReasonCode::success};
  return {.type = type, .packet_id = packet_id, .reasons = std::move(reasons)};
}

Told told_by(const Line& line, const mqtt::Publish& publish, std::string topic, Time now) {
  Told told{.topic = std::move(topic),
            .payload = std::string(as_text(publish.payload)),
            .properties = forwarded_properties(publish.properties),
            .qos = publish.qos,
            .retain = publish.retain,
            .publisher = line.client_id};
  const auto expiry = publish.properties.number(PropertyId::message_expiry_interval);
  if (expiry) told.expires_at = now + std::chrono::seconds{*expiry};
  return told;
}

// 3.x knows no shared subscriptions: what is wrong with the $share form alone is refused filter by filter.
bool is_good_enough(const Line& line, std::string_view filter) {
  return read_filter(filter) || (!line.v5() && filter.starts_with("$share/") && has_filter_form(filter));
}

}  // namespace

void Oracle::on_packet(Line& line, const mqtt::Packet& packet) {
  const auto acknowledged = [&](const auto& received) {
    on_acknowledgement(line, mqtt::type_of(packet), static_cast<std::uint16_t>(received.packet_id),
                       received.reason);
  };
  if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) return on_publish(line, *publish);
  if (const auto* subscribe = std::get_if<mqtt::Subscribe>(&packet)) return on_subscribe(line, *subscribe);
  if (const auto* puback = std::get_if<mqtt::Puback>(&packet)) return acknowledged(*puback);
  if (const auto* pubrec = std::get_if<mqtt::Pubrec>(&packet)) return acknowledged(*pubrec);
  if (const auto* pubcomp = std::get_if<mqtt::Pubcomp>(&packet)) return acknowledged(*pubcomp);
  if (const auto* leave = std::get_if<mqtt::Disconnect>(&packet)) return on_disconnect(line, *leave);
  if (const auto* drop = std::get_if<mqtt::Unsubscribe>(&packet)) return on_unsubscribe(line, *drop);
  if (std::holds_alternative<mqtt::Pingreq>(packet)) {
    line.answers.push_back({.type = PacketType::pingresp, .reasons = {ReasonCode::success}});
    return;
  }
  const auto* pubrel = std::get_if<mqtt::Pubrel>(&packet);
  if (pubrel == nullptr) return protocol_error(line, {});
  const auto id = static_cast<std::uint16_t>(pubrel->packet_id);
  const bool known = sessions_.at(line.client_id).received.erase(id) > 0;
  line.answers.push_back(answer_to(line, PacketType::pubcomp, id,
                                   {known ? ReasonCode::success : ReasonCode::packet_identifier_not_found}));
}

void Oracle::on_publish(Line& line, const mqtt::Publish& publish) {
  if (publish.properties.number(PropertyId::subscription_identifier)) {  // [MQTT-3.3.4-6]
    return protocol_error(line, {ReasonCode::protocol_error});
  }
  std::string topic(publish.topic);
  if (const auto alias = publish.properties.number(PropertyId::topic_alias)) {
    if (*alias > options_.limits.topic_alias_maximum) {
      return protocol_error(line, {ReasonCode::topic_alias_invalid});
    }
    std::string& meaning = line.aliases_in[static_cast<std::uint16_t>(*alias)];
    if (!topic.empty()) meaning = topic;
    topic = meaning;
  }
  if (topic.empty()) return protocol_error(line, {ReasonCode::protocol_error});

  ModelSession& session = sessions_.at(line.client_id);
  const auto id = static_cast<std::uint16_t>(publish.packet_id);
  const bool held = session.received.contains(id);
  const PacketType type = publish.qos == QoS::exactly_once ? PacketType::pubrec : PacketType::puback;
  if (publish.qos == QoS::at_least_once && held && line.v5()) {
    line.answers.push_back(answer_to(line, type, id, {ReasonCode::packet_identifier_in_use}));
    return;
  }
  if (publish.qos == QoS::exactly_once) {
    if (held) {  // [MQTT-4.3.3-10]
      line.answers.push_back(answer_to(line, type, id, {ReasonCode::success}));
      return;
    }
    if (line.v5() && session.received.size() >= options_.limits.receive_maximum) {
      return protocol_error(line, {ReasonCode::receive_maximum_exceeded});
    }
    session.received.insert(id);
  }
  const unsigned receivers = route(told_by(line, publish, topic, now_));
  expect_event("published " + line.client_id + " " + topic + " " + std::to_string(receivers));
  if (publish.qos == QoS::at_most_once) return;
  std::vector<ReasonCode> reasons{ReasonCode::success};
  if (receivers == 0) reasons.push_back(ReasonCode::no_matching_subscribers);
  line.answers.push_back(answer_to(line, type, id, std::move(reasons)));
}

void Oracle::on_subscribe(Line& line, const mqtt::Subscribe& subscribe_packet) {
  for (const mqtt::SubscriptionRequest& request : subscribe_packet.requests) {
    if (!is_good_enough(line, request.topic_filter)) {
      return protocol_error(line, {ReasonCode::topic_filter_invalid});
    }
  }
  ModelSession& session = sessions_.at(line.client_id);
  const std::uint32_t identifier =
      subscribe_packet.properties.number(PropertyId::subscription_identifier).value_or(0);
  Answer suback{.type = PacketType::suback,
                .packet_id = static_cast<std::uint16_t>(subscribe_packet.packet_id)};
  ++session.asked;
  std::vector<std::string> owed;
  for (const mqtt::SubscriptionRequest& request : subscribe_packet.requests) {
    const ReasonCode reason = subscribe(session, request, identifier, owed);
    const bool failed = is_failure(reason) && !line.v5();
    suback.reasons.push_back(failed ? ReasonCode::unspecified_error : reason);
  }
  line.answers.push_back(std::move(suback));
  for (const std::string& filter : owed) owe_retained(session, filter);
}

ReasonCode Oracle::subscribe(ModelSession& session, const mqtt::SubscriptionRequest& request,
                             std::uint32_t identifier, std::vector<std::string>& owed) {
  const auto filter = read_filter(request.topic_filter);
  if (!filter) return ReasonCode::topic_filter_invalid;
  const std::string text(request.topic_filter);
  const bool replaced = session.subscriptions.contains(text);
  if (!replaced && session.subscriptions.size() >= options_.limits.subscriptions_per_client) {
    return ReasonCode::quota_exceeded;
  }
  session.subscriptions[text] = {*filter, request.options, identifier};  // [MQTT-3.8.4-3]
  expect_event("subscribed " + session.client_id + " " + text + (replaced ? " again" : ""));
  const mqtt::RetainHandling handling = request.options.retain_handling;
  const bool wanted =
      handling == mqtt::RetainHandling::send || (handling == mqtt::RetainHandling::send_if_new && !replaced);
  if (wanted && filter->share_name.empty())
    owed.push_back(text);
  else
    change_terms_of_store(session, text);
  return static_cast<ReasonCode>(request.options.qos);
}

void Oracle::on_unsubscribe(Line& line, const mqtt::Unsubscribe& unsubscribe) {
  for (const std::string_view filter : unsubscribe.topic_filters) {
    if (!is_good_enough(line, filter)) return protocol_error(line, {ReasonCode::topic_filter_invalid});
  }
  ModelSession& session = sessions_.at(line.client_id);
  Answer unsuback{.type = PacketType::unsuback,
                  .packet_id = static_cast<std::uint16_t>(unsubscribe.packet_id)};
  ++session.asked;
  for (const std::string_view text : unsubscribe.topic_filters) {
    owe_no_more(session, std::string(text));
    const bool existed = session.subscriptions.erase(std::string(text)) > 0;
    if (existed) expect_event("unsubscribed " + session.client_id + " " + std::string(text));
    if (!line.v5()) continue;
    unsuback.reasons.push_back(existed ? ReasonCode::success : ReasonCode::no_subscription_existed);
  }
  line.answers.push_back(std::move(unsuback));
}

void Oracle::on_disconnect(Line& line, const mqtt::Disconnect& disconnect) {
  const auto expiry = disconnect.properties.number(PropertyId::session_expiry_interval);
  const bool server_only = std::ranges::find(kServerOnly, disconnect.reason) != kServerOnly.end();
  if (server_only || disconnect.properties.text(PropertyId::server_reference) ||
      (expiry && *expiry > 0 && !line.asked_expiry)) {
    return protocol_error(line, {ReasonCode::protocol_error});
  }
  const auto maximum = static_cast<std::uint32_t>(options_.limits.session_expiry_maximum.count());
  if (expiry) line.session_expiry = std::min(*expiry, maximum);
  const bool keeps_will = disconnect.reason != ReasonCode::normal_disconnection;
  end_line(line, DisconnectCause::client_disconnected, keeps_will);
}

// A client may name a Packet Identifier that it cannot know yet: of a PUBLISH that an earlier packet of this
// step has made room for. That is no acknowledgement then that nobody waits for, but a wrong one. Whether the
// PUBLISH was before it or after it, the engine's verdict tells.
bool Oracle::guessed(const Line& line, PacketType type, std::uint16_t packet_id) const {
  const QoS right = type == PacketType::puback ? QoS::at_least_once : QoS::exactly_once;
  const auto is_wrong_for = [&](const Outgoing& sent) {
    if (sent.connection != line.id) return false;
    const auto frame = mqtt::next_frame(sent.bytes, mqtt::kMaxPacketBytes);
    if (!frame || !frame->has_value()) return false;
    const auto packet = mqtt::decode(**frame, line.version);
    const auto* publish = packet ? std::get_if<mqtt::Publish>(&*packet) : nullptr;
    return publish != nullptr && static_cast<std::uint16_t>(publish->packet_id) == packet_id &&
           (publish->qos != right || type == PacketType::pubcomp);
  };
  const auto ends_it = [&](const Event& event) {
    const auto* ended = std::get_if<ClientDisconnected>(&event);
    return ended != nullptr && ended->cause == DisconnectCause::protocol_error &&
           ended->client.client_id == line.client_id;
  };
  return handled_ > 1 && std::ranges::any_of(news_.sent, is_wrong_for) &&
         std::ranges::any_of(news_.events, ends_it);
}

// [section 4.3.3] What is not waited for is answered, if it is a PUBREC, or ignored.
void Oracle::on_acknowledgement(Line& line, PacketType type, std::uint16_t packet_id, ReasonCode reason) {
  ModelSession& session = sessions_.at(line.client_id);
  const auto sent =
      std::ranges::find(session.inflight, packet_id, [](const Sent& each) { return each.packet_id; });
  const bool failed = is_failure(reason);
  const bool is_pubrec = type == PacketType::pubrec;
  if (sent == session.inflight.end()) {
    if (guessed(line, type, packet_id)) return protocol_error(line, {ReasonCode::protocol_error});
    if (!is_pubrec || failed) return;
    line.answers.push_back(
        answer_to(line, PacketType::pubrel, packet_id, {ReasonCode::packet_identifier_not_found}));
    return;
  }
  const bool exactly_once = sent->qos == QoS::exactly_once;
  const bool fits = type == PacketType::puback    ? !exactly_once
                    : type == PacketType::pubcomp ? exactly_once && sent->released
                                                  : exactly_once;
  if (!fits) return protocol_error(line, {ReasonCode::protocol_error});
  if (failed && !sent->released) {  // [MQTT-4.4.0-2]
    expect_drop(session.client_id, sent->choices().front(), DropCause::refused_by_client);
  }
  if (is_pubrec && !failed) {
    sent->released = true;
    sent->sent_on = line.serial;
    line.answers.push_back(answer_to(line, PacketType::pubrel, packet_id, {ReasonCode::success}));
    return;
  }
  session.inflight.erase(sent);
}

}  // namespace pint::sim
