// The Will: every way it is or is not sent, and what it says. (At takeover: takeover_test.cpp.)
// [section 3.1.2.5]
#include "support/each_version.hpp"
#include "support/scripted_policy.hpp"

namespace pint::test {
namespace {

using mqtt::PropertyId;
using enum QoS;

// A CONNECT with the Will "!" to "gone".
ConnectTerms with_will(std::optional<seconds> delay = {}, std::optional<std::uint32_t> expiry = {}) {
  return {.will = WillTerms{.topic = "gone", .payload = "!", .delay = delay}, .session_expiry = expiry};
}

class Will : public EachVersion {
 protected:
  Peer& connect_with_will(std::string_view client_id = "c") { return connect(client_id, with_will()); }
  Peer& watcher = connect("watcher").subscribe("gone");
};
INSTANTIATE_TEST_SUITE_P(, Will, kEachVersion, version_name);

// Sent, when the connection ends without a goodbye. [MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT3-3.1.2-8]

TEST_P(Will, IsSentWhenTheConnectionIsClosed) {  // [MQTT-3.1.2-7] [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
  scene.cut(connect_with_will());
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_P(Will, IsSentWhenTheConnectionFails) {  // [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
  scene.cut(connect_with_will(), DisconnectCause::transport_failed);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_P(Will, IsSentWhenKeepAliveHasPassed) {  // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
  ConnectTerms terms = with_will();
  terms.keep_alive = 10;
  connect("c", terms);
  scene.advance(15s);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_P(Will, IsSentAfterAProtocolError) {  // [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
  connect_with_will().send_raw({0x00, 0x00});
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_P(Will, IsSentWhenTheApplicationDisconnectsTheClient) {  // [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
  connect_with_will();
  scene.engine().disconnect("c", ReasonCode::administrative_action, scene.now());
  scene.settle();
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_P(Will, IsSentWhenTheBrokerStops) {  // [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
  connect_with_will();
  scene.engine().shut_down(ReasonCode::server_shutting_down, scene.now());
  scene.settle();
  EXPECT_EQ(scene.events<WillPublished>().size(), 1u);
}

TEST_P(Will, IsToldLikeAnyMessageAndThenAsAWill) {
  scene.cut(connect_with_will());
  const auto published = scene.events<MessagePublished>();
  ASSERT_EQ(published.size(), 1u);
  EXPECT_EQ(published[0].client_id, "c");
  EXPECT_EQ(published[0].message.topic, "gone");
  EXPECT_EQ(published[0].message.payload, "!");
  EXPECT_EQ(published[0].receivers, 1u);
  EXPECT_EQ(scene.events<WillPublished>().size(), 1u);
}

TEST_P(Will, ReachesItsOwnClientIfItSubscribedAndReturns) {
  ConnectTerms terms = with_will();
  terms.clean_start = false;
  terms.session_expiry = 60;
  terms.will->qos = at_least_once;
  scene.cut(connect("c", terms).subscribe("gone"));
  EXPECT_EQ(connect_to_session("c").received(), one("gone", "!", at_least_once));
}

// Not sent.

TEST_P(Will, IsDroppedByDisconnect) {  // [MQTT-3.14.4-3] [MQTT3-3.14.4-3] [MQTT-3.1.2-10] [MQTT3-3.1.2-10]
  connect_with_will().disconnect();
  scene.advance(1h);
  EXPECT_TRUE(watcher.silent());
}

TEST_P(Will, IsNotSentWithoutAWillFlag) {  // [MQTT3-3.1.2-12]
  scene.cut(connect("c"));
  EXPECT_TRUE(watcher.silent());
}

TEST_P(Will, IsNotSentWhileTheClientIsConnected) {  // [MQTT-3.1.2-8] [MQTT3-3.1.2-8]
  connect_with_will();
  scene.advance(24h);
  EXPECT_TRUE(watcher.silent());
}

TEST_P(Will, IsSentOnce) {  // [MQTT-3.1.2-10] [MQTT3-3.1.2-10]
  ConnectTerms terms = with_will();
  terms.session_expiry = 60;
  terms.clean_start = false;
  scene.cut(connect("c", terms));
  EXPECT_EQ(watcher.received(), one("gone", "!"));
  scene.cut(connect_to_session("c")).advance(1h);
  EXPECT_TRUE(watcher.silent());
}

TEST_P(Will, IsThatOfTheLastConnection) {  // [MQTT-3.1.2-7] [MQTT3-3.1.2-8]
  connect_with_will().disconnect();
  scene.cut(connect("c", {.will = WillTerms{.topic = "gone", .payload = "another"}}));
  EXPECT_EQ(watcher.received(), one("gone", "another"));
}

class WillOfARefusedClient : public EachVersion {
 protected:
  WillOfARefusedClient() : EachVersion(Scene::defaults(), &policy) {}
  ScriptedPolicy policy;
};
INSTANTIATE_TEST_SUITE_P(, WillOfARefusedClient, kEachVersion, version_name);

TEST_P(WillOfARefusedClient, IsNotSent) {  // [MQTT3-3.1.2-8]
  auto& watcher = connect("watcher").subscribe("gone");
  policy.connect_answer.reason = ReasonCode::not_authorized;
  ConnectTerms terms = with_will();
  terms.version = GetParam();
  scene.refused("c", terms);
  scene.advance(1h);
  EXPECT_TRUE(watcher.silent());
}

TEST_P(WillOfARefusedClient, IsNotSentEitherIfOnlyTheWillIsNotAllowed) {
  auto& watcher = connect("watcher").subscribe("gone");
  policy.publish_answer = ReasonCode::not_authorized;
  scene.cut(connect("c", with_will()));
  EXPECT_TRUE(watcher.silent());
  EXPECT_TRUE(scene.events<WillPublished>().empty());
  EXPECT_EQ(scene.dropped(DropCause::not_authorized), 1u);
}

// What it says.

class WillAtQos : public testing::TestWithParam<std::tuple<QoS, ProtocolVersion>> {};

TEST_P(WillAtQos, ArrivesAtThatQos) {  // [MQTT3-3.1.2-9] [MQTT-3.1.2-12] [MQTT3-3.1.2-14]
  const auto [qos, version] = GetParam();
  Scene scene;
  auto& watcher = scene.connect("watcher", {.version = version}).subscribe("gone");
  scene.cut(scene.connect("c", {.version = version, .will = WillTerms{"gone", "!", qos}}));
  EXPECT_EQ(watcher.received(), one("gone", "!", qos));
}

INSTANTIATE_TEST_SUITE_P(, WillAtQos,
                         testing::Combine(testing::Values(at_most_once, at_least_once, exactly_once),
                                          kEachVersion));

TEST_P(Will, IsRetainedIfWillRetainIs1) {  // [MQTT-3.1.2-15] [MQTT3-3.1.2-17]
  scene.cut(connect("c", {.will = WillTerms{.topic = "gone", .payload = "!", .retain = true}}));
  EXPECT_EQ(connect("late").subscribe("gone").received().size(), 1u);
}

TEST_P(Will, IsNotRetainedIfWillRetainIs0) {  // [MQTT-3.1.2-14] [MQTT3-3.1.2-16]
  scene.cut(connect_with_will());
  EXPECT_TRUE(connect("late").subscribe("gone").silent());
}

TEST_P(Will, MayBeEmpty) {
  scene.cut(connect("c", {.will = WillTerms{.topic = "gone", .payload = ""}}));
  EXPECT_EQ(watcher.received(), one("gone", ""));
}

TEST(WillProperties, ArriveWithIt) {  // [MQTT-3.1.2-9] [MQTT-3.1.3-10]
  Scene scene;
  mqtt::PropertyList sent;
  sent.add(PropertyId::payload_format_indicator, 1).add(PropertyId::content_type, "text/plain");
  sent.add(PropertyId::response_topic, "answers").add(PropertyId::correlation_data, "\x01\x02");
  auto& watcher = scene.connect("watcher").subscribe("gone");
  scene.cut(
      scene.connect("c", {.will = WillTerms{.topic = "gone", .payload = "!", .more_properties = sent}}));
  EXPECT_EQ(watcher.expect<mqtt::Publish>().properties, sent.view());
}

TEST(WillProperties, HaveUserPropertiesInTheOrderGiven) {  // [MQTT-3.1.3-10]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("gone");
  scene.cut(scene.connect(
      "c", {.will = WillTerms{
                .topic = "gone", .payload = "!", .user_properties = {{"b", "1"}, {"a", "2"}, {"b", "3"}}}}));
  mqtt::PropertyList expected;
  expected.add_user_property("b", "1").add_user_property("a", "2").add_user_property("b", "3");
  EXPECT_EQ(watcher.expect<mqtt::Publish>().properties, expected.view());
}

TEST(WillProperties, DoNotHaveTheDelay) {  // it concerns the broker only [section 3.1.3.2]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("gone");
  scene.cut(scene.connect("c", with_will(10s, 60))).advance(10s);
  EXPECT_TRUE(watcher.expect<mqtt::Publish>().properties.empty());
}

TEST(WillProperties, HaveAMessageExpiryCountedFromItsPublication) {  // [section 3.1.3.2.4]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("gone");
  ConnectTerms terms = with_will(10s, 60);
  terms.will->message_expiry = 5s;
  scene.cut(scene.connect("c", terms)).advance(10s);
  EXPECT_EQ(watcher.expect<mqtt::Publish>().properties.number(PropertyId::message_expiry_interval), 5u);
}

TEST(WillProperties, AreLeftOutTowardsOlderVersions) {
  Scene scene;
  auto& watcher = scene.connect("watcher", {.version = ProtocolVersion::v3_1_1}).subscribe("gone");
  scene.cut(scene.connect(
      "c", {.will = WillTerms{.topic = "gone", .payload = "!", .user_properties = {{"name", "value"}}}}));
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

// Will Delay Interval. [section 3.1.3.2.2]

class WillDelay : public testing::Test {
 protected:
  Scene scene;
  Peer& watcher = scene.connect("watcher").subscribe("gone");
};

TEST_F(WillDelay, PassesBeforeItIsSentAndNotAMomentLess) {  // [MQTT-3.1.2-8]
  scene.cut(scene.connect("c", with_will(10s, 60))).advance(10s - 1ns);
  EXPECT_TRUE(watcher.silent());
  scene.advance(1ns);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_F(WillDelay, IsCountedFromTheEndOfTheConnection) {  // [MQTT-3.1.2-8]
  auto& peer = scene.connect("c", with_will(10s, 60));
  scene.advance(1h).cut(peer).advance(10s - 1ns);
  EXPECT_TRUE(watcher.silent());
}

TEST_F(WillDelay, IsCutShortByTheEndOfTheSession) {  // [MQTT-3.1.2-8]
  scene.cut(scene.connect("c", with_will(60s, 10))).advance(10s - 1ns);
  EXPECT_TRUE(watcher.silent());
  scene.advance(1ns);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_F(WillDelay, IsNoneIfTheSessionEndsWithTheConnection) {  // [MQTT-3.1.2-8]
  scene.cut(scene.connect("c", with_will(10s)));
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_F(WillDelay, CanBeAsLongAsTheProtocolAllows) {  // [MQTT-3.1.2-8]
  scene.cut(scene.connect("c", with_will(seconds{0xFFFFFFFF}, 0xFFFFFFFF))).advance(24h * 365 * 100);
  EXPECT_TRUE(watcher.silent());
  scene.advance(24h * 365 * 50);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_F(WillDelay, GivesTheClientTimeToReturn) {  // [MQTT-3.1.3-9]
  scene.cut(scene.connect("c", with_will(10s, 60))).advance(10s - 1ns);
  scene.connect("c", {.clean_start = false, .session_expiry = 60});
  scene.advance(1h);
  EXPECT_TRUE(watcher.silent());
}

TEST_F(WillDelay, BeginsAnewWithEachConnection) {  // [MQTT-3.1.2-8] [MQTT-3.1.3-9]
  scene.cut(scene.connect("c", with_will(10s, 60))).advance(9s);
  ConnectTerms terms = with_will(10s, 60);
  terms.clean_start = false;
  scene.cut(scene.connect("c", terms)).advance(10s - 1ns);
  EXPECT_TRUE(watcher.silent());
  scene.advance(1ns);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_F(WillDelay, EndsWhenACleanStartEndsTheSession) {  // [MQTT-3.1.2-8] [MQTT-3.1.3-9]
  scene.cut(scene.connect("c", with_will(10s, 60))).advance(1s);
  EXPECT_TRUE(watcher.silent());
  scene.connect("c", {.clean_start = true});
  EXPECT_EQ(watcher.received(), one("gone", "!"));
  scene.advance(1h);
  EXPECT_TRUE(watcher.silent());
}

// DISCONNECT of 5.0 decides.

TEST_F(WillDelay, HoldsForDisconnectWithWillMessage) {  // 0x04 [MQTT-3.1.2-8] [MQTT-3.1.2-10]
  scene.connect("c", with_will(10s, 60)).disconnect(ReasonCode::disconnect_with_will_message);
  EXPECT_TRUE(watcher.silent());
  scene.advance(10s);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST_F(WillDelay, IsCutShortByADisconnectThatEndsTheSession) {  // [MQTT-3.1.2-8]
  scene.connect("c", with_will(10s, 60)).disconnect(ReasonCode::disconnect_with_will_message, 0);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

class DisconnectThatKeepsTheWill : public testing::TestWithParam<ReasonCode> {};

TEST_P(DisconnectThatKeepsTheWill, HasAnyReasonButZero) {  // [MQTT-3.14.4-3] [MQTT-3.1.2-8]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("gone");
  scene.connect("c", with_will()).disconnect(GetParam());
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

INSTANTIATE_TEST_SUITE_P(, DisconnectThatKeepsTheWill,
                         testing::Values(ReasonCode::disconnect_with_will_message,
                                         ReasonCode::unspecified_error, ReasonCode::malformed_packet,
                                         ReasonCode::protocol_error,
                                         ReasonCode::implementation_specific_error,
                                         ReasonCode::topic_name_invalid, ReasonCode::receive_maximum_exceeded,
                                         ReasonCode::topic_alias_invalid, ReasonCode::packet_too_large,
                                         ReasonCode::message_rate_too_high, ReasonCode::quota_exceeded,
                                         ReasonCode::administrative_action,
                                         ReasonCode::payload_format_invalid));

}  // namespace
}  // namespace pint::test
