// The fifteen control packets, one plain struct each, for 3.1, 3.1.1 and 5.0 alike: a 3.x packet has no
// properties and reason 0x00. Packets borrow: texts, payloads and properties point into the bytes they were
// decoded from (or into whatever the sender keeps alive until encode() returns).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include <pint/error.hpp>
#include <pint/message.hpp>
#include <pint/packet_type.hpp>

#include "base/bytes.hpp"
#include "mqtt/property.hpp"

namespace pint::mqtt {

using pint::PacketType;
using pint::name_of;

// 1 .. 65,535 on the wire; 0 in a struct means none (PUBLISH at QoS 0). [MQTT-2.2.1-3]
enum class PacketId : std::uint16_t { none = 0 };

struct WillView {
  std::string_view topic = {};
  ByteView payload = {};
  QoS qos = QoS::at_most_once;
  bool retain = false;
  PropertyView properties = {};
  friend bool operator==(const WillView&, const WillView&);
};

struct Connect {
  ProtocolVersion version = ProtocolVersion::v5;
  bool clean_start = true;       // Clean Session in 3.x
  std::uint16_t keep_alive = 0;  // seconds
  PropertyView properties = {};
  std::string_view client_id = {};
  std::optional<WillView> will = {};
  std::optional<std::string_view> user_name = {};
  std::optional<ByteView> password = {};
  friend bool operator==(const Connect&, const Connect&);
};

// reason is a 5.0 code; encode() maps it to a return code for 3.x (see v3_return_code).
struct Connack {
  bool session_present = false;
  ReasonCode reason = ReasonCode::success;
  PropertyView properties = {};
  friend bool operator==(const Connack&, const Connack&) = default;
};

struct Publish {
  bool duplicate = false;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  std::string_view topic = {};  // empty: the Topic Alias says it
  PacketId packet_id = PacketId::none;
  PropertyView properties = {};
  ByteView payload = {};
  friend bool operator==(const Publish&, const Publish&);
};

// PUBACK, PUBREC, PUBREL and PUBCOMP differ in nothing but their type.
template <PacketType Type>
struct Acknowledgement {
  PacketId packet_id = PacketId::none;
  ReasonCode reason = ReasonCode::success;
  PropertyView properties = {};
  friend bool operator==(const Acknowledgement&, const Acknowledgement&) = default;
};
using Puback = Acknowledgement<PacketType::puback>;
using Pubrec = Acknowledgement<PacketType::pubrec>;
using Pubrel = Acknowledgement<PacketType::pubrel>;
using Pubcomp = Acknowledgement<PacketType::pubcomp>;

enum class RetainHandling : std::uint8_t { send = 0, send_if_new = 1, do_not_send = 2 };

struct SubscriptionOptions {
  QoS qos = QoS::at_most_once;  // Maximum QoS
  bool no_local = false;
  bool retain_as_published = false;
  RetainHandling retain_handling = RetainHandling::send;
  friend bool operator==(const SubscriptionOptions&, const SubscriptionOptions&) = default;
};

struct SubscriptionRequest {
  // UTF-8, checked by decode. Its form is left to the server, which answers filter by filter.
  std::string_view topic_filter = {};
  SubscriptionOptions options = {};
  friend bool operator==(const SubscriptionRequest&, const SubscriptionRequest&) = default;
};

struct Subscribe {
  PacketId packet_id = PacketId::none;
  PropertyView properties = {};
  std::vector<SubscriptionRequest> requests = {};
  friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

struct Suback {
  PacketId packet_id = PacketId::none;
  PropertyView properties = {};
  std::vector<ReasonCode> reasons = {};  // 3.x: every failure is written as 0x80
  friend bool operator==(const Suback&, const Suback&) = default;
};

struct Unsubscribe {
  PacketId packet_id = PacketId::none;
  PropertyView properties = {};
  std::vector<std::string_view> topic_filters = {};
  friend bool operator==(const Unsubscribe&, const Unsubscribe&) = default;
};

struct Unsuback {
  PacketId packet_id = PacketId::none;
  PropertyView properties = {};
  std::vector<ReasonCode> reasons = {};  // 3.x: not written
  friend bool operator==(const Unsuback&, const Unsuback&) = default;
};

struct Pingreq {
  friend bool operator==(const Pingreq&, const Pingreq&) = default;
};
struct Pingresp {
  friend bool operator==(const Pingresp&, const Pingresp&) = default;
};

struct Disconnect {
  ReasonCode reason = ReasonCode::normal_disconnection;
  PropertyView properties = {};
  friend bool operator==(const Disconnect&, const Disconnect&) = default;
};

struct Auth {
  ReasonCode reason = ReasonCode::success;
  PropertyView properties = {};
  friend bool operator==(const Auth&, const Auth&) = default;
};

using Packet = std::variant<Connect, Connack, Publish, Puback, Pubrec, Pubrel, Pubcomp, Subscribe, Suback,
                            Unsubscribe, Unsuback, Pingreq, Pingresp, Disconnect, Auth>;

// The type of the packet a variant holds.
[[nodiscard]] inline PacketType type_of(const Packet& packet) {
  return static_cast<PacketType>(packet.index() + 1);
}

// Towards 3.x clients CONNACK knows six return codes; nothing if none of them fits. [MQTT3-3.2.2-6]
[[nodiscard]] std::optional<std::uint8_t> v3_return_code(ReasonCode reason);
// The other way: what a 3.x CONNACK says; nothing if the return code is reserved.
[[nodiscard]] std::optional<ReasonCode> reason_of_v3_return_code(std::uint8_t return_code);

}  // namespace pint::mqtt
