// PUBACK, PUBREC, PUBREL and PUBCOMP: one layout, four first bytes, two tables of Reason Codes.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

constexpr PacketId kId{0x1234};

PropertyView reason_and_user_property(Keeper& keeper) {
  return keeper.keep(PropertyList().add(PropertyId::reason_string, "why").add_user_property("k", "v"));
}

Cases good(Keeper& keeper) {
  const PropertyView properties = reason_and_user_property(keeper);
  return {
      {.name = "puback",
       .versions = kAll,
       .bytes = bytes(0x40, 2,         // PUBACK, remaining length 2
                      0x12, 0x34),     // Packet Identifier
       .value = Puback{.packet_id = kId}},
      {.name = "puback with a reason",
       .bytes = bytes(0x40, 3,         // PUBACK, remaining length 3
                      0x12, 0x34,      // Packet Identifier
                      0x10),           // no matching subscribers
       .value = Puback{.packet_id = kId, .reason = ReasonCode::no_matching_subscribers},
       .cites = "MQTT-3.4.2-1"},
      {.name = "puback with properties",
       .bytes = bytes(0x40, 17,                    // PUBACK, remaining length 17
                      0x12, 0x34, 0x80,            // Packet Identifier; unspecified error
                      13, 0x1F, 0, 3, "why",       // Reason String
                      0x26, 0, 1, "k", 0, 1, "v"), // User Property
       .value = Puback{.packet_id = kId, .reason = ReasonCode::unspecified_error, .properties = properties},
       .cites = "MQTT-3.4.2-1"},
      {.name = "puback with success and properties",
       .bytes = bytes(0x40, 17, 0x12, 0x34, 0, 13, 0x1F, 0, 3, "why", 0x26, 0, 1, "k", 0, 1, "v"),
       .value = Puback{.packet_id = kId, .properties = properties}},
      {.name = "puback with success spelled out",
       .bytes = bytes(0x40, 3, 0x12, 0x34, 0),
       .value = Puback{.packet_id = kId},
       .decode_only = true},
      {.name = "puback with an empty property set spelled out",
       .bytes = bytes(0x40, 4, 0x12, 0x34, 0x10, 0),
       .value = Puback{.packet_id = kId, .reason = ReasonCode::no_matching_subscribers},
       .decode_only = true},
      {.name = "pubrec",
       .versions = kAll,
       .bytes = bytes(0x50, 2, 0x12, 0x34),
       .value = Pubrec{.packet_id = kId}},
      {.name = "pubrec with a reason",
       .bytes = bytes(0x50, 3, 0x12, 0x34, 0x91),
       .value = Pubrec{.packet_id = kId, .reason = ReasonCode::packet_identifier_in_use},
       .cites = "MQTT-3.5.2-1"},
      {.name = "pubrec with properties",
       .bytes = bytes(0x50, 17, 0x12, 0x34, 0x99, 13, 0x1F, 0, 3, "why", 0x26, 0, 1, "k", 0, 1, "v"),
       .value =
           Pubrec{.packet_id = kId, .reason = ReasonCode::payload_format_invalid, .properties = properties},
       .cites = "MQTT-3.5.2-1"},
      {.name = "pubrel",
       .versions = kAll,
       .bytes = bytes(0x62, 2, 0x12, 0x34),
       .value = Pubrel{.packet_id = kId},
       .cites = "MQTT-3.6.1-1 MQTT3-3.6.1-1"},
      {.name = "pubrel resent with dup",
       .versions = {v3_1},
       .bytes = bytes(0x6A, 2, 0x12, 0x34),
       .value = Pubrel{.packet_id = kId},
       .decode_only = true},
      {.name = "pubrel with a reason",
       .bytes = bytes(0x62, 3, 0x12, 0x34, 0x92),
       .value = Pubrel{.packet_id = kId, .reason = ReasonCode::packet_identifier_not_found},
       .cites = "MQTT-3.6.2-1"},
      {.name = "pubrel with properties",
       .bytes = bytes(0x62, 17, 0x12, 0x34, 0x92, 13, 0x1F, 0, 3, "why", 0x26, 0, 1, "k", 0, 1, "v"),
       .value = Pubrel{.packet_id = kId,
                       .reason = ReasonCode::packet_identifier_not_found,
                       .properties = properties},
       .cites = "MQTT-3.6.2-1"},
      {.name = "pubcomp",
       .versions = kAll,
       .bytes = bytes(0x70, 2, 0x12, 0x34),
       .value = Pubcomp{.packet_id = kId}},
      {.name = "pubcomp with a reason",
       .bytes = bytes(0x70, 3, 0x12, 0x34, 0x92),
       .value = Pubcomp{.packet_id = kId, .reason = ReasonCode::packet_identifier_not_found},
       .cites = "MQTT-3.7.2-1"},
      {.name = "pubcomp with properties",
       .bytes = bytes(0x70, 17, 0x12, 0x34, 0, 13, 0x1F, 0, 3, "why", 0x26, 0, 1, "k", 0, 1, "v"),
       .value = Pubcomp{.packet_id = kId, .properties = properties}},
  };
}

