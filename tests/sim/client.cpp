#include "sim/client.hpp"

#include <algorithm>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"

namespace pint::sim {

using mqtt::PacketId;
using mqtt::PropertyId;

std::string random_topic(Chance& chance) {
  return chance.pick<const char*>({"t/0", "t/1", "t/2", "t/3", "t/1/x", "t/2/x", "u/1", "t", "/1"});
}

std::string random_filter(Chance& chance) {
  if (chance.one_in(2)) return random_topic(chance);
  return chance.pick<const char*>({"#", "t/#", "t/+", "+/1", "t/+/x", "+/+/+", "$share/g/t/+", "$share/h/t/+",
                                   "$share/g/t/1", "$share/g/#", "$share/h/t/1"});
}

QoS random_qos(Chance& chance) { return static_cast<QoS>(chance.below(3)); }

Client::Client(unsigned number) : id_(number == 0 ? std::string() : "client-" + std::to_string(number)) {}

Bytes Client::encoded(const mqtt::Packet& packet) const {
  Bytes bytes;
  mqtt::encode(bytes, packet, version_);
  return bytes;
}

std::uint16_t Client::next_packet_id() {
  do {
    last_packet_id_ = static_cast<std::uint16_t>(last_packet_id_ % 500 + 1);
  } while (find(PacketId{last_packet_id_}) != nullptr);
  return last_packet_id_;
}

Client::Unacknowledged* Client::find(PacketId id) {
  const auto found = std::ranges::find(outgoing_, static_cast<std::uint16_t>(id), &Unacknowledged::packet_id);
  return found == outgoing_.end() ? nullptr : &*found;
}

void Client::disconnected() {
  unparsed_.clear();
  held_.clear();
  aliases_.clear();
  holding_ = false;
  broken_ = false;
}

void Client::forget() {
  outgoing_.clear();
  incoming_.clear();
}

Bytes Client::connect(Chance& chance) {
  disconnected();
  constexpr auto kV5 = ProtocolVersion::v5;
  version_ = chance.pick({ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, kV5, kV5, kV5});
  if (id_.empty() && version_ == ProtocolVersion::v3_1) version_ = ProtocolVersion::v3_1_1;
  mqtt::PropertyList properties, will_properties;
  const std::string topic = random_topic(chance),
                    payload = "will of " + id_ + std::to_string(chance.below(1'000));
  mqtt::Connect connect{.version = version_,
                        .clean_start = chance.one_in(4) || id_.empty(),
                        .keep_alive = chance.pick<std::uint16_t>({0, 0, 5, 40}),
                        .client_id = id_};
  const std::uint32_t expiry = chance.pick<std::uint32_t>({0, 5, 100, 100, 0xFFFFFFFF});
  asked_expiry_ = expiry > 0;
  if (version_ == kV5) {
    if (expiry > 0) properties.add(PropertyId::session_expiry_interval, expiry);
    if (chance.one_in(2)) properties.add(PropertyId::receive_maximum, chance.pick<std::uint32_t>({1, 2, 8}));
    if (chance.one_in(3))
      properties.add(PropertyId::topic_alias_maximum, chance.pick<std::uint32_t>({1, 3, 50}));
    if (chance.one_in(4))
      properties.add(PropertyId::maximum_packet_size, chance.pick<std::uint32_t>({120, 400}));
    connect.properties = properties.view();
  }
  if (chance.one_in(3)) {
    if (version_ == kV5 && chance.one_in(2)) {
      will_properties.add(PropertyId::will_delay_interval, chance.pick<std::uint32_t>({1, 3, 200}));
    }
    if (version_ == kV5 && chance.one_in(3)) will_properties.add(PropertyId::message_expiry_interval, 7);
    if (version_ == kV5 && chance.one_in(3)) will_properties.add_user_property("why", "gone");
    connect.will = mqtt::WillView{.topic = topic,
                                  .payload = as_bytes(payload),
                                  .qos = random_qos(chance),
                                  .retain = chance.one_in(3),
                                  .properties = will_properties.view()};
  }
  alias_maximum_ = 0;
  receive_maximum_ = 65'535;
  return encoded(connect);
}

Bytes Client::connect_calmly() {
  disconnected();
  version_ = ProtocolVersion::v5;
  mqtt::PropertyList properties;
  properties.add(PropertyId::session_expiry_interval, 100);
  asked_expiry_ = true;
  return encoded(
      mqtt::Connect{.clean_start = id_.empty(), .properties = properties.view(), .client_id = id_});
}

Bytes Client::publish(Chance& chance, std::string payload) {
  Unacknowledged message{.qos = random_qos(chance),
                         .retain = chance.one_in(5),
                         .topic = random_topic(chance),
                         .payload = std::move(payload)};
  const std::size_t size = chance.pick<std::size_t>({0, 0, 0, 30, 30, 200, 700, 3'000});
  if (message.payload.size() < size) message.payload.resize(size, '.');
  if (message.retain && chance.one_in(3)) message.payload.clear();
  mqtt::PropertyList properties;
  std::string_view topic = message.topic;
  if (version_ == ProtocolVersion::v5) {
    if (chance.one_in(4))
      properties.add(PropertyId::message_expiry_interval, chance.pick<std::uint32_t>({0, 1, 4, 90}));
    if (chance.one_in(4)) properties.add_user_property("from", id_).add_user_property("from", message.topic);
    if (chance.one_in(6)) properties.add(PropertyId::content_type, "text");
    message.properties.assign(properties.view().encoded().begin(), properties.view().encoded().end());
    if (alias_maximum_ > 0 && chance.one_in(2)) {
      const auto alias = static_cast<std::uint32_t>(1 + chance.below(std::min(3u, alias_maximum_)));
      properties.add(PropertyId::topic_alias, alias);
      if (aliases_[alias] == message.topic)
        topic = {};
      else
        aliases_[alias] = message.topic;
    }
  }
  if (message.qos != QoS::at_most_once) {
    if (outgoing_.size() >= receive_maximum_ || outgoing_.size() >= 100) return {};
    message.packet_id = next_packet_id();
    outgoing_.push_back(message);
  }
  return encoded(mqtt::Publish{.qos = message.qos,
                               .retain = message.retain,
                               .topic = topic,
                               .packet_id = PacketId{message.packet_id},
                               .properties = properties.view(),
                               .payload = as_bytes(message.payload)});
}

Bytes Client::publish_retained(const std::string& topic, std::string_view payload, QoS qos) {
  if (outgoing_.size() >= receive_maximum_ || outgoing_.size() >= 100) qos = QoS::at_most_once;
  Unacknowledged message{.qos = qos, .retain = true, .topic = topic, .payload = std::string(payload)};
  if (qos != QoS::at_most_once) {
    message.packet_id = next_packet_id();
    outgoing_.push_back(message);
  }
  return encoded(mqtt::Publish{.qos = qos,
                               .retain = true,
                               .topic = topic,
                               .packet_id = PacketId{message.packet_id},
                               .payload = as_bytes(payload)});
}

Bytes Client::subscribe(Chance& chance) {
  mqtt::PropertyList properties;
  mqtt::Subscribe subscribe{.packet_id = PacketId{next_packet_id()}};
  std::vector<std::string> filters;
  for (std::uint64_t i = 1 + chance.below(3); i > 0; --i) {
    const std::string filter = random_filter(chance);
    if (std::ranges::find(filters, filter) == filters.end()) filters.push_back(filter);
  }
  if (version_ == ProtocolVersion::v5 && chance.one_in(2)) {
    properties.add(PropertyId::subscription_identifier, static_cast<std::uint32_t>(1 + chance.below(300)));
  }
  subscribe.properties = properties.view();
  for (const std::string& filter : filters) {
    mqtt::SubscriptionOptions options{.qos = random_qos(chance)};
    if (version_ == ProtocolVersion::v5) {
      options.no_local = chance.one_in(3) && !filter.starts_with("$share");
      options.retain_as_published = chance.one_in(2);
      options.retain_handling = static_cast<mqtt::RetainHandling>(chance.below(3));
    }
    subscribe.requests.push_back({filter, options});
  }
  return encoded(subscribe);
}

Bytes Client::unsubscribe(Chance& chance) {
  const std::string one = random_filter(chance), other = random_filter(chance);
  return encoded(mqtt::Unsubscribe{.packet_id = PacketId{next_packet_id()}, .topic_filters = {one, other}});
}

Bytes Client::ping() { return encoded(mqtt::Pingreq{}); }

Bytes Client::disconnect(Chance& chance) {
  mqtt::Disconnect disconnect;
  mqtt::PropertyList properties;
  if (version_ == ProtocolVersion::v5) {
    disconnect.reason =
        chance.pick({ReasonCode::normal_disconnection, ReasonCode::normal_disconnection,
                     ReasonCode::disconnect_with_will_message, ReasonCode::unspecified_error});
    if (asked_expiry_ && chance.one_in(3)) {
      properties.add(PropertyId::session_expiry_interval, chance.pick<std::uint32_t>({0, 2, 50}));
    }
    disconnect.properties = properties.view();
  }
  return encoded(disconnect);
}

Bytes Client::misbehave(Chance& chance) {
  mqtt::PropertyList properties;
  mqtt::Publish publish{.topic = "t/1", .payload = as_bytes("wrong")};
  switch (chance.below(6)) {
    case 0: return encoded(mqtt::Connect{.version = version_, .client_id = id_});  // the second one
    case 1:
      properties.add(PropertyId::topic_alias, 200);
      publish.properties = properties.view();
      return encoded(publish);
    case 2: {  // more open than the broker takes
      Bytes all;
      for (std::uint16_t id = 900; id < 910; ++id) {
        publish.qos = QoS::exactly_once;
        publish.packet_id = PacketId{id};
        mqtt::encode(all, publish, version_);
      }
      return all;
    }
    case 3:
      return encoded(mqtt::Pubcomp{.packet_id = PacketId{static_cast<std::uint16_t>(1 + chance.below(20))}});
    case 4: {
      const std::string large(1'600, 'L');
      publish.payload = as_bytes(large);
      return encoded(publish);
    }
    default: {
      Bytes rubbish(1 + chance.below(20));
      for (std::uint8_t& byte : rubbish) byte = static_cast<std::uint8_t>(chance.next());
      return rubbish;
    }
  }
}

Bytes Client::receive(ByteView bytes) {
  unparsed_.insert(unparsed_.end(), bytes.begin(), bytes.end());
  Bytes answers;
  std::size_t taken = 0;
  while (!broken_) {
    const auto frame = mqtt::next_frame(ByteView(unparsed_).subspan(taken), mqtt::kMaxPacketBytes);
    broken_ = !frame;
    if (broken_ || !frame->has_value()) break;
    const auto packet = mqtt::decode(**frame, version_);
    taken += (*frame)->bytes.size();
    if (packet)
      take(*packet, answers);
    else
      broken_ = true;
  }
  unparsed_.erase(unparsed_.begin(), unparsed_.begin() + static_cast<std::ptrdiff_t>(taken));
  if (!holding_) return answers;
  held_.insert(held_.end(), answers.begin(), answers.end());
  return {};
}

Bytes Client::give_answers() {
  holding_ = false;
  return std::exchange(held_, {});
}

void Client::take(const mqtt::Packet& packet, Bytes& answers) {
  const auto answer = [&](const mqtt::Packet& with) { mqtt::encode(answers, with, version_); };
  if (const auto* connack = std::get_if<mqtt::Connack>(&packet)) return take_connack(*connack, answers);
  if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
    if (publish->qos == QoS::at_least_once) answer(mqtt::Puback{.packet_id = publish->packet_id});
    if (publish->qos != QoS::exactly_once) return;
    incoming_.insert(static_cast<std::uint16_t>(publish->packet_id));
    // Now and then a client refuses, which ends the message.
    const bool refuse = version_ == ProtocolVersion::v5 && publish->payload.size() % 17 == 3;
    if (refuse) incoming_.erase(static_cast<std::uint16_t>(publish->packet_id));
    answer(mqtt::Pubrec{.packet_id = publish->packet_id,
                        .reason = refuse ? ReasonCode::quota_exceeded : ReasonCode::success});
  } else if (const auto* pubrel = std::get_if<mqtt::Pubrel>(&packet)) {
    incoming_.erase(static_cast<std::uint16_t>(pubrel->packet_id));
    answer(mqtt::Pubcomp{.packet_id = pubrel->packet_id});
  } else if (const auto* pubrec = std::get_if<mqtt::Pubrec>(&packet)) {
    Unacknowledged* message = find(pubrec->packet_id);
    if (message != nullptr && !is_failure(pubrec->reason)) message->released = true;
    if (message != nullptr && is_failure(pubrec->reason))
      std::erase_if(outgoing_, [&](const auto& each) { return each.packet_id == message->packet_id; });
    if (!is_failure(pubrec->reason)) answer(mqtt::Pubrel{.packet_id = pubrec->packet_id});
  } else if (std::holds_alternative<mqtt::Puback>(packet) || std::holds_alternative<mqtt::Pubcomp>(packet)) {
    const auto* puback = std::get_if<mqtt::Puback>(&packet);
    const PacketId id = puback != nullptr ? puback->packet_id : std::get<mqtt::Pubcomp>(packet).packet_id;
    std::erase_if(outgoing_, [&](const auto& each) { return PacketId{each.packet_id} == id; });
  }
}

void Client::take_connack(const mqtt::Connack& connack, Bytes& answers) {
  if (is_failure(connack.reason)) return;
  alias_maximum_ = connack.properties.number(PropertyId::topic_alias_maximum).value_or(0);
  receive_maximum_ = connack.properties.number(PropertyId::receive_maximum).value_or(65'535);
  if (!connack.session_present && version_ != ProtocolVersion::v3_1) forget();
  resend(answers);
}

// [MQTT-4.4.0-1] In order, with DUP.
void Client::resend(Bytes& answers) {
  for (const Unacknowledged& message : outgoing_) {
    if (message.released) {
      mqtt::encode(answers, mqtt::Pubrel{.packet_id = PacketId{message.packet_id}}, version_);
      continue;
    }
    mqtt::encode(answers,
                 mqtt::Publish{.duplicate = true,
                               .qos = message.qos,
                               .retain = message.retain,
                               .topic = message.topic,
                               .packet_id = PacketId{message.packet_id},
                               .properties = mqtt::PropertyView(message.properties),
                               .payload = as_bytes(message.payload)},
                 version_);
  }
}

}  // namespace pint::sim
