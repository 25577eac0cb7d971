// Message: an Application Message as programs handle it, owning everything it names, and the plain words
// (QoS, ProtocolVersion, Properties) that go with it. Values only; nothing here talks to a broker.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pint {

enum class QoS : std::uint8_t { at_most_once = 0, at_least_once = 1, exactly_once = 2 };

enum class ProtocolVersion : std::uint8_t { v3_1 = 3, v3_1_1 = 4, v5 = 5 };

// One name and value. Names may repeat, and the order is kept from publisher to subscriber. [MQTT-3.3.2-18]
struct UserProperty {
  std::string name;
  std::string value;
  friend bool operator==(const UserProperty&, const UserProperty&) = default;
};

// The MQTT 5.0 properties of an Application Message. All absent by default. They reach 5.0 subscribers
// unchanged and are left out towards 3.x subscribers.
struct Properties {
  bool payload_is_utf8 = false;                             // Payload Format Indicator [MQTT-3.3.2-4]
  std::optional<std::chrono::seconds> message_expiry = {};  // 0 .. 2^32-1 s; absent: never [MQTT-3.3.2-5]
  std::optional<std::string> content_type = {};
  std::optional<std::string> response_topic = {};           // a Topic Name: no wildcards [MQTT-3.3.2-14]
  std::optional<std::string> correlation_data = {};         // any bytes
  std::vector<UserProperty> user_properties = {};
  // Filled in on messages a rule receives; ignored on messages you publish. [MQTT-3.3.4-6]
  std::vector<std::uint32_t> subscription_identifiers = {};
  friend bool operator==(const Properties&, const Properties&) = default;
};

// An Application Message. Copying copies the payload.
struct Message {
  std::string topic = {};    // Topic Name: 1 .. 65,535 bytes of UTF-8, no + or # [MQTT-4.7.3-1]
  std::string payload = {};  // any bytes, possibly none; at most about 256 MiB
  QoS qos = QoS::at_most_once;
  // Published: store as the topic's retained message (an empty payload removes it) [MQTT-3.3.1-5].
  // Received by a rule: it came from the store because the rule was new [MQTT-3.3.1-8].
  bool retain = false;
  Properties properties = {};
  friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace pint
