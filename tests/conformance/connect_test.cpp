// CONNECT: which forms of it are accepted, and how the others are refused. [section 3.1]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"
#include "support/scene.hpp"
#include "support/scripted_policy.hpp"

namespace pint::test {
namespace {

constexpr auto v3_1 = ProtocolVersion::v3_1;
constexpr auto v3_1_1 = ProtocolVersion::v3_1_1;
constexpr auto v5 = ProtocolVersion::v5;

// A CONNECT that is not in the right format: told in 5.0, not in 3.x, and the connection is closed.
void expect_refused_as(ReasonCode reason, Peer& peer) {
  if (peer.version() == v5) {
    EXPECT_EQ(peer.expect<mqtt::Connack>().reason, reason);
  }
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
}

// The first packet.

class FirstPacket : public testing::TestWithParam<std::pair<const char*, std::string_view>> {};

TEST_P(FirstPacket, MustBeConnect) {  // [MQTT-3.1.0-1] [MQTT3-3.1.0-1] [MQTT-3.14.0-1]
  Scene scene;
  auto& peer = scene.open();
  peer.send_raw(GetParam().second);
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
}

INSTANTIATE_TEST_SUITE_P(
    , FirstPacket,
    testing::Values(std::pair("Reserved", "\x00\x00"sv), std::pair("Connack", "\x20\x02\x00\x00"sv),
                    std::pair("Publish", "\x30\x03\x00\x01t"sv), std::pair("Puback", "\x40\x02\x00\x01"sv),
                    std::pair("Pubrec", "\x50\x02\x00\x01"sv), std::pair("Pubrel", "\x62\x02\x00\x01"sv),
                    std::pair("Pubcomp", "\x70\x02\x00\x01"sv),
                    std::pair("Subscribe", "\x82\x06\x00\x01\x00\x01t\x00"sv),
                    std::pair("Suback", "\x90\x03\x00\x01\x00"sv),
                    std::pair("Unsubscribe", "\xA2\x05\x00\x01\x00\x01t"sv),
                    std::pair("Unsuback", "\xB0\x02\x00\x01"sv), std::pair("Pingreq", "\xC0\x00"sv),
                    std::pair("Pingresp", "\xD0\x00"sv), std::pair("Disconnect", "\xE0\x00"sv),
                    std::pair("Auth", "\xF0\x00"sv)),
    [](const auto& row) { return row.param.first; });

class SecondConnect : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, SecondConnect, kEachVersion, version_name);

TEST_P(SecondConnect, EndsTheConnection) {  // [MQTT-3.1.0-2] [MQTT3-3.1.0-2] [MQTT-3.2.0-2]
  auto& peer = connect("c");
  peer.send_connect("c", {.version = GetParam()});
  expect_ended(peer, ReasonCode::protocol_error);
}

// Protocol Name and Protocol Level.

struct Protocol {
  std::string name;
  std::string_view variable_header;
  std::string_view answer = {};  // bytes
};

class UnknownProtocol : public testing::TestWithParam<Protocol> {};

TEST_P(UnknownProtocol, IsRefused) {
  Scene scene;
  auto& peer = scene.open(v3_1_1);
  peer.send_raw(raw_packet(0x10, std::string(GetParam().variable_header) + "\x02\x00\x00\x00\x01" + "c"));
  EXPECT_EQ(peer.received_bytes(), GetParam().answer);
  EXPECT_TRUE(peer.closed());
}

constexpr auto kUnacceptableProtocolVersion = "\x20\x02\x00\x01"sv;  // in the form every version reads

INSTANTIATE_TEST_SUITE_P(
    , UnknownProtocol,
    testing::Values(
        Protocol{.name = "WithAnotherName", .variable_header = "\x00\x04HTTP\x04"sv},  // [MQTT3-3.1.2-1]
        Protocol{.name = "WithAnotherNameAndLevel5",
                 .variable_header = "\x00\x04HTTP\x05"sv},                            // [MQTT-3.1.2-1]
        Protocol{.name = "InSmallLetters", .variable_header = "\x00\x04mqtt\x05"sv},  // [MQTT-3.1.2-1]
        Protocol{.name = "WithLevel6",
                 .variable_header = "\x00\x04MQTT\x06"sv,  // [MQTT-3.1.2-2]
                 .answer = kUnacceptableProtocolVersion},  // [MQTT3-3.1.2-2]
        Protocol{.name = "WithLevel0",
                 .variable_header = "\x00\x04MQTT\x00"sv,
                 .answer = kUnacceptableProtocolVersion},
        Protocol{.name = "WithTheLevelOf31",
                 .variable_header = "\x00\x04MQTT\x03"sv,
                 .answer = kUnacceptableProtocolVersion},
        Protocol{.name = "WithTheNameOf31",
                 .variable_header = "\x00\x06MQIsdp\x04"sv,
                 .answer = kUnacceptableProtocolVersion},
        Protocol{.name = "WithTheBridgeBit",
                 .variable_header = "\x00\x04MQTT\x84"sv,
                 .answer = kUnacceptableProtocolVersion}),
    [](const auto& row) { return row.param.name; });

class KnownProtocol : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, KnownProtocol, kEachVersion, version_name);

