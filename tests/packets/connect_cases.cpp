// CONNECT in 3.1, 3.1.1 and 5.0: flags and the fields they announce, Will and properties.
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

// Protocol Names.
const char* const kMqtt = "MQTT";
const char* const kMqisdp = "MQIsdp";

Cases good_v3() {
  return {
      {.name = "connect",
       .versions = {v3_1},
       .bytes = bytes(0x10, 16,              // CONNECT, remaining length 16
                      0, 6, kMqisdp, 3,      // Protocol Name and level
                      0x02, 0, 60,           // Clean Session; Keep Alive 60 s
                      0, 2, "c1"),           // Client Identifier
       .value = Connect{.version = v3_1, .clean_start = true, .keep_alive = 60, .client_id = "c1"},
       .cites = "MQTT3-3.1.2-1"},
      {.name = "connect with everything",
       .versions = {v3_1},
       .bytes = bytes(0x10, 30,              // CONNECT, remaining length 30
                      0, 6, kMqisdp, 3,      // Protocol Name and level
                      0xCC, 0, 0,            // User Name, Password, Will at QoS 1; no Keep Alive
                      0, 2, "c1",            // Client Identifier
                      0, 1, "w",             // Will Topic
                      0, 1, "!",             // Will Message
                      0, 2, "ua",            // User Name
                      0, 2, "pw"),           // Password
       .value = Connect{.version = v3_1,
                        .clean_start = false,
                        .client_id = "c1",
                        .will = WillView{.topic = "w", .payload = as_bytes("!"), .qos = QoS::at_least_once},
                        .user_name = "ua",
                        .password = as_bytes("pw")},
       .cites = "MQTT3-3.1.3-1"},
      {.name = "connect",
       .versions = {v3_1_1},
       .bytes = bytes(0x10, 14,              // CONNECT, remaining length 14
                      0, 4, kMqtt, 4,        // Protocol Name and level
                      0x02, 0x01, 0x2C,      // Clean Session; Keep Alive 300 s
                      0, 2, "c1"),           // Client Identifier
       .value = Connect{.version = v3_1_1, .clean_start = true, .keep_alive = 300, .client_id = "c1"},
       .cites = "MQTT-3.1.2-1 MQTT3-3.1.3-3"},
      {.name = "connect with everything",
       .versions = {v3_1_1},
       .bytes = bytes(0x10, 32,              // CONNECT, remaining length 32
                      0, 4, kMqtt, 4,        // Protocol Name and level
                      0xF4, 0, 10,           // User Name, Password, Will retained at QoS 2; Keep Alive 10 s
                      0, 2, "c1",            // Client Identifier
                      0, 4, "gone",          // Will Topic
                      0, 2, 0x00, 0xFF,      // Will Message: any bytes
                      0, 2, "ua",            // User Name
                      0, 2, 0x00, 0x01),     // Password: any bytes
       .value = Connect{.version = v3_1_1,
                        .clean_start = false,
                        .keep_alive = 10,
                        .client_id = "c1",
                        .will = WillView{.topic = "gone",
                                         .payload = as_bytes({"\x00\xFF", 2}),
                                         .qos = QoS::exactly_once,
                                         .retain = true},
                        .user_name = "ua",
                        .password = as_bytes({"\x00\x01", 2})},
       .cites = "MQTT3-3.1.3-1 MQTT3-3.1.2-9 MQTT3-3.1.2-14 MQTT3-3.1.2-19 MQTT3-3.1.2-21"},
      {.name = "connect with an empty client id",
       .versions = {v3_1_1},
       .bytes = bytes(0x10, 12, 0, 4, kMqtt, 4, 0x02, 0, 0, 0, 0),
       .value = Connect{.version = v3_1_1, .clean_start = true},
       .cites = "MQTT3-3.1.3-3"},
      {.name = "connect with an empty will message and an empty user name",
       .versions = {v3_1_1},
       .bytes = bytes(0x10, 20, 0, 4, kMqtt, 4, 0x86, 0, 0, 0, 1, "c", 0, 1, "w", 0, 0, 0, 0),
       .value = Connect{.version = v3_1_1,
                        .clean_start = true,
                        .client_id = "c",
                        .will = WillView{.topic = "w"},
                        .user_name = ""},
       .cites = "MQTT3-3.1.2-9 MQTT3-3.1.2-19 MQTT3-3.1.2-20"},
      {.name = "connect keeps U+FEFF",
       .versions = {v3_1_1},
       .bytes = bytes(0x10, 16, 0, 4, kMqtt, 4, 0x02, 0, 0, 0, 4, 0xEF, 0xBB, 0xBF, "c"),
       .value = Connect{.version = v3_1_1, .clean_start = true, .client_id = "\uFEFFc"},
       .cites = "MQTT-1.5.4-3 MQTT3-1.5.3-3"},
  };
}

