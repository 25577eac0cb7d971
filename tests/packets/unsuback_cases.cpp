// UNSUBACK: nothing but the Packet Identifier in 3.x, one code a filter in 5.0.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

using enum ReasonCode;

Cases good(Keeper& keeper) {
  return {
      {.name = "unsuback",
       .versions = kThree,
       .bytes = bytes(0xB0, 2, 0x12, 0x34),
       .value = Unsuback{.packet_id = PacketId{0x1234}}},
      {.name = "unsuback",
       .bytes = bytes(0xB0, 6,                   // UNSUBACK, remaining length 6
                      0x12, 0x34,                // Packet Identifier
                      0,                         // no properties
                      0, 0x11, 0x8F),            // one code a filter
       .value = Unsuback{.packet_id = PacketId{0x1234},
                         .reasons = {success, no_subscription_existed, topic_filter_invalid}},
       .cites = "MQTT-3.11.3-1 MQTT-3.11.3-2"},
      {.name = "unsuback with properties",
       .bytes = bytes(0xB0, 16, 0, 1, 12, 0x1F, 0, 2, "no", 0x26, 0, 1, "k", 0, 1, "v", 0x83),
       .value = Unsuback{.packet_id = PacketId{1},
                         .properties = keeper.keep(
                             PropertyList().add(PropertyId::reason_string, "no").add_user_property("k", "v")),
                         .reasons = {implementation_specific_error}}},
  };
}

Cases bad() {
  return {
      {.name = "unsuback with wrong fixed header flags",
       .versions = kThree,
       .bytes = bytes(0xB2, 2, 0, 1),
       .error = malformed_packet,
       .cites = "MQTT3-2.2.2-1"},
      {.name = "unsuback with a code",
       .versions = kThree,
       .bytes = bytes(0xB0, 3, 0, 1, 0),
       .error = malformed_packet},
      {.name = "unsuback with packet identifier 0",
       .versions = kThree,
       .bytes = bytes(0xB0, 2, 0, 0),
       .error = protocol_error,
       .cites = "MQTT3-2.3.1-1"},
      {.name = "unsuback with wrong fixed header flags",
       .bytes = bytes(0xB2, 4, 0, 1, 0, 0),
       .error = malformed_packet,
       .cites = "MQTT-2.1.3-1"},
      {.name = "unsuback without a code",
       .bytes = bytes(0xB0, 3, 0, 1, 0),
       .error = protocol_error,
       .cites = "MQTT-3.11.3-1"},
      {.name = "unsuback with a reason of SUBACK",
       .bytes = bytes(0xB0, 4, 0, 1, 0, 0x01),
       .error = malformed_packet,
       .cites = "MQTT-3.11.3-2"},
      {.name = "unsuback with quota exceeded, which only SUBACK may say",
       .bytes = bytes(0xB0, 4, 0, 1, 0, 0x97),
       .error = malformed_packet,
       .cites = "MQTT-3.11.3-2"},
  };
}

}  // namespace

Cases unsuback_cases(Keeper& keeper) { return joined({good(keeper), bad()}); }

}  // namespace pint::mqtt::test
