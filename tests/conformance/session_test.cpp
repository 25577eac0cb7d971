// Sessions: when they begin, what is in them, and when they end. [section 3.1.2.4] [section 4.1]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;

constexpr std::uint32_t kForEver = 0xFFFFFFFF;

// How many Sessions the broker has, present and away.
std::uint32_t sessions(Scene& scene) { return scene.engine().stats().sessions; }

class Session : public EachVersion {
 protected:
  // A client whose Session ends with its connection.
  Peer& connect_for_once(std::string_view client_id) { return connect(client_id); }
};
INSTANTIATE_TEST_SUITE_P(, Session, kEachVersion, version_name);

TEST_P(Session, OutlivesItsConnectionIfTheClientWantsIt) {  // [MQTT-3.1.2-23] [MQTT3-3.1.2-4] [MQTT-3.1.2-6]
  scene.cut(connect_to_session("c").subscribe("t"));
  connect("publisher").publish("t", "meanwhile", at_least_once);
  EXPECT_EQ(connect_to_session("c").received(), one("t", "meanwhile", at_least_once));
}

TEST_P(Session, EndsWithItsConnectionOtherwise) {  // [MQTT-4.1.0-2] [MQTT3-3.1.2-6]
  scene.cut(connect_for_once("c").subscribe("t"));
  EXPECT_EQ(sessions(scene), 0u);
  connect("publisher").publish("t", "meanwhile", at_least_once);
  EXPECT_TRUE(connect_to_session("c").silent());
}

TEST_P(Session, IsReplacedByCleanStart) {  // [MQTT-3.1.2-4] [MQTT3-3.1.2-6] [MQTT-3.1.4-4] [MQTT3-3.1.4-3]
  scene.cut(connect_to_session("c").subscribe("t"));
  auto& back = connect_for_once("c");
  connect("publisher").publish("t", "!");
  EXPECT_TRUE(back.silent());
}

TEST_P(Session, ThatBeganWithCleanStartIsNeverResumedIfItWasForOnce) {  // [MQTT3-3.1.2-6]
  scene.cut(connect_for_once("c").subscribe("t"));
  auto& back = connect_to_session("c");
  connect("publisher").publish("t", "!");
  EXPECT_TRUE(back.silent());
}

TEST_P(Session, DoesNotTakeRetainedMessagesAlongWhenItEnds) {  // [MQTT3-3.1.2-7]
  connect_for_once("c").publish("t", "kept", at_most_once, true);
  scene.cut(connect_for_once("c"));
  EXPECT_EQ(connect("watcher").subscribe("t").received().size(), 1u);
}

TEST_P(Session, LastsAsLongAsItsConnection) {  // [MQTT-4.1.0-1] [MQTT3-4.1.0-2]
  auto& peer = connect("c", {.session_expiry = 1}).subscribe("t");
  scene.advance(24h);
  connect("publisher").publish("t", "!");
  EXPECT_EQ(peer.received(), one("t", "!"));
}

// What is in it. [section 4.1]

TEST_P(Session, KeepsSubscriptions) {  // [MQTT-3.1.2-5] [MQTT3-3.1.2-4] [MQTT3-4.1.0-1]
  scene.cut(connect_to_session("c").subscribe("t"));
  auto& back = connect_to_session("c");
  connect("publisher").publish("t", "!");
  EXPECT_EQ(back.received(), one("t", "!"));
}

TEST_P(Session, KeepsMessagesThatCameMeanwhileInOrder) {  // [MQTT3-3.1.2-5] [MQTT-3.1.2-5]
  scene.cut(connect_to_session("c").subscribe("t"));
  auto& publisher = connect("publisher");
  publisher.publish("t", "1", at_least_once).publish("t", "2", exactly_once).publish("t", "3", at_least_once);
  EXPECT_EQ(payloads_of(connect_to_session("c").received()), "1 2 3");
}

TEST_P(
    Session,
    KeepsNoQos0MessagesForAClientThatIsAway) {  // left open by [section 4.1] and [section 3.1.2.4 of 3.1.1]
  scene.cut(connect_to_session("c").subscribe("t"));
  connect("publisher").publish("t", "!", at_most_once);
  EXPECT_TRUE(connect_to_session("c").silent());
}

