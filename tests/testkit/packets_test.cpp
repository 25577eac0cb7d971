// The packets a test can send: their bytes in each version, what they take from the packet they answer, and
// what is refused. Wrong packets are made as readily as right ones.
#include <pint/packets.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "mqtt/decode.hpp"
#include "samples.hpp"
#include "testkit/record_packet.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using enum ProtocolVersion;

struct Case {
  const char* says;
  packets::Packet packet;
  ProtocolVersion version;
  std::string bytes;
};

void expect_bytes(const std::vector<Case>& cases) {
  for (const Case& each : cases) EXPECT_EQ(each.packet.bytes(each.version), each.bytes) << each.says;
}

// What the packet is for those who read it: a request to be answered, or a wrong packet's finding.
Record record_of(const packets::Packet& packet, Direction direction, ProtocolVersion version) {
  Record record{
      .client_id = "dev-1", .version = version, .direction = direction, .bytes = packet.bytes(version)};
  testkit::decode_into(record, {});
  return record;
}
Record received_record(const packets::Packet& packet, ProtocolVersion version = v5) {
  return record_of(packet, Direction::received, version);
}

std::string why_refused(const auto& make) {
  try {
    make();
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "not refused";
}

TEST(Packets, AreWrittenAsTheVersionHasThem) {
  expect_bytes({
      {"CONNACK", packets::connack(), v5, "\x20\x03\x00\x00\x00"s},
      {"CONNACK of 3.1.1", packets::connack({.session_present = true}), v3_1_1, "\x20\x02\x01\x00"s},
      {"CONNACK of 3.1 has no Session Present", packets::connack({.session_present = true}), v3_1,
       "\x20\x02\x00\x00"s},
      {"a reason becomes a return code", packets::connack({.reason = ReasonCode::not_authorized}), v3_1_1,
       "\x20\x02\x00\x05"s},
      {"PUBLISH", packets::publish({.topic = "a", .payload = "x", .properties = {packets::topic_alias(2)}}),
       v5, "\x30\x08\x00\x01\x61\x03\x23\x00\x02\x78"s},
      {"3.x has no properties",
       packets::publish({.topic = "a", .payload = "x", .properties = {packets::topic_alias(2)}}), v3_1_1,
       "\x30\x04\x00\x01\x61\x78"s},
      {"PUBLISH with everything set",
       packets::publish(
           {.topic = "a", .qos = QoS::exactly_once, .retain = true, .duplicate = true, .packet_id = 7}),
       v3_1_1, "\x3d\x05\x00\x01\x61\x00\x07"s},
      {"PUBACK", packets::puback({.packet_id = 7}), v5, "\x40\x02\x00\x07"s},
      {"PUBREC", packets::pubrec({.packet_id = 7, .reason = ReasonCode::quota_exceeded}), v5,
       "\x50\x03\x00\x07\x97"s},
      {"PUBREL", packets::pubrel({.packet_id = 7}), v3_1_1, "\x62\x02\x00\x07"s},
      {"PUBCOMP", packets::pubcomp({.packet_id = 7}), v3_1_1, "\x70\x02\x00\x07"s},
      {"SUBACK", packets::suback({.packet_id = 7, .reasons = {ReasonCode::granted_qos_1}}), v5,
       "\x90\x04\x00\x07\x00\x01"s},
      {"every failure is 0x80", packets::suback({.packet_id = 7, .reasons = {ReasonCode::not_authorized}}),
       v3_1_1, "\x90\x03\x00\x07\x80"s},
      {"UNSUBACK", packets::unsuback({.packet_id = 7, .reasons = {ReasonCode::success}}), v5,
       "\xb0\x04\x00\x07\x00\x00"s},
      {"UNSUBACK of 3.1.1", packets::unsuback({.packet_id = 7, .reasons = {ReasonCode::success}}), v3_1_1,
       "\xb0\x02\x00\x07"s},
      {"PINGRESP", packets::pingresp(), v5, "\xd0\x00"s},
      {"DISCONNECT", packets::disconnect({.reason = ReasonCode::server_moved}), v5, "\xe0\x01\x9d"s},
      {"AUTH", packets::auth(), v5, "\xf0\x01\x18"s},
      {"PINGREQ", packets::pingreq(), v3_1_1, "\xc0\x00"s},
      {"SUBSCRIBE", packets::subscribe({.packet_id = 3, .subscriptions = {{"a", QoS::at_least_once}}}),
       v3_1_1, "\x82\x06\x00\x03\x00\x01\x61\x01"s},
      {"UNSUBSCRIBE", packets::unsubscribe({.packet_id = 3, .topic_filters = {"a"}}), v3_1_1,
       "\xa2\x05\x00\x03\x00\x01\x61"s},
      {"CONNECT",
       packets::connect({.client_id = "c",
                         .keep_alive = 5s,
                         .user_name = "u",
                         .password = "p",
                         .will = packets::Will{.topic = "w", .payload = "!"}}),
       v3_1_1, "\x10\x19\x00\x04MQTT\x04\xc6\x00\x05\x00\x01\x63\x00\x01w\x00\x01!\x00\x01u\x00\x01p"s},
      {"raw bytes", packets::raw({0x00, 0x02}), v5, "\x00\x02"s},
      {"raw text", packets::raw("\xff\xff"), v5, "\xff\xff"s},
  });
}

TEST(Packets, MayBeWrong) {
  expect_bytes({
      {"an unknown return code", packets::connack({.return_code = 0x42}), v3_1_1, "\x20\x02\x00\x42"s},
      {"Packet Identifier 0", packets::puback({.packet_id = 0}), v3_1_1, "\x40\x02\x00\x00"s},
      {"QoS 3", packets::publish({.topic = "a", .qos = static_cast<QoS>(3), .packet_id = 1}), v3_1_1,
       "\x36\x05\x00\x01\x61\x00\x01"s},
      {"a topic with wildcards", packets::publish({.topic = "+"}), v3_1_1, "\x30\x03\x00\x01+"s},
      {"a topic that is no UTF-8", packets::publish({.topic = "\xff"}), v3_1_1, "\x30\x03\x00\x01\xff"s},
      {"a property that has no business there",
       packets::puback({.packet_id = 1, .properties = {packets::topic_alias(0)}}), v5,
       "\x40\x07\x00\x01\x00\x03\x23\x00\x00"s},
      {"a property twice",
       packets::disconnect({.properties = {packets::reason_string("a"), packets::reason_string("b")}}), v5,
       "\xe0\x0a\x00\x08\x1f\x00\x01\x61\x1f\x00\x01\x62"s},
      {"an unknown property", packets::connack({.properties = {packets::raw_property("\x7f\x01")}}), v5,
       "\x20\x05\x00\x00\x02\x7f\x01"s},
      {"DISCONNECT from a server of 3.1.1", packets::disconnect(), v3_1_1, "\xe0\x00"s},
  });
}

// The table that checks properties reads each of them back.
TEST(Packets, HaveEveryProperty) {
  using namespace packets;
  const std::vector<Property> all_of_connack = {session_expiry(1s),
                                                assigned_client_identifier("c"),
                                                server_keep_alive(65'535s),
                                                authentication_method("m"),
                                                authentication_data("d"),
                                                response_information("r"),
                                                server_reference("s"),
                                                reason_string("why"),
                                                receive_maximum(1),
                                                topic_alias_maximum(2),
                                                maximum_qos(QoS::at_least_once),
                                                retain_available(false),
                                                user_property("k", "v"),
                                                maximum_packet_size(3),
                                                wildcard_subscription_available(false),
                                                subscription_identifiers_available(true),
                                                shared_subscription_available(false)};
  const std::vector<Property> all_of_publish = {
      payload_is_utf8(),     message_expiry(60s),      content_type("t"),
      response_topic("a/b"), correlation_data("\xff"), subscription_identifier(268'435'455),
      topic_alias(1)};
  const std::vector<Property> all_of_connect = {request_problem_information(true),
                                                request_response_information(false)};
  for (const Packet& packet :
       {connack({.properties = all_of_connack}), publish({.topic = "a", .properties = all_of_publish}),
        connect({.will = Will{.topic = "w", .properties = {will_delay(4'294'967'295s)}},
        .properties = all_of_connect})}) {
    const std::string bytes = packet.bytes(v5);
    const auto frame = mqtt::next_frame(as_bytes(bytes), mqtt::kMaxPacketBytes);
    ASSERT_TRUE(frame && *frame) << packet.name();
    const auto decoded = mqtt::decode(**frame, v5);
    EXPECT_TRUE(decoded) << packet.name() << ": " << decoded.refusal().why;
  }
}

TEST(Packets, TakeFromWhatTheyAnswerWhatWasLeftOut) {
  const Record subscribe = received_record(packets::subscribe(
      {.packet_id = 9, .subscriptions = {{"a", QoS::exactly_once}, {"b/#", QoS::at_most_once}}}));
  EXPECT_EQ(packets::suback().bytes_answering(subscribe), "\x90\x05\x00\x09\x00\x02\x00"s);
  EXPECT_EQ(packets::suback({.reasons = {ReasonCode::not_authorized}}).bytes_answering(subscribe),
            "\x90\x04\x00\x09\x00\x87"s);
  const Record unsubscribe =
      received_record(packets::unsubscribe({.packet_id = 10, .topic_filters = {"a", "b"}}));
  EXPECT_EQ(packets::unsuback().bytes_answering(unsubscribe), "\xb0\x05\x00\x0a\x00\x00\x00"s);
  const Record publish =
      received_record(packets::publish({.topic = "a", .qos = QoS::at_least_once, .packet_id = 11}), v3_1_1);
  EXPECT_EQ(packets::puback().bytes_answering(publish), "\x40\x02\x00\x0b"s);
  EXPECT_EQ(packets::puback({.packet_id = 12}).bytes_answering(publish), "\x40\x02\x00\x0c"s);
  EXPECT_EQ(packets::connack().bytes_answering(received_record(packets::connect({}), v3_1_1)),
            "\x20\x02\x00\x00"s);
}

TEST(Packets, ThatCannotBeEncodedAreRefusedWhenTheyAreMade) {
  using namespace packets;
  const std::string long_text(65'536, 'x');
  EXPECT_EQ(why_refused([&] { (void)publish({.topic = long_text}); }),
            "The topic cannot be encoded: it has 65536 bytes, and 65,535 is the most");
  EXPECT_EQ(why_refused([] { (void)publish({.topic = "a", .qos = QoS::at_least_once}); }),
            "a PUBLISH above QoS 0 needs a Packet Identifier");
  EXPECT_EQ(why_refused([] { (void)publish({.topic = "a", .packet_id = 1}); }),
            "a PUBLISH with QoS 0 has no place for a Packet Identifier");
  EXPECT_EQ(why_refused([] { (void)publish({.topic = "a", .qos = static_cast<QoS>(4), .packet_id = 1}); }),
            "QoS 4 cannot be encoded: there are two bits for it");
  EXPECT_EQ(why_refused([&] { (void)reason_string(long_text); }),
            "Reason String cannot be encoded: it has 65536 bytes, and 65,535 is the most");
  EXPECT_EQ(why_refused([] { (void)server_keep_alive(65'536s); }),
            "Server Keep Alive cannot be encoded: 65536 s is not within 0 and 65535 s");
  EXPECT_EQ(why_refused([] { (void)message_expiry(-1s); }),
            "Message Expiry Interval cannot be encoded: -1 s is not within 0 and 4294967295 s");
  EXPECT_EQ(why_refused([] { (void)subscription_identifier(268'435'456); }),
            "Subscription Identifier cannot be encoded: 268435456 is more than 268,435,455");
  EXPECT_EQ(why_refused([] { (void)connect({.keep_alive = 65'536s}); }),
            "Keep Alive cannot be encoded: it is within 0 and 65,535 s");
  EXPECT_EQ(why_refused([&] { (void)connect({.client_id = long_text}); }),
            "The Client Identifier cannot be encoded: it has 65536 bytes, and 65,535 is the most");
  EXPECT_EQ(why_refused([&] { (void)subscribe({.subscriptions = {{long_text}}}); }),
            "The Topic Filter cannot be encoded: it has 65536 bytes, and 65,535 is the most");
  EXPECT_EQ(why_refused([] { (void)raw(""); }), "raw() needs at least one byte");
  EXPECT_EQ(why_refused([] { (void)publish({.topic = "a", .payload = std::string(268'435'455, 'x')}); }),
            "the packet cannot be encoded: 268,435,455 bytes is the most");
}

TEST(Packets, ThatTheVersionCannotEncodeAreRefusedWhenItIsKnown) {
  EXPECT_EQ(why_refused([] { (void)packets::auth().bytes(v3_1_1); }), "there is no AUTH before MQTT 5.0");
  EXPECT_EQ(
      why_refused([] { (void)packets::connack({.reason = ReasonCode::packet_too_large}).bytes(v3_1_1); }),
      "CONNACK in MQTT 3.1.1 has no return code for 0x95 Packet too large; set .return_code");
  EXPECT_EQ(why_refused([] { (void)packets::connack({.return_code = 1}).bytes(v5); }),
            "CONNACK in MQTT 5.0 has a reason and no return code");
  EXPECT_EQ(why_refused([] { (void)packets::puback().bytes(v5); }),
            "PUBACK needs a Packet Identifier when it does not answer a packet: set .packet_id");
  const Record ping = received_record(packets::pingreq());
  EXPECT_EQ(why_refused([&] { (void)packets::puback().bytes_answering(ping); }),
            "PUBACK needs a Packet Identifier, and what it answers has none: " + to_string(ping));
  EXPECT_EQ(why_refused([&] { (void)packets::suback({.packet_id = 1}).bytes_answering(ping); }),
            "SUBACK id 1 needs reasons, since what it answers subscribes to nothing: " + to_string(ping));
  EXPECT_EQ(why_refused([] { (void)packets::suback({.packet_id = 1}).bytes(v5); }),
            "SUBACK id 1 needs reasons when it does not answer a packet: set .reasons");
}

}  // namespace
}  // namespace pint::test
