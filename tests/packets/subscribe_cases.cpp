// SUBSCRIBE: filters with a requested QoS in 3.x, with Subscription Options in 5.0. Filters that are none are
// the server's to refuse, one by one.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

constexpr SubscriptionOptions kEveryOption{.qos = QoS::exactly_once,
                                           .no_local = true,
                                           .retain_as_published = true,
                                           .retain_handling = RetainHandling::do_not_send};

Cases good(Keeper& keeper) {
  return {
      {.name = "subscribe",
       .versions = kThree,
       .bytes = bytes(0x82, 8,             // SUBSCRIBE, remaining length 8
                      0x12, 0x34,          // Packet Identifier
                      0, 3, "a/b",         // Topic Filter
                      1),                  // Requested QoS
       .value = Subscribe{.packet_id = PacketId{0x1234},
                          .requests = {{.topic_filter = "a/b", .options = {.qos = QoS::at_least_once}}}},
       .cites = "MQTT3-2.3.1-1 MQTT3-3.8.1-1 MQTT3-3.8.3-1"},
      {.name = "subscribe to several",
       .versions = kThree,
       .bytes = bytes(0x82, 17, 0, 1, 0, 1, "#", 0, 0, 3, "+/+", 2, 0, 2, "a#", 1),
       .value = Subscribe{.packet_id = PacketId{1},
                          .requests = {{.topic_filter = "#"},
                                       {.topic_filter = "+/+", .options = {.qos = QoS::exactly_once}},
                                       {.topic_filter = "a#", .options = {.qos = QoS::at_least_once}}}},
       .cites = "MQTT3-3.8.3-3"},
      {.name = "subscribe resent with dup",
       .versions = {v3_1},
       .bytes = bytes(0x8A, 6, 0, 1, 0, 1, "a", 0),
       .value = Subscribe{.packet_id = PacketId{1}, .requests = {{.topic_filter = "a"}}},
       .decode_only = true},
      {.name = "subscribe",
       .bytes = bytes(0x82, 9,             // SUBSCRIBE, remaining length 9
                      0x12, 0x34,          // Packet Identifier
                      0,                   // no properties
                      0, 3, "a/b",         // Topic Filter
                      0x2E),               // Retain Handling 2, Retain As Published, No Local, QoS 2
       .value = Subscribe{.packet_id = PacketId{0x1234},
                          .requests = {{.topic_filter = "a/b", .options = kEveryOption}}},
       .cites = "MQTT-3.8.1-1 MQTT-3.8.3-1 MQTT-3.8.3-2"},
      {.name = "subscribe to several with properties",
       .bytes = bytes(0x82, 28,                        // SUBSCRIBE, remaining length 28
                      0, 1,                            // Packet Identifier
                      10, 0x0B, 0x80, 0x01,            // Subscription Identifier 128
                      0x26, 0, 1, "k", 0, 1, "v",      // User Property
                      0, 1, "a", 0x10,                 // Retain Handling 1
                      0, 8, "$share/g", 0x01),         // QoS 1; no Topic Filter, but text
       .value = Subscribe{.packet_id = PacketId{1},
                          .properties = keeper.keep(PropertyList()
                                                        .add(PropertyId::subscription_identifier, 128)
                                                        .add_user_property("k", "v")),
                          .requests = {{.topic_filter = "a",
                                        .options = {.retain_handling = RetainHandling::send_if_new}},
                                       {.topic_filter = "$share/g",
                                        .options = {.qos = QoS::at_least_once}}}}},
      {.name = "subscribe to a shared filter",
       .bytes = bytes(0x82, 16, 0, 1, 0, 0, 10, "$share/g/#", 0x02),
       .value = Subscribe{.packet_id = PacketId{1},
                          .requests = {{.topic_filter = "$share/g/#",
                                        .options = {.qos = QoS::exactly_once}}}}},
      {.name = "subscribe to an empty filter, for the server to refuse",
       .bytes = bytes(0x82, 6, 0, 1, 0, 0, 0, 0),
       .value = Subscribe{.packet_id = PacketId{1}, .requests = {{.topic_filter = ""}}}},
  };
}

