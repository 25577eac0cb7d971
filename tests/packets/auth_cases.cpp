// AUTH: 5.0 only, and never without an Authentication Method.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

Cases good(Keeper& keeper) {
  return {
      {.name = "auth to go on",
       .bytes = bytes(0xF0, 10,                  // AUTH, remaining length 10
                      0x18, 8,                   // Continue authentication; Property Length
                      0x15, 0, 1, "m",           // Authentication Method
                      0x16, 0, 1, 0xFF),         // Authentication Data
       .value = Auth{.reason = ReasonCode::continue_authentication,
                     .properties = keeper.keep(PropertyList()
                                                   .add(PropertyId::authentication_method, "m")
                                                   .add(PropertyId::authentication_data, "\xFF"))},
       .cites = "MQTT-3.15.1-1 MQTT-3.15.2-1"},
      {.name = "auth anew",
       .bytes = bytes(0xF0, 6, 0x19, 4, 0x15, 0, 1, "m"),
       .value = Auth{.reason = ReasonCode::reauthenticate,
                     .properties = keeper.keep(PropertyList().add(PropertyId::authentication_method, "m"))},
       .cites = "MQTT-3.15.2-1"},
      {.name = "auth with success",
       .bytes = bytes(0xF0, 17, 0x00, 15, 0x15, 0, 1, "m", 0x1F, 0, 1, "r", 0x26, 0, 1, "k", 0, 1, "v"),
       .value = Auth{.properties = keeper.keep(PropertyList()
                                                   .add(PropertyId::authentication_method, "m")
                                                   .add(PropertyId::reason_string, "r")
                                                   .add_user_property("k", "v"))},
       .cites = "MQTT-3.15.2-1"},
  };
}

Cases bad() {
  return {
      {.name = "auth before 5.0",
       .versions = kThree,
       .bytes = bytes(0xF0, 6, 0x18, 4, 0x15, 0, 1, "m"),
       .error = ReasonCode::malformed_packet},
      {.name = "auth with wrong fixed header flags",
       .bytes = bytes(0xF2, 6, 0x18, 4, 0x15, 0, 1, "m"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.15.1-1"},
      {.name = "auth of nothing",
       .bytes = bytes(0xF0, 0),
       .error = ReasonCode::protocol_error},
      {.name = "auth with data but no method",
       .bytes = bytes(0xF0, 6, 0x18, 4, 0x16, 0, 1, "d"),
       .error = ReasonCode::protocol_error},
      {.name = "auth with a reason of CONNACK",
       .bytes = bytes(0xF0, 6, 0x87, 4, 0x15, 0, 1, "m"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.15.2-1"},
      {.name = "auth with two methods",
       .bytes = bytes(0xF0, 10, 0x18, 8, 0x15, 0, 1, "m", 0x15, 0, 1, "m"),
       .error = ReasonCode::protocol_error},
      {.name = "auth with a property of CONNACK",
       .bytes = bytes(0xF0, 10, 0x18, 8, 0x15, 0, 1, "m", 0x12, 0, 1, "c"),
       .error = ReasonCode::malformed_packet},
  };
}

}  // namespace

Cases auth_cases(Keeper& keeper) { return joined({good(keeper), bad()}); }

}  // namespace pint::mqtt::test
