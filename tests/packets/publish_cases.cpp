// PUBLISH: flags, Topic Name, Packet Identifier, properties, and a payload of whatever is left.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

Cases good_in_all_versions() {
  return {
      {.name = "publish at qos 0",
       .versions = kThree,
       .bytes = bytes(0x30, 7,         // PUBLISH, remaining length 7
                      0, 3, "a/b",     // Topic Name
                      "hi"),           // payload
       .value = Publish{.topic = "a/b", .payload = as_bytes("hi")},
       .cites = "MQTT3-2.3.1-5 MQTT3-3.3.2-1"},
      {.name = "publish at qos 1",
       .versions = kThree,
       .bytes = bytes(0x32, 9,         // PUBLISH at QoS 1, remaining length 9
                      0, 3, "a/b",     // Topic Name
                      0x12, 0x34,      // Packet Identifier
                      "hi"),           // payload
       .value = Publish{.qos = QoS::at_least_once,
                        .topic = "a/b",
                        .packet_id = PacketId{0x1234},
                        .payload = as_bytes("hi")},
       .cites = "MQTT3-2.3.1-1"},
      {.name = "publish resent at qos 2 and retained",
       .versions = kThree,
       .bytes = bytes(0x3D, 5, 0, 1, "t", 0xFF, 0xFF),
       .value = Publish{.duplicate = true,
                        .qos = QoS::exactly_once,
                        .retain = true,
                        .topic = "t",
                        .packet_id = PacketId{0xFFFF}},
       .cites = "MQTT3-3.3.1-4"},
      {.name = "publish to a topic of a slash and beyond ASCII",
       .versions = kThree,
       .bytes = bytes(0x31, 13, 0, 11, "/", 0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x8D, 0xBA, 0xC3, 0xA9, "/"),
       .value = Publish{.retain = true, .topic = "/\u20AC\U0001F37A\u00E9/"},
       .cites = "MQTT3-1.5.3-1"},
      {.name = "publish of bytes that are no text",
       .versions = kThree,
       .bytes = bytes(0x30, 6, 0, 1, "t", 0x00, 0xFF, 0xC0),
       .value = Publish{.topic = "t", .payload = as_bytes({"\x00\xFF\xC0", 3})}},
      {.name = "publish at qos 0",
       .bytes = bytes(0x30, 8,         // PUBLISH, remaining length 8
                      0, 3, "a/b",     // Topic Name
                      0,               // no properties
                      "hi"),           // payload
       .value = Publish{.topic = "a/b", .payload = as_bytes("hi")},
       .cites = "MQTT-2.2.1-2 MQTT-2.2.2-1 MQTT-3.3.2-1"},
      {.name = "publish resent at qos 1 of nothing",
       .bytes = bytes(0x3A, 6, 0, 1, "t", 0, 1, 0),
       .value =
           Publish{.duplicate = true, .qos = QoS::at_least_once, .topic = "t", .packet_id = PacketId{1}}},
      {.name = "publish at qos 2 and retained",
       .bytes = bytes(0x35, 7, 0, 1, "t", 0x80, 0x00, 0, "!"),
       .value = Publish{.qos = QoS::exactly_once,
                        .retain = true,
                        .topic = "t",
                        .packet_id = PacketId{0x8000},
                        .payload = as_bytes("!")},
       .cites = "MQTT-3.3.1-4"},
  };
}

