// What a message is to the oracle.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "mqtt/packet.hpp"

namespace pint::sim {

// A message as it was published.
struct Told {
  std::string topic = {};
  std::string payload = {};
  Bytes properties = {};  // those that reach 5.0 subscribers, encoded; without Message Expiry Interval
  Time expires_at = kNever;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  std::string publisher = {};  // Client Identifier; empty: the application
};
using ToldRef = std::shared_ptr<const Told>;

// How a Session is to get a message.
struct Terms {
  QoS qos = QoS::at_most_once;
  bool retain_0_allowed = true;
  bool retain_1_allowed = false;
  std::vector<std::uint32_t> identifiers = {};  // sorted
};

struct Choice {
  ToldRef message;
  Terms terms;
};

// What of a PUBLISH's (or a Will's) properties reaches 5.0 subscribers as it is.
[[nodiscard]] inline Bytes forwarded_properties(const mqtt::PropertyView& properties) {
  Bytes out;
  properties.for_each([&](const mqtt::Property& property) {
    switch (property.id) {
      case mqtt::PropertyId::message_expiry_interval:
      case mqtt::PropertyId::topic_alias:
      case mqtt::PropertyId::subscription_identifier:
      case mqtt::PropertyId::will_delay_interval: return;
      default: out.insert(out.end(), property.encoded.begin(), property.encoded.end());
    }
  });
  return out;
}

}  // namespace pint::sim
