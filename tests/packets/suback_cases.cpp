// SUBACK: one code a filter, in the order of the filters.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

using enum ReasonCode;

Cases good(Keeper& keeper) {
  return {
      {.name = "suback",
       .versions = kThree,
       .bytes = bytes(0x90, 6,                   // SUBACK, remaining length 6
                      0x12, 0x34,                // Packet Identifier
                      0, 1, 2, 0x80),            // granted QoS 0, 1, 2; failure
       .value = Suback{.packet_id = PacketId{0x1234},
                       .reasons = {granted_qos_0, granted_qos_1, granted_qos_2, unspecified_error}},
       .cites = "MQTT3-3.9.3-1 MQTT3-3.9.3-2"},
      {.name = "suback",
       .bytes = bytes(0x90, 7,                   // SUBACK, remaining length 7
                      0x12, 0x34,                // Packet Identifier
                      0,                         // no properties
                      2, 0, 0xA2, 0x8F),         // one code a filter
       .value = Suback{.packet_id = PacketId{0x1234},
                       .reasons = {granted_qos_2, granted_qos_0, wildcard_subscriptions_not_supported,
                                   topic_filter_invalid}},
       .cites = "MQTT-3.9.3-1 MQTT-3.9.3-2"},
      {.name = "suback with properties",
       .bytes = bytes(0x90, 16, 0, 1, 12, 0x1F, 0, 2, "no", 0x26, 0, 1, "k", 0, 1, "v", 0x87),
       .value = Suback{.packet_id = PacketId{1},
                       .properties = keeper.keep(
                           PropertyList().add(PropertyId::reason_string, "no").add_user_property("k", "v")),
                       .reasons = {not_authorized}}},
  };
}

Cases bad() {
  return {
      {.name = "suback with wrong fixed header flags",
       .versions = kThree,
       .bytes = bytes(0x92, 3, 0, 1, 0),
       .error = malformed_packet,
       .cites = "MQTT3-2.2.2-1"},
      {.name = "suback with granted qos 3",
       .versions = kThree,
       .bytes = bytes(0x90, 3, 0, 1, 3),
       .error = malformed_packet,
       .cites = "MQTT3-3.9.3-2"},
      {.name = "suback with a failure of 5.0",
       .versions = kThree,
       .bytes = bytes(0x90, 3, 0, 1, 0x87),
       .error = malformed_packet,
       .cites = "MQTT3-3.9.3-2"},
      {.name = "suback without a code",
       .versions = kThree,
       .bytes = bytes(0x90, 2, 0, 1),
       .error = protocol_error,
       .cites = "MQTT3-3.8.4-5"},
      {.name = "suback with packet identifier 0",
       .versions = kThree,
       .bytes = bytes(0x90, 3, 0, 0, 0),
       .error = protocol_error,
       .cites = "MQTT3-2.3.1-1"},
      {.name = "suback without a code",
       .bytes = bytes(0x90, 3, 0, 1, 0),
       .error = protocol_error,
       .cites = "MQTT-3.8.4-6"},
      {.name = "suback with a reason of UNSUBACK",
       .bytes = bytes(0x90, 4, 0, 1, 0, 0x11),
       .error = malformed_packet,
       .cites = "MQTT-3.9.3-2"},
      {.name = "suback with a property of SUBSCRIBE",
       .bytes = bytes(0x90, 6, 0, 1, 2, 0x0B, 1, 0),
       .error = malformed_packet},
  };
}

}  // namespace

Cases suback_cases(Keeper& keeper) { return joined({good(keeper), bad()}); }

}  // namespace pint::mqtt::test
