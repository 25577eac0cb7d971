// CONNACK: the first thing a client hears, and what it says. What it offers of limits and features stands in
// limits_test.cpp and features_test.cpp. [section 3.2]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"
#include "support/scripted_policy.hpp"

namespace pint::test {
namespace {

using mqtt::PropertyId;
using enum ReasonCode;

class Connack : public EachVersion {
 protected:
  Connack() : EachVersion(Scene::defaults(), &policy) {}
  ConnectTerms terms(bool clean_start) {
    return {.version = GetParam(), .clean_start = clean_start, .session_expiry = 60};
  }
  ScriptedPolicy policy;
};
INSTANTIATE_TEST_SUITE_P(, Connack, kEachVersion, version_name);

TEST_P(Connack, IsTheFirstPacketEvenIfMessagesWait) {  // [MQTT-3.2.0-1] [MQTT3-3.2.0-1]
  scene.cut(connect_to_session("c").subscribe("t"));
  connect("publisher").publish("t", "waiting", QoS::at_least_once);
  auto& back = scene.open(GetParam());
  back.send_connect("c", terms(false));
  back.expect<mqtt::Connack>();
  EXPECT_EQ(back.received(), one("t", "waiting", QoS::at_least_once));
}

TEST_P(Connack, IsSentOnce) {  // [MQTT-3.2.0-2]
  auto& peer = connect("c");
  peer.subscribe("t").publish("t", "!").send(mqtt::Pingreq{});
  peer.expect<mqtt::Publish>();
  peer.expect<mqtt::Pingresp>();
  EXPECT_TRUE(peer.silent());
}

// Session Present.

class SessionPresent : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, SessionPresent, testing::Values(ProtocolVersion::v3_1_1, ProtocolVersion::v5),
                         version_name);

TEST_P(SessionPresent, IsToldIfTheSessionIsResumed) {  // [MQTT-3.2.2-3] [MQTT3-3.2.2-2]
  scene.cut(connect_to_session("c"));
  mqtt::Connack connack;
  scene.connect("c", {.version = GetParam(), .clean_start = false}, connack);
  EXPECT_TRUE(connack.session_present);
}

TEST_P(SessionPresent, IsNotToldIfThereIsNone) {  // [MQTT-3.2.2-3] [MQTT3-3.2.2-3]
  mqtt::Connack connack;
  scene.connect("c", {.version = GetParam(), .clean_start = false}, connack);
  EXPECT_FALSE(connack.session_present);
}

TEST_P(SessionPresent, IsNotToldOnCleanStart) {  // [MQTT-3.2.2-2] [MQTT3-3.2.2-1]
  scene.cut(connect_to_session("c"));
  mqtt::Connack connack;
  scene.connect("c", {.version = GetParam(), .clean_start = true}, connack);
  EXPECT_FALSE(connack.session_present);
}

TEST_P(SessionPresent, IsBitZeroOfAByteThatIsOtherwiseZero) {  // [MQTT-3.2.2-1]
  scene.cut(connect_to_session("c"));
  auto& resumed = scene.open(GetParam());
  resumed.send_connect("c", {.version = GetParam(), .clean_start = false});
  EXPECT_EQ(resumed.received_bytes().at(2), '\x01');
  auto& fresh = scene.open(GetParam());
  fresh.send_connect("other", {.version = GetParam()});
  EXPECT_EQ(fresh.received_bytes().at(2), '\x00');
}

TEST(SessionPresentOf31, IsUnknown) {  // [section 3.2 of 3.1]
  Scene scene;
  scene.cut(scene.connect("c", {.version = ProtocolVersion::v3_1, .clean_start = false}));
  auto& resumed = scene.open(ProtocolVersion::v3_1);
  resumed.send_connect("c", {.version = ProtocolVersion::v3_1, .clean_start = false});
  EXPECT_EQ(resumed.received_bytes(), "\x20\x02\x00\x00"s);
}

// Refusals.

TEST_P(Connack, OfARefusalIsFollowedByClosing) {  // [MQTT-3.2.2-7] [MQTT3-3.2.2-5] [MQTT-4.13.2-1]
  policy.connect_answer.reason = not_authorized;
  auto& peer = scene.open(GetParam());
  peer.send_connect("c", terms(true));
  EXPECT_EQ(peer.expect<mqtt::Connack>().reason, not_authorized);
  EXPECT_TRUE(peer.closed());
}

TEST_P(Connack, OfARefusalNeverSaysSessionPresent) {  // [MQTT-3.2.2-6] [MQTT3-3.2.2-4]
  scene.cut(connect_to_session("c"));
  policy.connect_answer.reason = not_authorized;
  auto& peer = scene.open(GetParam());
  peer.send_connect("c", terms(false));
  EXPECT_EQ(peer.received_bytes().at(2), '\x00');
}

TEST_P(Connack, OfARefusalLeavesTheStoredSessionAlone) {  // [MQTT-4.1.0-1] [MQTT3-4.1.0-1]
  scene.cut(connect_to_session("c").subscribe("t"));
  policy.connect_answer.reason = not_authorized;
  scene.refused("c", terms(true));
  policy.connect_answer.reason = success;
  auto& back = connect_to_session("c");
  connect("publisher").publish("t", "!");
  EXPECT_EQ(back.received(), one("t", "!"));
}

// The codes of 5.0's CONNACK. [section 3.2.2.2]

class ReasonOfConnack : public testing::TestWithParam<ReasonCode> {};

TEST_P(ReasonOfConnack, IsWhatThePolicySaid) {  // [MQTT-3.2.2-8] [MQTT-3.1.4-2]
  ScriptedPolicy policy;
  policy.connect_answer.reason = GetParam();
  Scene scene(Scene::defaults(), &policy);
  EXPECT_EQ(scene.refused("c"), GetParam());
}

INSTANTIATE_TEST_SUITE_P(, ReasonOfConnack,
                         testing::Values(unspecified_error, malformed_packet, protocol_error,
                                         implementation_specific_error, unsupported_protocol_version,
                                         client_identifier_not_valid, bad_user_name_or_password,
                                         not_authorized, server_unavailable, server_busy, banned,
                                         bad_authentication_method, topic_name_invalid, packet_too_large,
                                         quota_exceeded, payload_format_invalid, retain_not_supported,
                                         qos_not_supported, use_another_server, server_moved,
                                         connection_rate_exceeded));

class ReasonNotOfConnack : public testing::TestWithParam<ReasonCode> {};

TEST_P(ReasonNotOfConnack, IsNeverSent) {  // [MQTT-3.2.2-8]
  ScriptedPolicy policy;
  policy.connect_answer.reason = GetParam();
  Scene scene(Scene::defaults(), &policy);
  EXPECT_EQ(scene.refused("c"), unspecified_error);
}

INSTANTIATE_TEST_SUITE_P(, ReasonNotOfConnack,
                         testing::Values(server_shutting_down, keep_alive_timeout, session_taken_over,
                                         topic_filter_invalid, packet_identifier_in_use,
                                         receive_maximum_exceeded, topic_alias_invalid, administrative_action,
                                         maximum_connect_time));

// The return codes of 3.1 and 3.1.1.

struct ReturnCode {
  ReasonCode reason;
  std::string bytes;
};

class ReturnCodeOf3 : public testing::TestWithParam<std::tuple<ReturnCode, ProtocolVersion>> {};

TEST_P(ReturnCodeOf3, IsTheNearestThereIs) {  // [MQTT3-3.2.2-5]
  const auto& [row, version] = GetParam();
  ScriptedPolicy policy;
  policy.connect_answer.reason = row.reason;
  Scene scene(Scene::defaults(), &policy);
  auto& peer = scene.open(version);
  peer.send_connect("c", {.version = version});
  EXPECT_EQ(peer.received_bytes(), row.bytes);
  EXPECT_TRUE(peer.closed());
}

INSTANTIATE_TEST_SUITE_P(
    , ReturnCodeOf3,
    testing::Combine(testing::Values(ReturnCode{unsupported_protocol_version, "\x20\x02\x00\x01"s},
                                     ReturnCode{client_identifier_not_valid, "\x20\x02\x00\x02"s},
                                     ReturnCode{server_unavailable, "\x20\x02\x00\x03"s},
                                     ReturnCode{server_busy, "\x20\x02\x00\x03"s},
                                     ReturnCode{quota_exceeded, "\x20\x02\x00\x03"s},
                                     ReturnCode{use_another_server, "\x20\x02\x00\x03"s},
                                     ReturnCode{server_moved, "\x20\x02\x00\x03"s},
                                     ReturnCode{connection_rate_exceeded, "\x20\x02\x00\x03"s},
                                     ReturnCode{bad_user_name_or_password, "\x20\x02\x00\x04"s},
                                     ReturnCode{not_authorized, "\x20\x02\x00\x05"s},
                                     ReturnCode{banned, "\x20\x02\x00\x05"s},
                                     ReturnCode{bad_authentication_method, "\x20\x02\x00\x05"s}),
                     kVersionsBefore5));

INSTANTIATE_TEST_SUITE_P(  // no return code fits: no CONNACK [MQTT3-3.2.2-6]
    NoneFits, ReturnCodeOf3,
    testing::Combine(testing::Values(ReturnCode{unspecified_error, ""},
                                     ReturnCode{payload_format_invalid, ""},
                                     ReturnCode{packet_too_large, ""}),
                     kVersionsBefore5));

// What a refusal tells besides its code.

TEST(ConnackProperties, HaveTheReasonString) {
  ScriptedPolicy policy;
  policy.connect_answer = {.reason = banned, .reason_string = "come back tomorrow"};
  Scene scene(Scene::defaults(), &policy);
  auto& peer = scene.open();
  peer.send_connect("c");
  EXPECT_EQ(peer.expect<mqtt::Connack>().properties.text(PropertyId::reason_string), "come back tomorrow");
}

TEST(ConnackProperties, HaveTheReasonStringEvenWithoutRequestProblemInformation) {  // [MQTT-3.1.2-29]
  ScriptedPolicy policy;
  policy.connect_answer = {.reason = banned, .reason_string = "come back tomorrow"};
  Scene scene(Scene::defaults(), &policy);
  auto& peer = scene.open();
  peer.send_connect("c", {.request_problem_information = false});
  EXPECT_EQ(peer.expect<mqtt::Connack>().properties.text(PropertyId::reason_string), "come back tomorrow");
}

TEST(ConnackProperties, AreLeftOutWhereTheClientIsTooSmallForThem) {  // [MQTT-3.2.2-19] [MQTT-3.2.2-20]
  ScriptedPolicy policy;                                              // [MQTT-3.1.2-24]
  policy.connect_answer = {.reason = banned, .reason_string = "come back tomorrow"};
  Scene scene(Scene::defaults(), &policy);
  auto& peer = scene.open();
  peer.send_connect("c", {.maximum_packet_size = 20});
  EXPECT_EQ(peer.received_bytes(), "\x20\x03\x00\x8A\x00"s);
}

TEST(ConnackProperties,
     AreNoReasonStringThatNoStringCanHold) {  // a string has at most 65,535 bytes [section 1.5.4]
  ScriptedPolicy policy;
  policy.connect_answer = {.reason = banned, .reason_string = std::string(65'536, 'x')};
  Scene scene(Scene::defaults(), &policy);
  EXPECT_EQ(scene.refused("c"), banned);
}

TEST(ConnackProperties, HaveTheServerReference) {  // [section 4.11]
  ScriptedPolicy policy;
  policy.connect_answer = {.reason = use_another_server, .server_reference = "other:1883"};
  Scene scene(Scene::defaults(), &policy);
  auto& peer = scene.open();
  peer.send_connect("c");
  EXPECT_EQ(peer.expect<mqtt::Connack>().properties.text(PropertyId::server_reference), "other:1883");
}

// Response Information.

class ResponseInformation : public testing::Test {
 protected:
  static core::EngineOptions options(std::string response) {
    core::EngineOptions options = Scene::defaults();
    options.features.response_information = std::move(response);
    return options;
  }
  static std::optional<std::string> told(Scene& scene, std::optional<bool> requested) {
    mqtt::Connack connack;
    scene.connect("c", {.request_response_information = requested}, connack);
    return std::optional<std::string>(connack.properties.text(PropertyId::response_information));
  }
};

TEST_F(ResponseInformation, IsGivenToWhoAsksForIt) {
  Scene scene(options("answers/7"));
  EXPECT_EQ(told(scene, true), "answers/7");
}

TEST_F(ResponseInformation, IsNotGivenToWhoDoesNotAsk) {  // [MQTT-3.1.2-28]
  Scene scene(options("answers/7"));
  EXPECT_EQ(told(scene, false), std::nullopt);
  EXPECT_EQ(told(scene, std::nullopt), std::nullopt);
}

TEST_F(ResponseInformation, IsNotGivenIfThereIsNone) {
  Scene scene(options(""));
  EXPECT_EQ(told(scene, true), std::nullopt);
}

// A client that is too small even for CONNACK.

TEST(TinyClient, IsRefusedWithoutAWord) {  // [MQTT-3.1.2-24]
  Scene scene;
  auto& peer = scene.open();
  peer.send_connect("c", {.maximum_packet_size = 4});
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
}

TEST(TinyClient, WasNeverConnected) {
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("gone");
  scene.open().send_connect("c",
                            {.will = WillTerms{.topic = "gone", .payload = "!"}, .maximum_packet_size = 4});
  EXPECT_TRUE(watcher.silent());
  EXPECT_EQ(scene.events<ConnectRefused>().size(), 1u);
  EXPECT_TRUE(scene.events<ClientDisconnected>().empty());
}

TEST(TinyClient, DoesNotTakeOverWhoeverHasItsClientId) {
  Scene scene;
  auto& present = scene.connect("c");
  scene.open().send_connect("c", {.maximum_packet_size = 4});
  EXPECT_FALSE(present.closed());
  EXPECT_TRUE(present.silent());
}

}  // namespace
}  // namespace pint::test