PropertyView every_connect_property(Keeper& keeper) {
  return keeper.keep(PropertyList()
                         .add(PropertyId::session_expiry_interval, 0xFFFFFFFF)
                         .add(PropertyId::authentication_method, "m")
                         .add(PropertyId::authentication_data, "d")
                         .add(PropertyId::request_problem_information, 0)
                         .add(PropertyId::request_response_information, 1)
                         .add(PropertyId::receive_maximum, 65'535)
                         .add(PropertyId::topic_alias_maximum, 0)
                         .add_user_property("k", "v")
                         .add(PropertyId::maximum_packet_size, 1)
                         .add_user_property("k", "v"));
}

PropertyView every_will_property(Keeper& keeper) {
  return keeper.keep(PropertyList()
                         .add(PropertyId::payload_format_indicator, 1)
                         .add(PropertyId::message_expiry_interval, 2)
                         .add(PropertyId::content_type, "t")
                         .add(PropertyId::response_topic, "r/t")
                         .add(PropertyId::correlation_data, std::string_view("\0", 1))
                         .add(PropertyId::will_delay_interval, 3)
                         .add_user_property("", ""));
}

Cases good_v5(Keeper& keeper) {
  const std::string long_id(200, 'x');
  return {
      {.name = "connect",
       .bytes = bytes(0x10, 15,              // CONNECT, remaining length 15
                      0, 4, kMqtt, 5,        // Protocol Name and level
                      0x02, 0, 0,            // Clean Start; no Keep Alive
                      0,                     // no properties
                      0, 2, "c1"),           // Client Identifier
       .value = Connect{.version = v5, .clean_start = true, .client_id = "c1"},
       .cites = "MQTT-3.1.2-1 MQTT-2.2.2-1 MQTT-3.1.3-3 MQTT-3.1.3-4"},
      {.name = "connect with every property",
       .bytes = bytes(0x10, 55,                            // CONNECT, remaining length 55
                      0, 4, kMqtt, 5, 0x00, 0, 0,          // no flags; no Keep Alive
                      42,                                  // Property Length
                      0x11, 0xFF, 0xFF, 0xFF, 0xFF,        // Session Expiry Interval
                      0x15, 0, 1, "m",                     // Authentication Method
                      0x16, 0, 1, "d",                     // Authentication Data
                      0x17, 0,                             // Request Problem Information
                      0x19, 1,                             // Request Response Information
                      0x21, 0xFF, 0xFF,                    // Receive Maximum
                      0x22, 0, 0,                          // Topic Alias Maximum
                      0x26, 0, 1, "k", 0, 1, "v",          // User Property
                      0x27, 0, 0, 0, 1,                    // Maximum Packet Size
                      0x26, 0, 1, "k", 0, 1, "v",          // the same User Property once more
                      0, 0),                               // Client Identifier: none
       .value = Connect{.version = v5, .clean_start = false, .properties = every_connect_property(keeper)},
       .cites = "MQTT-3.1.3-3"},
      {.name = "connect with a will and every will property",
       .bytes = bytes(0x10, 54,                            // CONNECT, remaining length 54
                      0, 4, kMqtt, 5, 0x2E, 0, 0,          // Will retained at QoS 1, Clean Start
                      0,                                   // no properties
                      0, 1, "c",                           // Client Identifier
                      31,                                  // Will Properties, their length
                      0x01, 1,                             // Payload Format Indicator
                      0x02, 0, 0, 0, 2,                    // Message Expiry Interval
                      0x03, 0, 1, "t",                     // Content Type
                      0x08, 0, 3, "r/t",                   // Response Topic
                      0x09, 0, 1, 0x00,                    // Correlation Data
                      0x18, 0, 0, 0, 3,                    // Will Delay Interval
                      0x26, 0, 0, 0, 0,                    // User Property, both empty
                      0, 3, "w/t",                         // Will Topic
                      0, 1, "!"),                          // Will Payload
       .value = Connect{.version = v5,
                        .clean_start = true,
                        .client_id = "c",
                        .will = WillView{.topic = "w/t",
                                         .payload = as_bytes("!"),
                                         .qos = QoS::at_least_once,
                                         .retain = true,
                                         .properties = every_will_property(keeper)}},
       .cites = "MQTT-3.1.3-1 MQTT-3.1.2-9 MQTT-3.1.2-12 MQTT-3.1.3-11"},
      {.name = "connect with everything",
       .bytes = bytes(0x10, 29, 0, 4, kMqtt, 5, 0xD4, 0, 0, 0, 0, 1, "c", 0, 0, 1, "w", 0, 1, "!", 0, 2, "ua",
                      0, 2, "pw"),
       .value = Connect{.version = v5,
                        .clean_start = false,
                        .client_id = "c",
                        .will = WillView{.topic = "w", .payload = as_bytes("!"), .qos = QoS::exactly_once},
                        .user_name = "ua",
                        .password = as_bytes("pw")},
       .cites = "MQTT-3.1.3-1 MQTT-3.1.2-17 MQTT-3.1.2-19 MQTT-3.1.3-12"},
      {.name = "connect with a password alone",
       .bytes = bytes(0x10, 18, 0, 4, kMqtt, 5, 0x42, 0, 0, 0, 0, 1, "c", 0, 2, "pw"),
       .value = Connect{.version = v5, .clean_start = true, .client_id = "c", .password = as_bytes("pw")},
       .cites = "MQTT-3.1.2-16 MQTT-3.1.2-19"},
      {.name = "connect with a remaining length of two bytes",
       .bytes = bytes(0x10, 0xD5, 0x01, 0, 4, kMqtt, 5, 0x02, 0, 0, 0, 0, 200, long_id),
       .value = Connect{.version = v5, .clean_start = true, .client_id = keeper.keep(long_id)},
       .cites = "MQTT-1.5.5-1"},
  };
}

}  // namespace

Cases connect_cases(Keeper& keeper) { return joined({good_v3(), good_v5(keeper)}); }

}  // namespace pint::mqtt::test