TEST_P(Session, KeepsMessagesNotYetAcknowledged) {  // [MQTT-3.1.2-5] [MQTT3-3.1.2-4]
  auto& first = connect_to_session("c").manual().subscribe("t");
  connect("publisher").publish("t", "!", at_least_once);
  EXPECT_EQ(first.received().size(), 1u);
  scene.cut(first);
  EXPECT_EQ(connect_to_session("c").received(), (Arrivals{{"t", "!", at_least_once, false, true}}));
}

TEST_P(Session, KeepsTheIdentifiersOfQos2MessagesItReceived) {  // [MQTT-3.1.2-5] [MQTT3-3.1.2-4]
  auto& watcher = connect("watcher").subscribe("t");
  auto& first = connect_to_session("c").manual();
  first.publish({.topic = "t", .payload = "!", .qos = exactly_once, .packet_id = 7});
  scene.cut(first);
  connect_to_session("c").publish(
      {.topic = "t", .payload = "!", .qos = exactly_once, .duplicate = true, .packet_id = 7});
  EXPECT_EQ(watcher.received().size(), 1u);
}

// How long it lasts after its connection, in 5.0. [section 3.1.2.11.2]

class SessionExpiry : public testing::Test {
 protected:
  // Whether the Session is still there for a client that comes back.
  bool resumes(std::string_view client_id) {
    mqtt::Connack connack;
    scene.connect(client_id, {.clean_start = false, .session_expiry = 60}, connack);
    return connack.session_present;
  }
  Scene scene;
};

TEST_F(SessionExpiry, IsCountedFromTheEndOfTheConnection) {  // [MQTT-3.1.2-23]
  auto& peer = scene.connect("c", {.session_expiry = 60});
  scene.advance(100s).cut(peer).advance(60s - 1ns);
  EXPECT_TRUE(resumes("c"));
}

TEST_F(SessionExpiry, EndsTheSession) {  // [MQTT-4.1.0-2]
  scene.cut(scene.connect("c", {.session_expiry = 60})).advance(60s);
  EXPECT_EQ(sessions(scene), 0u);
  EXPECT_FALSE(resumes("c"));
}

TEST_F(SessionExpiry, OfZeroEndsItWithTheConnection) {  // [MQTT-4.1.0-2]
  scene.cut(scene.connect("c", {.session_expiry = 0}));
  EXPECT_FALSE(resumes("c"));
}

TEST_F(SessionExpiry, ThatIsAbsentIsZero) {  // [MQTT-4.1.0-2]
  scene.cut(scene.connect("c", {.clean_start = false}));
  EXPECT_FALSE(resumes("c"));
}

TEST_F(SessionExpiry, CanBeNever) {  // [MQTT-3.1.2-23]
  scene.cut(scene.connect("c", {.session_expiry = kForEver})).advance(24h * 365 * 100);
  EXPECT_TRUE(resumes("c"));
}

TEST_F(SessionExpiry, CanBeLongerThanACentury) {  // [MQTT-3.1.2-23]
  scene.cut(scene.connect("c", {.session_expiry = kForEver - 1})).advance(24h * 365 * 100);
  EXPECT_TRUE(resumes("c"));
}

TEST_F(SessionExpiry, StopsWhenTheClientReturns) {  // [MQTT-4.1.0-1]
  scene.cut(scene.connect("c", {.session_expiry = 60})).advance(59s);
  auto& back = scene.connect("c", {.clean_start = false, .session_expiry = 60}).subscribe("t");
  scene.advance(60s);
  scene.connect("publisher").publish("t", "!");
  EXPECT_EQ(back.received(), one("t", "!"));
}

TEST_F(SessionExpiry, IsTheOneOfTheLastConnection) {  // [MQTT-3.1.2-23]
  scene.cut(scene.connect("c", {.session_expiry = 60}));
  scene.cut(scene.connect("c", {.clean_start = false, .session_expiry = 10})).advance(10s);
  EXPECT_FALSE(resumes("c"));
}

TEST_F(SessionExpiry, IsToldAsAnEvent) {
  scene.cut(scene.connect("c", {.session_expiry = 60})).advance(60s);
  const auto ended = scene.events<SessionEnded>();
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].client_id, "c");
  EXPECT_TRUE(ended[0].expired);
  EXPECT_EQ(scene.engine().stats().sessions_expired, 1u);
}

// DISCONNECT may change it. [section 3.14.2.2.2]

TEST_F(SessionExpiry, CanBeShortenedInDisconnect) {
  scene.connect("c", {.session_expiry = 60}).disconnect(ReasonCode::normal_disconnection, 10);
  scene.advance(10s);
  EXPECT_FALSE(resumes("c"));
}