Cases bad_in_3() {
  return {
      {.name = "subscribe with flags 0",
       .versions = kThree,
       .bytes = bytes(0x80, 6, 0, 1, 0, 1, "a", 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.8.1-1 MQTT3-2.2.2-2"},
      {.name = "subscribe with dup",
       .versions = {v3_1_1},
       .bytes = bytes(0x8A, 6, 0, 1, 0, 1, "a", 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.8.1-1"},
      {.name = "subscribe with packet identifier 0",
       .versions = kThree,
       .bytes = bytes(0x82, 6, 0, 0, 0, 1, "a", 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT3-2.3.1-1"},
      {.name = "subscribe to nothing",
       .versions = kThree,
       .bytes = bytes(0x82, 2, 0, 1),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT3-3.8.3-3"},
      {.name = "subscribe at qos 3",
       .versions = kThree,
       .bytes = bytes(0x82, 6, 0, 1, 0, 1, "a", 3),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.8.3-4"},
      {.name = "subscribe with a reserved bit",
       .versions = kThree,
       .bytes = bytes(0x82, 6, 0, 1, 0, 1, "a", 0x04),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.8.3-4"},
      {.name = "subscribe to what is not UTF-8",
       .versions = kThree,
       .bytes = bytes(0x82, 6, 0, 1, 0, 1, 0xF8, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.8.3-1"},
      {.name = "subscribe to U+0000",
       .versions = kThree,
       .bytes = bytes(0x82, 6, 0, 1, 0, 1, 0, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-4.7.3-2"},
      {.name = "subscribe without a requested qos",
       .versions = kThree,
       .bytes = bytes(0x82, 5, 0, 1, 0, 1, "a"),
       .error = ReasonCode::malformed_packet},
  };
}

Cases bad_in_5() {
  return {
      {.name = "subscribe with flags 0",
       .bytes = bytes(0x80, 7, 0, 1, 0, 0, 1, "a", 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.8.1-1"},
      {.name = "subscribe with dup",
       .bytes = bytes(0x8A, 7, 0, 1, 0, 0, 1, "a", 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.8.1-1"},
      {.name = "subscribe with packet identifier 0",
       .bytes = bytes(0x82, 7, 0, 0, 0, 0, 1, "a", 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-2.2.1-3"},
      {.name = "subscribe to nothing",
       .bytes = bytes(0x82, 3, 0, 1, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-3.8.3-2"},
      {.name = "subscribe at qos 3",
       .bytes = bytes(0x82, 7, 0, 1, 0, 0, 1, "a", 0x03),
       .error = ReasonCode::protocol_error},
      {.name = "subscribe with retain handling 3",
       .bytes = bytes(0x82, 7, 0, 1, 0, 0, 1, "a", 0x30),
       .error = ReasonCode::protocol_error},
      {.name = "subscribe with reserved bit 6",
       .bytes = bytes(0x82, 7, 0, 1, 0, 0, 1, "a", 0x40),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.8.3-5"},
      {.name = "subscribe with reserved bit 7",
       .bytes = bytes(0x82, 7, 0, 1, 0, 0, 1, "a", 0x80),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.8.3-5"},
      {.name = "subscribe to a shared filter with no local",
       .bytes = bytes(0x82, 16, 0, 1, 0, 0, 10, "$share/g/a", 0x04),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-3.8.3-4"},
      {.name = "subscribe to what is not UTF-8",
       .bytes = bytes(0x82, 8, 0, 1, 0, 0, 2, 0xC3, "a", 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.8.3-1"},
      {.name = "subscribe to U+0000",
       .bytes = bytes(0x82, 7, 0, 1, 0, 0, 1, 0, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-4.7.3-2"},
      {.name = "subscribe with subscription identifier 0",
       .bytes = bytes(0x82, 9, 0, 1, 2, 0x0B, 0, 0, 1, "a", 0),
       .error = ReasonCode::protocol_error},
      {.name = "subscribe with two subscription identifiers",
       .bytes = bytes(0x82, 11, 0, 1, 4, 0x0B, 1, 0x0B, 2, 0, 1, "a", 0),
       .error = ReasonCode::protocol_error},
      {.name = "subscribe with a reason string",
       .bytes = bytes(0x82, 10, 0, 1, 3, 0x1F, 0, 0, 0, 1, "a", 0),
       .error = ReasonCode::malformed_packet},
  };
}

}  // namespace

Cases subscribe_cases(Keeper& keeper) { return joined({good(keeper), bad_in_3(), bad_in_5()}); }

}  // namespace pint::mqtt::test