Cases good_properties(Keeper& keeper) {
  const std::string long_text(200, 'x');
  return {
      {.name = "publish with every property",
       .bytes = bytes(0x30, 50,                        // PUBLISH, remaining length 50
                      0, 1, "t",                       // Topic Name
                      44,                              // Property Length
                      0x01, 1,                         // Payload Format Indicator
                      0x02, 0, 1, 0x51, 0x80,          // Message Expiry Interval: a day
                      0x03, 0, 1, "c",                 // Content Type
                      0x08, 0, 1, "r",                 // Response Topic
                      0x09, 0, 2, 0, 0xFF,             // Correlation Data
                      0x0B, 1,                         // Subscription Identifier
                      0x0B, 0xFF, 0xFF, 0xFF, 0x7F,    // Subscription Identifier, the largest
                      0x23, 0, 1,                      // Topic Alias
                      0x26, 0, 1, "k", 0, 1, "v",      // User Property
                      0x26, 0, 1, "k", 0, 1, "v",      // and once more
                      "hi"),                           // payload
       .value = Publish{.topic = "t",
                        .properties =
                            keeper.keep(PropertyList()
                                            .add(PropertyId::payload_format_indicator, 1)
                                            .add(PropertyId::message_expiry_interval, 86'400)
                                            .add(PropertyId::content_type, "c")
                                            .add(PropertyId::response_topic, "r")
                                            .add(PropertyId::correlation_data, std::string_view("\0\xFF", 2))
                                            .add(PropertyId::subscription_identifier, 1)
                                            .add(PropertyId::subscription_identifier, 268'435'455)
                                            .add(PropertyId::topic_alias, 1)
                                            .add_user_property("k", "v")
                                            .add_user_property("k", "v")),
                        .payload = as_bytes("hi")},
       .cites = "MQTT-1.5.5-1 MQTT-3.3.2-13 MQTT-3.3.2-14"},
      {.name = "publish to a topic alias alone",
       .bytes = bytes(0x30, 7, 0, 0, 3, 0x23, 0xFF, 0xFF, "!"),
       .value = Publish{.properties = keeper.keep(PropertyList().add(PropertyId::topic_alias, 65'535)),
                        .payload = as_bytes("!")}},
      {.name = "publish with lengths of two bytes",
       .bytes = bytes(0x30, 0xD1, 0x01, 0, 1, "t", 0xCB, 0x01, 0x03, 0, 200, long_text, "!"),
       .value = Publish{.topic = "t",
                        .properties = keeper.keep(PropertyList().add(PropertyId::content_type, long_text)),
                        .payload = as_bytes("!")},
       .cites = "MQTT-1.5.5-1"},
  };
}

Cases bad_in_all_versions() {
  return {
      {.name = "publish at qos 3",
       .versions = kThree,
       .bytes = bytes(0x36, 5, 0, 1, "t", 0, 1),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.3.1-4"},
      {.name = "publish at qos 0 with dup",
       .versions = kThree,
       .bytes = bytes(0x38, 3, 0, 1, "t"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.3.1-2"},
      {.name = "publish with packet identifier 0",
       .versions = kThree,
       .bytes = bytes(0x32, 5, 0, 1, "t", 0, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT3-2.3.1-1"},
      {.name = "publish at qos 1 without a packet identifier",
       .versions = kThree,
       .bytes = bytes(0x32, 4, 0, 1, "t", 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-2.3.1-1"},
      {.name = "publish to nobody",
       .versions = kThree,
       .bytes = bytes(0x30, 3, 0, 0, "!"),
       .error = ReasonCode::topic_name_invalid,
       .cites = "MQTT3-4.7.3-1"},
      {.name = "publish to a topic with a hash",
       .versions = kThree,
       .bytes = bytes(0x30, 5, 0, 3, "a/#"),
       .error = ReasonCode::topic_name_invalid,
       .cites = "MQTT3-3.3.2-2 MQTT3-4.7.1-1"},
      {.name = "publish to a topic that is not UTF-8",
       .versions = kThree,
       .bytes = bytes(0x30, 4, 0, 2, 0xC0, 0x80),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-3.3.2-1 MQTT3-1.5.3-1"},
      {.name = "publish to a topic with U+0000",
       .versions = kThree,
       .bytes = bytes(0x30, 5, 0, 3, "a", 0, "b"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT3-1.5.3-2 MQTT3-4.7.3-2"},
      {.name = "publish of nothing",
       .versions = kAll,
       .bytes = bytes(0x30, 0),
       .error = ReasonCode::malformed_packet},
      {.name = "publish at qos 3",
       .bytes = bytes(0x36, 6, 0, 1, "t", 0, 1, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.3.1-4"},
      {.name = "publish at qos 0 with dup",
       .bytes = bytes(0x38, 4, 0, 1, "t", 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.3.1-2"},
      {.name = "publish with packet identifier 0",
       .bytes = bytes(0x34, 6, 0, 1, "t", 0, 0, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-2.2.1-3"},
      {.name = "publish to neither a topic nor an alias",
       .bytes = bytes(0x30, 4, 0, 0, 0, "!"),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-4.7.3-1"},
      {.name = "publish to a topic with a plus",
       .bytes = bytes(0x30, 6, 0, 3, "a/+", 0),
       .error = ReasonCode::topic_name_invalid,
       .cites = "MQTT-3.3.2-2 MQTT-4.7.0-1"},
      {.name = "publish to a topic that is a surrogate",
       .bytes = bytes(0x30, 6, 0, 3, 0xED, 0xA0, 0x80, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.3.2-1 MQTT-1.5.4-1"},
      {.name = "publish to a topic with U+0000",
       .bytes = bytes(0x30, 4, 0, 1, 0, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-1.5.4-2 MQTT-4.7.3-2"},
  };
}

Cases bad_properties() {
  return {
      {.name = "publish without a property length",
       .bytes = bytes(0x30, 3, 0, 1, "t"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-2.2.2-1"},
      {.name = "publish with topic alias 0",
       .bytes = bytes(0x30, 7, 0, 1, "t", 3, 0x23, 0, 0),
       .error = ReasonCode::topic_alias_invalid,
       .cites = "MQTT-3.3.2-8"},
      {.name = "publish with a topic alias twice",
       .bytes = bytes(0x30, 10, 0, 1, "t", 6, 0x23, 0, 1, 0x23, 0, 1),
       .error = ReasonCode::protocol_error},
      {.name = "publish with subscription identifier 0",
       .bytes = bytes(0x30, 6, 0, 1, "t", 2, 0x0B, 0),
       .error = ReasonCode::protocol_error},
      {.name = "publish with a subscription identifier that is not in its shortest form",
       .bytes = bytes(0x30, 7, 0, 1, "t", 3, 0x0B, 0x81, 0x00),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-1.5.5-1"},
      {.name = "publish with a wildcard in its response topic",
       .bytes = bytes(0x30, 8, 0, 1, "t", 4, 0x08, 0, 1, "#"),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-3.3.2-14"},
      {.name = "publish with an empty response topic",
       .bytes = bytes(0x30, 7, 0, 1, "t", 3, 0x08, 0, 0),
       .error = ReasonCode::protocol_error,
       .cites = "MQTT-4.7.3-1"},
      {.name = "publish with a response topic that is not UTF-8",
       .bytes = bytes(0x30, 8, 0, 1, "t", 4, 0x08, 0, 1, 0xFF),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-3.3.2-13"},
      {.name = "publish with payload format indicator 2",
       .bytes = bytes(0x30, 6, 0, 1, "t", 2, 0x01, 2),
       .error = ReasonCode::protocol_error},
      {.name = "publish with a property of CONNECT",
       .bytes = bytes(0x30, 9, 0, 1, "t", 5, 0x11, 0, 0, 0, 1),
       .error = ReasonCode::malformed_packet},
      {.name = "publish with a property nobody knows",
       .bytes = bytes(0x30, 6, 0, 1, "t", 2, 0x7F, 0),
       .error = ReasonCode::malformed_packet},
      {.name = "publish with a user property cut off by the property length",
       .bytes = bytes(0x30, 11, 0, 1, "t", 6, 0x26, 0, 1, "k", 0, 1, "v"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-1.5.7-1"},
      {.name = "publish with a user property name that is not UTF-8",
       .bytes = bytes(0x30, 11, 0, 1, "t", 7, 0x26, 0, 1, 0x80, 0, 1, "v"),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-1.5.7-1"},
  };
}

}  // namespace

Cases publish_cases(Keeper& keeper) {
  return joined({good_in_all_versions(), good_properties(keeper), bad_in_all_versions(), bad_properties()});
}

}  // namespace pint::mqtt::test