TEST_P(KnownProtocol, IsAccepted) {  // [MQTT-3.1.2-1] [MQTT-3.1.4-5] [MQTT3-3.1.4-4]
  auto& peer = scene.open(GetParam());
  peer.send_raw(raw_connect(GetParam(), 0x02, raw_text("c")));
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, ReasonCode::success);
  EXPECT_FALSE(peer.closed());
}

// The payload: which fields there are is told by the flags, and their order never changes.

class ConnectPayload : public EachVersion {
 protected:
  ConnectPayload() : EachVersion(Scene::defaults(), &policy) {}
  ScriptedPolicy policy;
};
INSTANTIATE_TEST_SUITE_P(, ConnectPayload, kEachVersion, version_name);

TEST_P(ConnectPayload, IsReadInTheOrderOfTheStandard) {  // [MQTT-3.1.3-1] [MQTT3-3.1.3-1]
  auto& watcher = connect("watcher").subscribe("#");
  auto& peer = scene.open(GetParam());
  const std::string no_will_properties = GetParam() == v5 ? "\x00"s : ""s;
  peer.send_raw(raw_connect(GetParam(), 0xC6,
                            raw_text("id") + no_will_properties + raw_text("gone") + raw_text("!") +
                                raw_text("user") + raw_text("secret")));
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, ReasonCode::success);
  EXPECT_EQ(policy.connects.back().client_id, "id");
  EXPECT_EQ(policy.connects.back().user_name, "user");
  EXPECT_EQ(policy.connects.back().password, "secret");
  scene.cut(peer);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

// [MQTT-3.1.2-16] [MQTT3-3.1.2-18] [MQTT-3.1.2-18] [MQTT3-3.1.2-20]
TEST_P(ConnectPayload, HasNeitherUserNameNorPasswordWithoutTheirFlags) {
  connect("c");
  EXPECT_EQ(policy.connects.back().user_name, std::nullopt);
  EXPECT_EQ(policy.connects.back().password, std::nullopt);
}

TEST_P(ConnectPayload, MayHaveAUserNameAlone) {  // [MQTT-3.1.2-17] [MQTT3-3.1.2-19]
  connect("c", {.user_name = "user"});
  EXPECT_EQ(policy.connects.back().user_name, "user");
  EXPECT_EQ(policy.connects.back().password, std::nullopt);
}

TEST(Password, NeedsNoUserNameIn5) {  // [MQTT-3.1.2-19]
  ScriptedPolicy policy;
  Scene scene(Scene::defaults(), &policy);
  scene.connect("c", {.password = "\x00\xFF"s});
  EXPECT_EQ(policy.connects.back().user_name, std::nullopt);
  EXPECT_EQ(policy.connects.back().password, "\x00\xFF"s);
}

class PasswordBefore5 : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, PasswordBefore5, kVersionsBefore5, version_name);

TEST_P(PasswordBefore5, NeedsAUserName) {  // [MQTT3-3.1.2-22]
  auto& peer = scene.open(GetParam());
  peer.send_raw(raw_connect(GetParam(), 0x42, raw_text("c") + raw_text("secret")));
  expect_refused_as(ReasonCode::malformed_packet, peer);
}

// Forms no version allows. `will` goes behind empty Will Properties in 5.0.

struct BadForm {
  std::string name;
  int flags = 0x02;
  std::string client_id = raw_text("c");
  std::string will = {};
  std::string rest = {};
  ReasonCode reason = ReasonCode::malformed_packet;
  std::string cites = {};
};

