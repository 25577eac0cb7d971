// DISCONNECT: two bytes in 3.x, a reason and properties in 5.0, from either side.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

Cases good(Keeper& keeper) {
  return {
      {.name = "disconnect",
       .versions = kAll,
       .bytes = bytes(0xE0, 0),
       .value = Disconnect{},
       .cites = "MQTT-3.14.1-1 MQTT3-3.14.1-1"},
      {.name = "disconnect with a reason",
       .bytes = bytes(0xE0, 1, 0x04),
       .value = Disconnect{.reason = ReasonCode::disconnect_with_will_message},
       .cites = "MQTT-3.14.2-1"},
      {.name = "disconnect with properties of a server",
       .bytes = bytes(0xE0, 23,                        // DISCONNECT, remaining length 23
                      0x9D, 21,                        // Server moved; Property Length
                      0x1F, 0, 3, "bye",               // Reason String
                      0x1C, 0, 5, "there",             // Server Reference
                      0x26, 0, 1, "k", 0, 1, "v"),     // User Property
       .value = Disconnect{.reason = ReasonCode::server_moved,
                           .properties = keeper.keep(PropertyList()
                                                         .add(PropertyId::reason_string, "bye")
                                                         .add(PropertyId::server_reference, "there")
                                                         .add_user_property("k", "v"))},
       .cites = "MQTT-3.14.2-1"},
      {.name = "disconnect with a property of a client",
       .bytes = bytes(0xE0, 7, 0x00, 5, 0x11, 0, 0, 0, 60),
       .value = Disconnect{.properties =
                               keeper.keep(PropertyList().add(PropertyId::session_expiry_interval, 60))}},
      {.name = "disconnect with its normal reason spelled out",
       .bytes = bytes(0xE0, 1, 0x00),
       .value = Disconnect{},
       .decode_only = true},
      {.name = "disconnect with an empty property set spelled out",
       .bytes = bytes(0xE0, 2, 0x8B, 0),
       .value = Disconnect{.reason = ReasonCode::server_shutting_down},
       .decode_only = true},
  };
}

Cases bad() {
  return {
      {.name = "disconnect with wrong fixed header flags",
       .versions = kAll,
       .bytes = bytes(0xE2, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.14.1-1 MQTT3-3.14.1-1"},
      {.name = "disconnect with a reason",
       .versions = kThree,
       .bytes = bytes(0xE0, 1, 0x00),
       .error = ReasonCode::malformed_packet},
      {.name = "disconnect with a reason of CONNACK",
       .bytes = bytes(0xE0, 1, 0x86),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.14.2-1"},
      {.name = "disconnect with bad authentication method, which its table lacks",
       .bytes = bytes(0xE0, 1, 0x8C),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.14.2-1"},
      {.name = "disconnect with a property of CONNECT",
       .bytes = bytes(0xE0, 5, 0x00, 3, 0x21, 0, 1),
       .error = ReasonCode::malformed_packet},
      {.name = "disconnect with two session expiry intervals",
       .bytes = bytes(0xE0, 12, 0x00, 10, 0x11, 0, 0, 0, 1, 0x11, 0, 0, 0, 1),
       .error = ReasonCode::protocol_error},
      {.name = "disconnect with bytes behind its properties",
       .bytes = bytes(0xE0, 3, 0x00, 0, 0),
       .error = ReasonCode::malformed_packet},
  };
}

}  // namespace

Cases disconnect_cases(Keeper& keeper) { return joined({good(keeper), bad()}); }

}  // namespace pint::mqtt::test