TEST_F(SessionExpiry, CanBeLengthenedInDisconnect) {
  scene.connect("c", {.session_expiry = 10}).disconnect(ReasonCode::normal_disconnection, 60);
  scene.advance(60s - 1ns);
  EXPECT_TRUE(resumes("c"));
}

TEST_F(SessionExpiry, CanBeMadeZeroInDisconnect) {
  scene.connect("c", {.session_expiry = 60}).disconnect(ReasonCode::normal_disconnection, 0);
  EXPECT_EQ(sessions(scene), 0u);
}

TEST_F(SessionExpiry, IsThatOfConnectIfDisconnectIsSilentAboutIt) {
  scene.connect("c", {.session_expiry = 60}).disconnect();
  scene.advance(60s - 1ns);
  EXPECT_TRUE(resumes("c"));
}

TEST_F(SessionExpiry, OfZeroCannotBeRaisedInDisconnect) {  // a Protocol Error [section 3.14.2.2.2]
  auto& peer = scene.connect("c", {.session_expiry = 0});
  peer.disconnect(ReasonCode::normal_disconnection, 60);
  expect_ended(peer, ReasonCode::protocol_error);
  EXPECT_EQ(sessions(scene), 0u);
}

// The broker's own maximum.

class SessionExpiryMaximum : public testing::Test {
 protected:
  static core::EngineOptions at_most(seconds maximum) {
    core::EngineOptions options = Scene::defaults();
    options.limits.session_expiry_maximum = maximum;
    return options;
  }
  static std::optional<std::uint32_t> told(Scene& scene, std::uint32_t asked) {
    mqtt::Connack connack;
    scene.connect("c", {.session_expiry = asked}, connack);
    return connack.properties.number(mqtt::PropertyId::session_expiry_interval);
  }
};

TEST_F(SessionExpiryMaximum, IsToldToWhoAsksForMore) {  // [section 3.2.2.3.2]
  Scene scene(at_most(60s));
  EXPECT_EQ(told(scene, 61), 60u);
  EXPECT_EQ(told(scene, kForEver), 60u);
  EXPECT_EQ(told(scene, 60), std::nullopt);
}

TEST_F(SessionExpiryMaximum, IsInForce) {  // [MQTT-4.1.0-2]
  Scene scene(at_most(60s));
  scene.cut(scene.connect("c", {.session_expiry = 3'600})).advance(60s);
  EXPECT_EQ(sessions(scene), 0u);
}

TEST_F(SessionExpiryMaximum, HoldsForDisconnectToo) {
  Scene scene(at_most(60s));
  scene.connect("c", {.session_expiry = 30}).disconnect(ReasonCode::normal_disconnection, 3'600);
  scene.advance(60s);
  EXPECT_EQ(sessions(scene), 0u);
}

TEST_F(SessionExpiryMaximum,
       OfZeroDoesNotMakeDisconnectAProtocolError) {  // CONNECT's was not zero [section 3.14.2.2.2]
  Scene scene(at_most(0s));
  auto& peer = scene.connect("c", {.session_expiry = 60});
  peer.disconnect(ReasonCode::normal_disconnection, 60);
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
}

TEST_F(SessionExpiryMaximum, EndsTheSessionsOf311Too) {
  Scene scene(at_most(60s));
  scene.cut(scene.connect("c", {.version = ProtocolVersion::v3_1_1, .clean_start = false})).advance(60s);
  EXPECT_EQ(sessions(scene), 0u);
}

// Versions may change from connection to connection.

TEST(SessionAcrossVersions, IsTheSame) {  // [MQTT-3.1.3-2] [MQTT3-3.1.3-2]
  Scene scene;
  scene.cut(scene.connect("c", {.version = ProtocolVersion::v3_1_1, .clean_start = false}).subscribe("t"));
  auto& back = scene.connect("c", {.clean_start = false});
  scene.connect("publisher").publish("t", "!");
  EXPECT_EQ(back.received(), one("t", "!"));
}

TEST(SessionAcrossVersions, LastsAsLongAsTheLastVersionSays) {  // [MQTT-4.1.0-2]
  Scene scene;
  scene.cut(scene.connect("c", {.version = ProtocolVersion::v3_1_1, .clean_start = false}));
  scene.cut(scene.connect("c", {.clean_start = false}));
  EXPECT_EQ(sessions(scene), 0u);
}

}  // namespace
}  // namespace pint::test