const std::string kWill = raw_text("t") + raw_text("!");
const std::string kIllFormed = raw_text("\xED\xA0\x80");  // a surrogate

const BadForm kBadForms[] = {
    {.name = "ReservedFlagIsSet", .flags = 0x03, .cites = "MQTT-3.1.2-3 MQTT3-3.1.2-3"},
    {.name = "WillQosWithoutWill", .flags = 0x0A, .cites = "MQTT-3.1.2-11 MQTT3-3.1.2-11 MQTT3-3.1.2-13"},
    {.name = "WillRetainWithoutWill", .flags = 0x22, .cites = "MQTT-3.1.2-13 MQTT3-3.1.2-11 MQTT3-3.1.2-15"},
    {.name = "WillFieldsWithoutWill", .will = kWill, .cites = "MQTT3-3.1.2-11"},
    {.name = "WillQos3", .flags = 0x1E, .will = kWill, .cites = "MQTT-3.1.2-12 MQTT3-3.1.2-14"},
    {.name = "WillIsMissing", .flags = 0x06, .cites = "MQTT-3.1.2-9 MQTT3-3.1.2-9"},
    {.name = "WillPayloadIsMissing",
     .flags = 0x06,
     .will = raw_text("t"),
     .cites = "MQTT-3.1.2-9 MQTT3-3.1.2-9"},
    {.name = "WillTopicIsIllFormed",
     .flags = 0x06,
     .will = kIllFormed + raw_text("!"),
     .cites = "MQTT-3.1.3-11 MQTT3-3.1.3-10"},
    {.name = "WillTopicHasAWildcard",
     .flags = 0x06,
     .will = raw_text("t/#") + raw_text("!"),
     .reason = ReasonCode::topic_name_invalid},
    {.name = "WillTopicIsEmpty",
     .flags = 0x06,
     .will = raw_text("") + raw_text("!"),
     .reason = ReasonCode::topic_name_invalid},
    {.name = "UserNameIsMissing", .flags = 0x82, .cites = "MQTT-3.1.2-17 MQTT3-3.1.2-19"},
    {.name = "UserNameWithoutFlag", .rest = raw_text("user"), .cites = "MQTT-3.1.2-16 MQTT3-3.1.2-18"},
    {.name = "UserNameIsIllFormed",
     .flags = 0x82,
     .rest = kIllFormed,
     .cites = "MQTT-3.1.3-12 MQTT3-3.1.3-11"},
    {.name = "PasswordIsMissing",
     .flags = 0xC2,
     .rest = raw_text("user"),
     .cites = "MQTT-3.1.2-19 MQTT3-3.1.2-21"},
    {.name = "PasswordWithoutFlag",
     .flags = 0x82,
     .rest = raw_text("user") + raw_text("secret"),
     .cites = "MQTT-3.1.2-18 MQTT3-3.1.2-20"},
    {.name = "ClientIdIsMissing", .client_id = "", .cites = "MQTT-3.1.3-3 MQTT3-3.1.3-3"},
    {.name = "ClientIdIsCutShort",
     .client_id = "\x00\x05"
                  "abc"s,
     .cites = "MQTT-3.1.3-3 MQTT3-3.1.3-3"},
    {.name = "ClientIdIsIllFormed", .client_id = kIllFormed, .cites = "MQTT-3.1.3-4 MQTT3-3.1.3-4"},
    {.name = "BytesFollow", .rest = "x", .cites = "MQTT-3.1.4-1 MQTT3-3.1.4-1"},
};

class MalformedConnect : public testing::TestWithParam<std::tuple<BadForm, ProtocolVersion>> {};

TEST_P(MalformedConnect, IsRefused) {  // [MQTT-3.1.4-1] [MQTT3-3.1.4-1] [MQTT-3.2.2-7]
  const auto& [form, version] = GetParam();
  const bool needs_properties = version == v5 && !form.will.empty();
  const std::string will = (needs_properties ? "\x00"s : ""s) + form.will;
  Scene scene;
  auto& peer = scene.open(version);
  peer.send_raw(raw_connect(version, form.flags, form.client_id + will + form.rest));
  expect_refused_as(form.reason, peer);
}

INSTANTIATE_TEST_SUITE_P(
    , MalformedConnect, testing::Combine(testing::ValuesIn(kBadForms), testing::Values(v3_1, v3_1_1, v5)),
    [](const auto& row) {
      return std::get<0>(row.param).name + "_" + version_name({std::get<1>(row.param), 0});
    });

