#include "support/traffic.hpp"

#include <string>

namespace pint::test {

using mqtt::PacketType;

namespace {

constexpr std::string_view kTopic = "a/b/c";

Bytes packet_for(const TrafficTerms& terms) {
  mqtt::PropertyList properties;
  if (terms.properties) {
    properties.add(mqtt::PropertyId::content_type, "text/plain")
        .add(mqtt::PropertyId::message_expiry_interval, 60)
        .add_user_property("name", "value");
  }
  const std::string payload(terms.payload_bytes, 'p');
  const auto id = terms.qos == QoS::at_most_once ? mqtt::PacketId::none : mqtt::PacketId{1};
  return bytes_of(mqtt::Publish{.qos = terms.qos, .retain = terms.retain, .topic = kTopic, .packet_id = id,
                                .properties = properties.view(), .payload = as_bytes(payload)},
                  terms.version);
}

}  // namespace

Traffic::Traffic(const TrafficTerms& terms) : terms_(terms), packet_(packet_for(terms)) {
  for (int i = 0; i < terms.publishers; ++i) {
    publishers_.push_back(wires_.connect("publisher-" + std::to_string(i), terms.version));
  }
  for (int i = 0; i < terms.subscribers; ++i) {
    subscribers_.push_back(wires_.connect("subscriber-" + std::to_string(i), terms.version));
    for (const char* filter : terms.filters) {
      wires_.subscribe(subscribers_.back(), filter, terms.qos, terms.version, terms.identifier);
    }
  }
  if (terms.to_rule) wires_.engine().add_rule("a/#", wires_.now());
}

void Traffic::send_round() {
  ++rounds_;
  for (const core::ConnectionId publisher : publishers_) {
    wires_.receive(publisher, packet_);
    if (terms_.qos == QoS::exactly_once)
      wires_.receive(publisher, acknowledgement_.of(PacketType::pubrel, 1));
  }
  wires_.drain();
  if (terms_.qos == QoS::at_most_once) return;
  for (int i = 0; i < terms_.publishers; ++i) {
    last_id_ = next_packet_id(last_id_);
    for (const core::ConnectionId subscriber : subscribers_) acknowledge_as_subscriber(subscriber, last_id_);
  }
  wires_.drain();
}

void Traffic::acknowledge_as_subscriber(core::ConnectionId subscriber, std::uint16_t id) {
  if (terms_.qos == QoS::at_least_once) {
    return wires_.receive(subscriber, acknowledgement_.of(PacketType::puback, id));
  }
  wires_.receive(subscriber, acknowledgement_.of(PacketType::pubrec, id));
  wires_.receive(subscriber, acknowledgement_.of(PacketType::pubcomp, id));
}

std::uint64_t Traffic::expected_deliveries() const {
  const std::uint64_t receivers = subscribers_.size() + (terms_.to_rule ? 1 : 0);
  return rounds_ * publishers_.size() * receivers;
}

std::uint64_t Traffic::deliveries() { return wires_.engine().stats().publishes_sent + wires_.rule_calls(); }

}  // namespace pint::test
