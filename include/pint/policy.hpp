// Policy: the few decisions an application may take. Each has a default that allows (enhanced authentication,
// which needs a method, is refused). Override what you need. All calls come on the broker thread, in the
// middle of packet handling: answer at once, and do not call the broker back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <pint/error.hpp>
#include <pint/message.hpp>

namespace pint {

// What a CONNECT asks for. The views are valid during the call only.
struct ConnectRequest {
  std::string_view client_id;  // empty: the broker will assign one
  std::optional<std::string_view> user_name = {};
  std::optional<std::string_view> password = {};  // bytes
  std::string_view remote_address;
  ProtocolVersion version = ProtocolVersion::v3_1_1;
  bool clean_start = true;
};

struct ConnectDecision {
  // success, or a code of 0x80 or more legal in CONNACK; 3.x clients get the nearest return code.
  ReasonCode reason = ReasonCode::success;
  std::string reason_string = {};     // told to 5.0 clients when it fits
  std::string server_reference = {};  // goes with use_another_server and server_moved
};

// One step of enhanced authentication, section 4.12: CONNECT, AUTH, or re-authentication.
struct AuthRequest {
  std::string_view client_id;
  std::string_view method;  // Authentication Method, the same in all steps
  std::string_view authentication_data;  // of this step
  int step = 0;             // 0 at CONNECT or AUTH 0x19, then counting up
  bool reauthentication = false;
};

struct AuthDecision {
  // continue_authentication: send AUTH 0x18 with `authentication_data` and ask again; success: done;
  // otherwise refuse.
  ReasonCode reason = ReasonCode::bad_authentication_method;
  std::string authentication_data = {};
};

struct PublishRequest {
  std::string_view client_id;
  std::string_view topic;
  std::string_view payload;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  bool is_will = false;
};

struct SubscribeRequest {
  std::string_view client_id;
  std::string_view topic_filter;
  QoS qos = QoS::at_most_once;
};

class Policy {
 public:
  virtual ~Policy() = default;

  // Decide on a well-formed CONNECT. [MQTT-3.1.4-2]
  virtual ConnectDecision connect(const ConnectRequest&) { return {}; }

  // Take one step of enhanced authentication. Default: 0x8C. [MQTT-4.12.0-1]
  virtual AuthDecision authenticate(const AuthRequest&) { return {}; }

  // Decide on a PUBLISH: success, or a code legal in PUBACK. A refused message reaches nobody; QoS 1 and 2
  // are answered with the code in 5.0 and acknowledged as usual in 3.x. [MQTT3-3.3.5-2]
  virtual ReasonCode publish(const PublishRequest&) { return ReasonCode::success; }

  // Decide on one filter of a SUBSCRIBE: granted_qos_0..2 caps the QoS, 0x80 and above refuses.
  // [MQTT-3.8.4-7]
  virtual ReasonCode subscribe(const SubscribeRequest&) { return ReasonCode::granted_qos_2; }
};

}  // namespace pint
