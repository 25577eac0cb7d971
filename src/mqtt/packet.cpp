// What the packet structs need beyond their members: equality by value, their names, and the 3.x return
// codes.
#include "mqtt/packet.hpp"

namespace pint::mqtt {

// ByteView has no ==, and if it had one it would hardly compare what it points at.
bool operator==(const WillView& a, const WillView& b) {
  return a.topic == b.topic && same(a.payload, b.payload) && a.qos == b.qos && a.retain == b.retain &&
         a.properties == b.properties;
}

bool operator==(const Connect& a, const Connect& b) {
  const bool same_password =
      a.password.has_value() == b.password.has_value() && (!a.password || same(*a.password, *b.password));
  return same_password && a.version == b.version && a.clean_start == b.clean_start &&
         a.keep_alive == b.keep_alive && a.properties == b.properties && a.client_id == b.client_id &&
         a.will == b.will && a.user_name == b.user_name;
}

bool operator==(const Publish& a, const Publish& b) {
  return a.duplicate == b.duplicate && a.qos == b.qos && a.retain == b.retain && a.topic == b.topic &&
         a.packet_id == b.packet_id && a.properties == b.properties && same(a.payload, b.payload);
}

std::optional<std::uint8_t> v3_return_code(ReasonCode reason) {
  switch (reason) {
    case ReasonCode::success: return std::uint8_t{0};
    case ReasonCode::unsupported_protocol_version: return std::uint8_t{1};
    case ReasonCode::client_identifier_not_valid: return std::uint8_t{2};
    // Server unavailable: the transport works, the service does not, for now or for this client.
    case ReasonCode::server_unavailable:
    case ReasonCode::server_busy:
    case ReasonCode::server_shutting_down:
    case ReasonCode::quota_exceeded:
    case ReasonCode::use_another_server:
    case ReasonCode::server_moved:
    case ReasonCode::connection_rate_exceeded: return std::uint8_t{3};
    case ReasonCode::bad_user_name_or_password: return std::uint8_t{4};
    case ReasonCode::not_authorized:
    case ReasonCode::banned:
    case ReasonCode::bad_authentication_method: return std::uint8_t{5};
    default: return std::nullopt;  // [MQTT3-3.2.2-6]
  }
}

std::optional<ReasonCode> reason_of_v3_return_code(std::uint8_t return_code) {
  switch (return_code) {
    case 0: return ReasonCode::success;
    case 1: return ReasonCode::unsupported_protocol_version;
    case 2: return ReasonCode::client_identifier_not_valid;
    case 3: return ReasonCode::server_unavailable;
    case 4: return ReasonCode::bad_user_name_or_password;
    case 5: return ReasonCode::not_authorized;
    default: return std::nullopt;
  }
}

}  // namespace pint::mqtt
