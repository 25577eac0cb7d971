// UNSUBSCRIBE: filters, as they were subscribed.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

Cases good(Keeper& keeper) {
  return {
      {.name = "unsubscribe",
       .versions = kThree,
       .bytes = bytes(0xA2, 10,            // UNSUBSCRIBE, remaining length 10
                      0x12, 0x34,          // Packet Identifier
                      0, 3, "a/b",         // Topic Filter
                      0, 1, "#"),          // Topic Filter
       .value = Unsubscribe{.packet_id = PacketId{0x1234}, .topic_filters = {"a/b", "#"}},
       .cites = "MQTT3-3.10.1-1 MQTT3-3.10.3-1 MQTT3-3.10.3-2"},
      {.name = "unsubscribe resent with dup",
       .versions = {v3_1},
       .bytes = bytes(0xAA, 5, 0, 1, 0, 1, "a"),
       .value = Unsubscribe{.packet_id = PacketId{1}, .topic_filters = {"a"}},
       .decode_only = true},
      {.name = "unsubscribe",
       .bytes = bytes(0xA2, 8,             // UNSUBSCRIBE, remaining length 8
                      0x12, 0x34,          // Packet Identifier
                      0,                   // no properties
                      0, 3, "a/b"),        // Topic Filter
       .value = Unsubscribe{.packet_id = PacketId{0x1234}, .topic_filters = {"a/b"}},
       .cites = "MQTT-3.10.1-1 MQTT-3.10.3-1 MQTT-3.10.3-2"},
      {.name = "unsubscribe with a user property",
       .bytes = bytes(0xA2, 22, 0, 1, 7, 0x26, 0, 1, "k", 0, 1, "v", 0, 7, "$share/", 0, 1, "a"),
       .value = Unsubscribe{.packet_id = PacketId{1},
                            .properties = keeper.keep(PropertyList().add_user_property("k", "v")),
                            .topic_filters = {"$share/", "a"}}},
  };
}

Cases bad() {
  return {
      {.name = "unsubscribe with flags 0",
       .versions = kThree,
       .bytes = bytes(0xA0, 5, 0, 1, 0, 1, "a"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.10.1-1"},
      {.name = "unsubscribe with dup",
       .versions = {v3_1_1},
       .bytes = bytes(0xAA, 5, 0, 1, 0, 1, "a"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.10.1-1"},
      {.name = "unsubscribe with packet identifier 0",
       .versions = kThree,
       .bytes = bytes(0xA2, 5, 0, 0, 0, 1, "a"),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT3-2.3.1-1"},
      {.name = "unsubscribe from nothing",
       .versions = kThree,
       .bytes = bytes(0xA2, 2, 0, 1),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT3-3.10.3-2"},
      {.name = "unsubscribe from what is not UTF-8",
       .versions = kThree,
       .bytes = bytes(0xA2, 5, 0, 1, 0, 1, 0xFF),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.10.3-1"},
      {.name = "unsubscribe with flags 0",
       .bytes = bytes(0xA0, 6, 0, 1, 0, 0, 1, "a"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.10.1-1"},
      {.name = "unsubscribe with dup",
       .bytes = bytes(0xAA, 6, 0, 1, 0, 0, 1, "a"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.10.1-1"},
      {.name = "unsubscribe with packet identifier 0",
       .bytes = bytes(0xA2, 6, 0, 0, 0, 0, 1, "a"),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-2.2.1-3"},
      {.name = "unsubscribe from nothing",
       .bytes = bytes(0xA2, 3, 0, 1, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-3.10.3-2"},
      {.name = "unsubscribe from what is not UTF-8",
       .bytes = bytes(0xA2, 6, 0, 1, 0, 0, 1, 0x80),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.10.3-1"},
      {.name = "unsubscribe with a subscription identifier",
       .bytes = bytes(0xA2, 8, 0, 1, 2, 0x0B, 1, 0, 1, "a"),
       .error = ReasonCode::malformed_packet},
  };
}

}  // namespace

Cases unsubscribe_cases(Keeper& keeper) { return joined({good(keeper), bad()}); }

}  // namespace pint::mqtt::test
