// Records: what packets become, the line each kind reads as, and JSON.
#include <pint/journal.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "samples.hpp"
#include "support/scratch_folder.hpp"
#include "testkit/record_packet.hpp"

namespace pint::test {
namespace {

using mqtt::PacketId;
using mqtt::PropertyId;
using mqtt::PropertyList;
using enum ProtocolVersion;

Record decoded(Direction direction, ProtocolVersion version, std::string bytes,
               std::string alias_topic = {}) {
  Record record{.sequence = 3, .at = std::chrono::milliseconds{1'500}, .client_id = "dev-1",
                .remote_address = kAddress, .version = version, .direction = direction,
                .bytes = std::move(bytes)};
  testkit::decode_into(record, alias_topic);
  return record;
}

Record decoded(Direction direction, ProtocolVersion version, const mqtt::Packet& packet) {
  return decoded(direction, version, encoded(packet, version));
}

PropertyList properties_of_a_message() {
  PropertyList list;
  list.add(PropertyId::payload_format_indicator, 1).add(PropertyId::message_expiry_interval, 60);
  list.add(PropertyId::content_type, "text/plain").add(PropertyId::response_topic, "answers");
  list.add(PropertyId::correlation_data, std::string_view("\x01\x02", 2));
  list.add_user_property("k", "v").add_user_property("k", "w");
  list.add(PropertyId::subscription_identifier, 9);
  return list;
}

TEST(PacketRecord, ReadsAsOneLine) {
  constexpr auto in = Direction::received;
  constexpr auto out = Direction::sent;
  PropertyList connect, connack, reason, alias, auth;
  connect.add(PropertyId::session_expiry_interval, 60).add_user_property("k", "v");
  connack.add(PropertyId::assigned_client_identifier, "auto-1").add(PropertyId::receive_maximum, 10);
  reason.add(PropertyId::reason_string, "no room");
  alias.add(PropertyId::topic_alias, 4);
  auth.add(PropertyId::authentication_method, "SCRAM");
  const PropertyList message = properties_of_a_message();
  struct Case {
    Direction direction;
    ProtocolVersion version;
    mqtt::Packet packet;
    std::string line;  // after "#3 +1.500 s  "
  };
  const Case cases[] = {
      {in, v5,
       mqtt::Connect{
           .clean_start = false, .keep_alive = 60, .properties = connect.view(), .client_id = "dev-1"},
       R"(<- dev-1 CONNECT [k="v"] (MQTT 5.0, no clean start, keep alive 60 s, session expiry 60))"},
      {in, v3_1_1,
       mqtt::Connect{.version = v3_1_1,
                     .clean_start = true,
                     .client_id = "dev-1",
                     .will = mqtt::WillView{.topic = "gone"},
                     .user_name = "alice"},
       "<- dev-1 CONNECT (MQTT 3.1.1, clean start, keep alive 0 s, user name alice, will gone)"},
      {out, v3_1, mqtt::Connack{}, "-> dev-1 CONNACK 0x00 Success"},
      {out, v3_1_1, mqtt::Connack{.session_present = true},
       "-> dev-1 CONNACK 0x00 Success (session present)"},
      {out, v5, mqtt::Connack{.reason = ReasonCode::success, .properties = connack.view()},
       "-> dev-1 CONNACK 0x00 Success (receive maximum 10, assigned client identifier auto-1)"},
      {out, v3_1_1, mqtt::Connack{.reason = ReasonCode::not_authorized},
       "-> dev-1 CONNACK 0x87 Not authorized"},
      {in, v3_1_1, mqtt::Publish{.topic = "a/b", .payload = as_bytes("21.5")},
       R"(<- dev-1 PUBLISH a/b qos 0 "21.5")"},
      {in, v5,
       mqtt::Publish{.duplicate = true,
                     .qos = QoS::at_least_once,
                     .retain = true,
                     .topic = "a/b",
                     .packet_id = PacketId{7},
                     .payload = as_bytes("21.5")},
       R"(<- dev-1 PUBLISH a/b id 7 qos 1 retain dup "21.5")"},
      {out, v5, mqtt::Publish{.topic = "a/b", .properties = message.view()},
       R"(-> dev-1 PUBLISH a/b qos 0 "" [payload is UTF-8, expiry 60 s, content type "text/plain", )"
       R"(response topic answers, correlation data "\x01\x02", k="v", k="w", subscription identifier 9])"},
      {in, v5, mqtt::Publish{.topic = "a/b", .properties = alias.view()},
       R"(<- dev-1 PUBLISH a/b qos 0 "" (topic alias 4))"},
      {in, v5, mqtt::Publish{.properties = alias.view()},
       R"(<- dev-1 PUBLISH qos 0 "" (topic alias 4, which nobody has defined))"},
      {out, v3_1_1, mqtt::Puback{.packet_id = PacketId{7}}, "-> dev-1 PUBACK id 7 0x00 Success"},
      {out, v5, mqtt::Pubrec{PacketId{7}, ReasonCode::quota_exceeded, reason.view()},
       "-> dev-1 PUBREC id 7 0x97 Quota exceeded (no room)"},
      {in, v5, mqtt::Pubrel{.packet_id = PacketId{7}}, "<- dev-1 PUBREL id 7 0x00 Success"},
      {out, v5, mqtt::Pubcomp{PacketId{7}, ReasonCode::packet_identifier_not_found},
       "-> dev-1 PUBCOMP id 7 0x92 Packet Identifier not found"},
      {in, v5,
       mqtt::Subscribe{.packet_id = PacketId{2},
                       .requests = {{"a/#", {.qos = QoS::exactly_once}}, {"b", {}}}},
       "<- dev-1 SUBSCRIBE a/# id 2 qos 2 (a/# at most qos 2, b at most qos 0)"},
      {out, v5, mqtt::Suback{.packet_id = PacketId{2}, .reasons = {ReasonCode::granted_qos_2}},
       "-> dev-1 SUBACK id 2 0x02 Granted QoS 2"},
      {out, v3_1_1,
       mqtt::Suback{.packet_id = PacketId{2},
                    .reasons = {ReasonCode::granted_qos_1, ReasonCode::unspecified_error}},
       "-> dev-1 SUBACK id 2 0x01 Granted QoS 1 (0x01 Granted QoS 1, 0x80 Unspecified error)"},
      {in, v5, mqtt::Unsubscribe{.packet_id = PacketId{3}, .topic_filters = {"a", "b"}},
       "<- dev-1 UNSUBSCRIBE a id 3 (a, b)"},
      {out, v5, mqtt::Unsuback{.packet_id = PacketId{3}, .reasons = {ReasonCode::no_subscription_existed}},
       "-> dev-1 UNSUBACK id 3 0x11 No subscription existed"},
      {out, v3_1_1, mqtt::Unsuback{.packet_id = PacketId{3}}, "-> dev-1 UNSUBACK id 3"},
      {in, v3_1, mqtt::Pingreq{}, "<- dev-1 PINGREQ"},
      {out, v5, mqtt::Pingresp{}, "-> dev-1 PINGRESP"},
      {in, v5, mqtt::Disconnect{ReasonCode::disconnect_with_will_message},
       "<- dev-1 DISCONNECT 0x04 Disconnect with Will Message"},
      {out, v5, mqtt::Auth{ReasonCode::continue_authentication, auth.view()},
       "-> dev-1 AUTH 0x18 Continue authentication (authentication method SCRAM)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(to_string(decoded(c.direction, c.version, c.packet)), "#3 +1.500 s  " + c.line);
  }
}

TEST(PacketRecord, HasTheMessageWithItsProperties) {
  const PropertyList list = properties_of_a_message();
  const Record record = decoded(Direction::sent, v5,
                                mqtt::Publish{.qos = QoS::exactly_once, .topic = "a/b",
                                              .packet_id = PacketId{65'535}, .properties = list.view(),
                                              .payload = as_bytes("x")});
  const Properties properties{.payload_is_utf8 = true,
                              .message_expiry = std::chrono::seconds{60},
                              .content_type = "text/plain",
                              .response_topic = "answers",
                              .correlation_data = "\x01\x02",
                              .user_properties = {{"k", "v"}, {"k", "w"}},
                              .subscription_identifiers = {9}};
  EXPECT_EQ(record.properties, properties);
  EXPECT_EQ(record.topic, "a/b");
  EXPECT_EQ(record.payload, "x");
  EXPECT_EQ(record.qos, QoS::exactly_once);
  EXPECT_EQ(record.packet_id, 65'535);
}

TEST(PacketRecord, TakesTheTopicOfItsAlias) {
  PropertyList alias;
  alias.add(PropertyId::topic_alias, 1);
  const std::string bytes = encoded(mqtt::Publish{.properties = alias.view()}, v5);
  EXPECT_EQ(decoded(Direction::sent, v5, bytes, "a/b").topic, "a/b");
}

TEST(PacketRecord, OfBrokenBytesSaysWhatIsWrong) {
  struct Case {
    std::string bytes, line;
  };
  const Case cases[] = {
      {{"\x32\x03\x00\x01"
        "a", 5},
       R"(<- dev-1 PUBLISH qos 1 "" (malformed: The packet ends too early [section 2.1.4]))"},
      {{"\x3F\x00", 2}, R"(retain dup "" (malformed: )"},
      {{"\xC0\x01", 2}, "<- dev-1 PINGREQ (malformed: the packet is cut short)"},
      {{"\x00\x00", 2}, "<- dev-1 broken packet (malformed: "},
      {{"\xE0\xFF\xFF\xFF\xFF\x7F", 6}, "<- dev-1 DISCONNECT (malformed: "},
      {{}, "<- dev-1 broken packet (malformed: the packet is cut short)"},
      {{"\xC0\x00\xC0\x00", 4}, "<- dev-1 PINGREQ (2 bytes behind the packet)"},
  };
  for (const Case& c : cases) {
    const std::string line = to_string(decoded(Direction::received, v3_1_1, c.bytes));
    EXPECT_NE(line.find(c.line), std::string::npos) << line;
  }
}

TEST(PacketRecord, OfABrokenPublishKeepsItsFlags) {
  const Record record = decoded(Direction::received, v5, std::string("\x3B\x00", 2));  // dup, QoS 1, retain
  EXPECT_EQ(record.packet_type, PacketType::publish);
  EXPECT_TRUE(record.duplicate);
  EXPECT_TRUE(record.retain);
  EXPECT_EQ(record.qos, QoS::at_least_once);
}

std::string line_of(Record record) {
  record.sequence = 3;
  return to_string(record);
}

TEST(RecordLine, NamesWhoeverItIsAbout) {
  Record unknown = packet_record(Direction::received, PacketType::pingreq);
  unknown.client_id.clear();
  EXPECT_EQ(line_of(unknown), "#3 +0.000 s  <- an unknown client PINGREQ");
  unknown.remote_address = kAddress;
  EXPECT_EQ(line_of(unknown), "#3 +0.000 s  <- 127.0.0.1:40122 PINGREQ");
  EXPECT_EQ(line_of({.kind = RecordKind::published, .topic = "a"}),
            "#3 +0.000 s  *  the application published a qos 0 \"\"");
  EXPECT_EQ(line_of({.kind = RecordKind::dropped, .topic = "a", .detail = "rule loop"}),
            "#3 +0.000 s  *  nobody dropped a qos 0 (rule loop)");
  EXPECT_EQ(line_of({.kind = RecordKind::limit_reached, .name = "connections"}),
            "#3 +0.000 s  *  the broker limit reached connections");
}

TEST(RecordLine, CutsLongPayloadsBetweenCharacters) {
  Record message = published_record();
  message.properties = {};
  message.payload = std::string(1'000, 'x');
  EXPECT_EQ(line_of(message), "#3 +0.000 s  *  dev-1 published a/b qos 1 \"" + std::string(64, 'x') +
                                  "…\" (1000 bytes)");
  message.payload = std::string(63, 'x') + "\u20AC" + std::string(10, 'y');
  EXPECT_EQ(line_of(message), "#3 +0.000 s  *  dev-1 published a/b qos 1 \"" + std::string(63, 'x') +
                                  "…\" (76 bytes)");
  message.payload = std::string(61, 'x') + "\u20AC";
  EXPECT_EQ(line_of(message),
            "#3 +0.000 s  *  dev-1 published a/b qos 1 \"" + std::string(61, 'x') + "\u20AC\"");
}

TEST(RecordLine, CannotBeForgedNorSteerATerminal) {
  Record message = record(RecordKind::published);
  message.client_id = "evil\n#4";
  message.topic = "a\x1B[2J";
  message.payload = "\"\\\t\x7F\xFF";
  message.detail = "x\ry";
  EXPECT_EQ(line_of(message),
            R"(#3 +0.000 s  *  evil\n#4 published a\x1B[2J qos 0 "\"\\\t\x7F\xFF" (x\ry))");
}

TEST(RecordLine, GivesBrokerTimeInSeconds) {
  Record ping = packet_record(Direction::received, PacketType::pingreq);
  ping.at = std::chrono::hours{2} + std::chrono::microseconds{7'999};
  EXPECT_EQ(line_of(ping), "#3 +7200.007 s  <- dev-1 PINGREQ");
}

TEST(RecordKinds, HaveNames) {
  for (int i = 0; i <= static_cast<int>(RecordKind::handler_failed); ++i) {
    EXPECT_NE(name_of(static_cast<RecordKind>(i)), "unknown kind");
  }
  EXPECT_EQ(name_of(RecordKind::will_published), "will published");
}

TEST(RecordAsJson, HasWhatMeansSomething) {
  Record record = decoded(Direction::received, v5,
                          mqtt::Publish{.qos = QoS::at_least_once, .topic = "a/b",
                                        .packet_id = PacketId{7}, .payload = as_bytes("hi")});
  record.wall = noon() + std::chrono::microseconds{1'500'042};
  EXPECT_EQ(
      to_json(record),
      R"({"sequence":3,"at_ns":1500000000,"wall":"2026-03-01T12:00:01.500042Z","kind":"packet",)"
      R"("client_id":"dev-1","remote_address":"127.0.0.1:40122","version":"5.0","direction":"received",)"
      R"("packet":"PUBLISH","bytes_base64":"MgoAA2EvYgAHAGhp","packet_id":7,"topic":"a/b",)"
      R"("payload":"hi","qos":1,"retain":false,"duplicate":false})");
  Record refusal{.sequence = 4, .wall = noon(), .kind = RecordKind::refused, .remote_address = kAddress,
                 .reason = ReasonCode::not_authorized, .detail = "says\n\"no\""};
  EXPECT_EQ(to_json(refusal),
            R"({"sequence":4,"at_ns":0,"wall":"2026-03-01T12:00:00.000000Z","kind":"refused",)"
            R"("remote_address":"127.0.0.1:40122","version":"3.1.1","reason":135,)"
            R"("reason_name":"Not authorized","detail":"says\n\"no\""})");
}

TEST(RecordAsJson, HasPropertiesAndBase64ForBytesThatAreNoText) {
  Record message{.sequence = 4, .wall = noon(), .kind = RecordKind::published, .topic = "a",
                 .payload = std::string("\x00\xFF", 2)};
  message.properties = testkit::properties_of(properties_of_a_message().view());
  message.properties.correlation_data = "\xFF";
  EXPECT_EQ(to_json(message),
            R"({"sequence":4,"at_ns":0,"wall":"2026-03-01T12:00:00.000000Z","kind":"published","topic":"a",)"
            R"("payload_base64":"AP8=","qos":0,"retain":false,"duplicate":false,)"
            R"("properties":{"payload_is_utf8":true,"message_expiry":60,"content_type":"text/plain",)"
            R"("response_topic":"answers","correlation_data_base64":"/w==",)"
            R"("user_properties":[["k","v"],["k","w"]],"subscription_identifiers":[9]}})");
}

TEST(RecordAsJson, ShowsAnEmptyPayload) {
  Record message{.kind = RecordKind::published, .topic = "a"};
  EXPECT_NE(to_json(message).find(R"("topic":"a","payload":"",)"), std::string::npos);
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST(SaveJsonLines, WritesOneLineForEachRecordAndReplacesTheFile) {
  const ScratchFolder folder;
  const std::filesystem::path path = folder / "records.jsonl";
  std::ofstream(path) << "what was there before\n";
  const std::vector<Record> records = {published_record(), record(RecordKind::disconnected)};
  save_json_lines(records, path);
  EXPECT_EQ(lines_of(path), (std::vector{to_json(records[0]), to_json(records[1])}));
  save_json_lines({}, path);
  EXPECT_TRUE(lines_of(path).empty());
}

TEST(SaveJsonLines, SaysWhichFileItCouldNotWrite) {
  try {
    save_json_lines({published_record()}, testing::TempDir() + "no/such/folder/x.jsonl");
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("no/such/folder/x.jsonl"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace pint::test