Cases bad_in_all_versions() {
  return {
      {.name = "puback with wrong fixed header flags",
       .versions = kAll,
       .bytes = bytes(0x42, 2, 0x12, 0x34),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-2.1.3-1 MQTT3-2.2.2-1 MQTT3-2.2.2-2"},
      {.name = "pubrec with wrong fixed header flags",
       .versions = kAll,
       .bytes = bytes(0x58, 2, 0x12, 0x34),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-2.1.3-1 MQTT3-2.2.2-1 MQTT3-2.2.2-2"},
      {.name = "pubrel with flags 0",
       .versions = kAll,
       .bytes = bytes(0x60, 2, 0x12, 0x34),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.6.1-1 MQTT3-3.6.1-1"},
      {.name = "pubrel with retain",
       .versions = kAll,
       .bytes = bytes(0x63, 2, 0x12, 0x34),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.6.1-1 MQTT3-3.6.1-1"},
      {.name = "pubrel with dup",
       .versions = {v3_1_1, v5},
       .bytes = bytes(0x6A, 2, 0x12, 0x34),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.6.1-1 MQTT3-3.6.1-1"},
      {.name = "pubcomp with wrong fixed header flags",
       .versions = kAll,
       .bytes = bytes(0x71, 2, 0x12, 0x34),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-2.1.3-1 MQTT3-2.2.2-1 MQTT3-2.2.2-2"},
      {.name = "puback with packet identifier 0",
       .versions = kAll,
       .bytes = bytes(0x40, 2, 0, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-2.2.1-3 MQTT3-2.3.1-1"},
      {.name = "pubrec with packet identifier 0",
       .versions = kAll,
       .bytes = bytes(0x50, 2, 0, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-2.2.1-3 MQTT3-2.3.1-1"},
      {.name = "pubrel with packet identifier 0",
       .versions = kAll,
       .bytes = bytes(0x62, 2, 0, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-2.2.1-3 MQTT3-2.3.1-1"},
      {.name = "pubcomp with half a packet identifier",
       .versions = kAll,
       .bytes = bytes(0x70, 1, 0x12),
       .error = ReasonCode::malformed_packet},
      {.name = "puback with a reason",
       .versions = kThree,
       .bytes = bytes(0x40, 3, 0x12, 0x34, 0x10),
       .error = ReasonCode::malformed_packet},
  };
}

Cases bad_in_5() {
  return {
      {.name = "puback with a reason of PUBREL",
       .bytes = bytes(0x40, 3, 0x12, 0x34, 0x92),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.4.2-1"},
      {.name = "puback with a reason nobody knows",
       .bytes = bytes(0x40, 3, 0x12, 0x34, 0x42),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.4.2-1"},
      {.name = "pubrec with a reason of SUBACK",
       .bytes = bytes(0x50, 3, 0x12, 0x34, 0x01),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.5.2-1"},
      {.name = "pubrel with a reason of PUBREC",
       .bytes = bytes(0x62, 3, 0x12, 0x34, 0x10),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.6.2-1"},
      {.name = "pubcomp with a reason of PUBREC",
       .bytes = bytes(0x70, 3, 0x12, 0x34, 0x80),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.7.2-1"},
      {.name = "puback with a property length beyond the packet",
       .bytes = bytes(0x40, 4, 0x12, 0x34, 0, 1),
       .error = ReasonCode::malformed_packet},
      {.name = "puback with a property of CONNACK",
       .bytes = bytes(0x40, 7, 0x12, 0x34, 0, 3, 0x21, 0, 1),
       .error = ReasonCode::malformed_packet},
      {.name = "puback with two reason strings",
       .bytes = bytes(0x40, 10, 0x12, 0x34, 0, 6, 0x1F, 0, 0, 0x1F, 0, 0),
       .error = ReasonCode::protocol_error},
      {.name = "puback with a reason string that is not UTF-8",
       .bytes = bytes(0x40, 8, 0x12, 0x34, 0, 4, 0x1F, 0, 1, 0xFF),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-1.5.4-1"},
  };
}

}  // namespace

Cases acknowledgement_cases(Keeper& keeper) {
  return joined({good(keeper), bad_in_all_versions(), bad_in_5()});
}

}  // namespace pint::mqtt::test
