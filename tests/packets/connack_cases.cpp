// CONNACK: six return codes in 3.x, the Connect Reason Codes and properties in 5.0.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

Cases good(Keeper& keeper) {
  return {
      {.name = "connack accepted",
       .versions = kThree,
       .bytes = bytes(0x20, 2, 0, 0),
       .value = Connack{}},
      {.name = "connack with session present",
       .versions = {v3_1_1},
       .bytes = bytes(0x20, 2, 1, 0),
       .value = Connack{.session_present = true}},
      {.name = "connack unacceptable protocol version",
       .versions = kThree,
       .bytes = bytes(0x20, 2, 0, 1),
       .value = Connack{.reason = ReasonCode::unsupported_protocol_version},
       .cites = "MQTT3-3.2.2-4"},
      {.name = "connack identifier rejected",
       .versions = kThree,
       .bytes = bytes(0x20, 2, 0, 2),
       .value = Connack{.reason = ReasonCode::client_identifier_not_valid}},
      {.name = "connack server unavailable",
       .versions = kThree,
       .bytes = bytes(0x20, 2, 0, 3),
       .value = Connack{.reason = ReasonCode::server_unavailable}},
      {.name = "connack bad user name or password",
       .versions = kThree,
       .bytes = bytes(0x20, 2, 0, 4),
       .value = Connack{.reason = ReasonCode::bad_user_name_or_password}},
      {.name = "connack not authorized",
       .versions = kThree,
       .bytes = bytes(0x20, 2, 0, 5),
       .value = Connack{.reason = ReasonCode::not_authorized}},
      {.name = "connack",
       .bytes = bytes(0x20, 3, 0, 0, 0),
       .value = Connack{},
       .cites = "MQTT-2.2.2-1 MQTT-3.2.2-1"},
      {.name = "connack with session present",
       .bytes = bytes(0x20, 3, 1, 0, 0),
       .value = Connack{.session_present = true}},
      {.name = "connack refused with a reason string",
       .bytes = bytes(0x20, 8,               // CONNACK, remaining length 8
                      0, 0x97,               // no Session; Quota exceeded
                      5, 0x1F, 0, 2, "no"),  // Reason String
       .value = Connack{.reason = ReasonCode::quota_exceeded,
                        .properties = keeper.keep(PropertyList().add(PropertyId::reason_string, "no"))},
       .cites = "MQTT-3.2.2-6 MQTT-3.2.2-8"},
      {.name = "connack with many properties",
       .bytes = bytes(0x20, 58,                        // CONNACK, remaining length 58
                      0, 0, 55,                        // accepted; Property Length
                      0x11, 0, 0, 0, 9,                // Session Expiry Interval
                      0x12, 0, 1, "a",                 // Assigned Client Identifier
                      0x13, 0, 7,                      // Server Keep Alive
                      0x15, 0, 1, "m",                 // Authentication Method
                      0x16, 0, 1, "d",                 // Authentication Data
                      0x1A, 0, 1, "r",                 // Response Information
                      0x1C, 0, 1, "s",                 // Server Reference
                      0x21, 0, 1,                      // Receive Maximum
                      0x22, 0, 2,                      // Topic Alias Maximum
                      0x24, 1,                         // Maximum QoS
                      0x25, 0,                         // Retain Available
                      0x27, 0xFF, 0xFF, 0xFF, 0xFF,    // Maximum Packet Size
                      0x28, 0,                         // Wildcard Subscription Available
                      0x29, 1,                         // Subscription Identifiers Available
                      0x2A, 0,                         // Shared Subscription Available
                      0x26, 0, 1, "k", 0, 0),          // User Property
       .value = Connack{.properties = keeper.keep(PropertyList()
                                                      .add(PropertyId::session_expiry_interval, 9)
                                                      .add(PropertyId::assigned_client_identifier, "a")
                                                      .add(PropertyId::server_keep_alive, 7)
                                                      .add(PropertyId::authentication_method, "m")
                                                      .add(PropertyId::authentication_data, "d")
                                                      .add(PropertyId::response_information, "r")
                                                      .add(PropertyId::server_reference, "s")
                                                      .add(PropertyId::receive_maximum, 1)
                                                      .add(PropertyId::topic_alias_maximum, 2)
                                                      .add(PropertyId::maximum_qos, 1)
                                                      .add(PropertyId::retain_available, 0)
                                                      .add(PropertyId::maximum_packet_size, 0xFFFFFFFF)
                                                      .add(PropertyId::wildcard_subscription_available, 0)
                                                      .add(PropertyId::subscription_identifiers_available, 1)
                                                      .add(PropertyId::shared_subscription_available, 0)
                                                      .add_user_property("k", ""))}},
  };
}

Cases bad() {
  return {
      {.name = "connack with wrong fixed header flags",
       .versions = kThree,
       .bytes = bytes(0x21, 2, 0, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-2.2.2-1"},
      {.name = "connack with a reserved return code",
       .versions = kThree,
       .bytes = bytes(0x20, 2, 0, 6),
       .error = ReasonCode::malformed_packet},
      {.name = "connack with reserved acknowledge flags",
       .versions = kThree,
       .bytes = bytes(0x20, 2, 2, 0),
       .error = ReasonCode::malformed_packet},
      {.name = "connack with session present",
       .versions = {v3_1},
       .bytes = bytes(0x20, 2, 1, 0),
       .error = ReasonCode::malformed_packet},
      {.name = "connack refused with session present",
       .versions = {v3_1_1},
       .bytes = bytes(0x20, 2, 1, 5),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT3-3.2.2-4"},
      {.name = "connack with properties",
       .versions = kThree,
       .bytes = bytes(0x20, 3, 0, 0, 0),
       .error = ReasonCode::malformed_packet},
      {.name = "connack with reserved acknowledge flags",
       .bytes = bytes(0x20, 3, 0x80, 0, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.2.2-1"},
      {.name = "connack refused with session present",
       .bytes = bytes(0x20, 3, 1, 0x87, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-3.2.2-6"},
      {.name = "connack with a reason of DISCONNECT",
       .bytes = bytes(0x20, 3, 0, 0x8E, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.2.2-8"},
      {.name = "connack without a property length",
       .bytes = bytes(0x20, 2, 0, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-2.2.2-1"},
      {.name = "connack with maximum qos 2",
       .bytes = bytes(0x20, 5, 0, 0, 2, 0x24, 2),
       .error = ReasonCode::protocol_error},
      {.name = "connack with a property twice",
       .bytes = bytes(0x20, 7, 0, 0, 4, 0x25, 1, 0x25, 1),
       .error = ReasonCode::protocol_error},
  };
}

}  // namespace

Cases connack_cases(Keeper& keeper) { return joined({good(keeper), bad()}); }

}  // namespace pint::mqtt::test
