// Reading messages off packets, for the oracle.
#pragma once

#include "mqtt/packet.hpp"
#include "sim/model.hpp"

namespace pint::sim {

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