// Properties of 5.0.

struct BadProperties {
  std::string name;
  std::string properties;
  ReasonCode reason = ReasonCode::protocol_error;
  std::string cites = {};
};

const BadProperties kBadProperties[] = {
    {.name = "ReceiveMaximumIsZero", .properties = "\x21\x00\x00"s},
    {.name = "MaximumPacketSizeIsZero", .properties = "\x27\x00\x00\x00\x00"s},
    {.name = "RequestProblemInformationIs2", .properties = "\x17\x02"s},
    {.name = "RequestResponseInformationIs2", .properties = "\x19\x02"s},
    {.name = "SessionExpiryIntervalStandsTwice", .properties = "\x11\x00\x00\x00\x01\x11\x00\x00\x00\x01"s},
    {.name = "AuthenticationDataHasNoMethod", .properties = "\x16\x00\x01x"s},
    {.name = "PropertyIsUnknown", .properties = "\x7E\x00"s, .reason = ReasonCode::malformed_packet},
    {.name = "PropertyBelongsToPublish",
     .properties = "\x23\x00\x01"s,
     .reason = ReasonCode::malformed_packet},
    {.name = "PropertyIsCutShort", .properties = "\x11\x00\x00"s, .reason = ReasonCode::malformed_packet},
    {.name = "PropertyIdIsOverlong",
     .properties = "\x91\x00\x00\x00\x00\x01"s,
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-1.5.5-1"},
    {.name = "NameOfAPairIsIllFormed",
     .properties = "\x26\x00\x01\xFF\x00\x01v"s,
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-1.5.7-1"},
    {.name = "ValueOfAPairIsIllFormed",
     .properties = "\x26\x00\x01n\x00\x01\x00"s,
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-1.5.7-1"},
};

class PropertiesOfConnect : public testing::TestWithParam<BadProperties> {};

TEST_P(PropertiesOfConnect, AreChecked) {  // [MQTT-3.1.4-1]
  Scene scene;
  auto& peer = scene.open();
  peer.send_raw(raw_connect(v5, 0x02, raw_text("c"), GetParam().properties));
  expect_refused_as(GetParam().reason, peer);
}

INSTANTIATE_TEST_SUITE_P(, PropertiesOfConnect, testing::ValuesIn(kBadProperties),
                         [](const auto& row) { return row.param.name; });

TEST(PropertyLength, IsNotLeftOutOfConnect) {  // [MQTT-2.2.2-1]
  Scene scene;
  auto& peer = scene.open();
  peer.send_raw("\x10\x0D\x00\x04MQTT\x05\x02\x00\x00\x00\x01" "c"sv);
  expect_refused_as(ReasonCode::malformed_packet, peer);
}

// What stands behind CONNECT.

class BehindConnect : public EachVersion {
 protected:
  BehindConnect() : EachVersion(Scene::defaults(), &policy) {}
  // CONNECT, PUBLISH of "!" to t, and PINGREQ, in one piece.
  static std::string three_packets() {
    const std::string publish = GetParam() == v5 ? "\x30\x05\x00\x01t\x00!"s : "\x30\x04\x00\x01t!"s;
    return raw_connect(GetParam(), 0x02, raw_text("c")) + publish + "\xC0\x00"s;
  }
  ScriptedPolicy policy;
};
INSTANTIATE_TEST_SUITE_P(, BehindConnect, kEachVersion, version_name);

TEST_P(BehindConnect, PacketsNeedNotWaitForConnack) {  // [section 3.1.4]
  auto& watcher = connect("watcher").subscribe("t");
  auto& peer = scene.open(GetParam());
  peer.send_raw(three_packets());
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, ReasonCode::success);
  peer.expect<mqtt::Pingresp>();
  EXPECT_EQ(watcher.received(), one("t", "!"));
}

TEST_P(BehindConnect, NothingIsHandledIfItIsRefused) {  // [MQTT-3.1.4-6] [MQTT3-3.1.4-5]
  auto& watcher = connect("watcher").subscribe("t");
  policy.connect_answer.reason = ReasonCode::not_authorized;
  auto& peer = scene.open(GetParam());
  peer.send_raw(three_packets());
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, ReasonCode::not_authorized);
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(watcher.silent());
}

}  // namespace
}  // namespace pint::test
