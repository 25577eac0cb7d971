// Takeover: a second connection with the Client Identifier of the first. [section 3.1.4]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"

namespace pint::test {
namespace {

using enum QoS;

class Takeover : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Takeover, kEachVersion, version_name);

TEST_P(Takeover, EndsTheOlderConnection) {  // [MQTT-3.1.4-3] [MQTT3-3.1.4-2]
  auto& older = connect("c");
  auto& newer = connect("c");
  expect_ended(older, ReasonCode::session_taken_over);
  EXPECT_FALSE(newer.closed());
}

TEST_P(Takeover, IsToldAsTheCauseOfTheDisconnection) {
  connect("c");
  connect("c");
  const auto gone = scene.events<ClientDisconnected>();
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].cause, DisconnectCause::taken_over);
  EXPECT_EQ(scene.engine().stats().clients_connected, 1u);
}

TEST_P(Takeover, GoesOnWithTheSession) {  // [MQTT-3.1.2-5] [MQTT3-3.1.2-4]
  connect_to_session("c").subscribe("t");
  auto& newer = connect_to_session("c");
  connect("publisher").publish("t", "!");
  EXPECT_EQ(newer.received(), one("t", "!"));
}

TEST_P(Takeover, WithCleanStartBeginsAnotherSession) {  // [MQTT-3.1.2-4] [MQTT3-3.1.2-6]
  connect_to_session("c").subscribe("t");
  auto& newer = connect("c");
  connect("publisher").publish("t", "!");
  EXPECT_TRUE(newer.silent());
}

TEST_P(Takeover, BringsWhatTheOlderConnectionDidNotAcknowledge) {  // [MQTT-4.1.0-1] [MQTT3-4.1.0-1]
  auto& older = connect_to_session("c").manual().subscribe("t");
  connect("publisher").publish("t", "!", at_least_once);
  EXPECT_EQ(older.received().size(), 1u);
  EXPECT_EQ(connect_to_session("c").received(), (Arrivals{{"t", "!", at_least_once, false, true}}));
}

TEST_P(Takeover, IsNotDisturbedByWhatTheOlderConnectionStillSends) {  // [MQTT-3.14.4-2]
  auto& watcher = connect("watcher").subscribe("#");
  auto& older = connect_to_session("c");
  auto& newer = connect_to_session("c");
  scene.engine().receive(older.id(), as_bytes("\xE0\x00"sv), scene.now());
  scene.engine().receive(older.id(), as_bytes("\x30\x04\x00\x01t!"sv), scene.now());
  scene.settle();
  EXPECT_FALSE(newer.closed());
  EXPECT_TRUE(watcher.silent());
}

TEST_P(Takeover, IsNotDisturbedByTheOlderConnectionsTimers) {  // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
  connect("c", {.keep_alive = 10, .session_expiry = 5});
  auto& newer = connect("c", {.clean_start = false, .session_expiry = 5});
  scene.advance(1h);
  EXPECT_FALSE(newer.closed());
  EXPECT_EQ(scene.engine().stats().sessions, 1u);
}

TEST_P(Takeover, CanHappenAgainAndAgain) {  // [MQTT-3.1.4-3] [MQTT3-3.1.4-2]
  auto& first = connect_to_session("c");
  auto& second = connect_to_session("c");
  auto& third = connect_to_session("c");
  expect_ended(first, ReasonCode::session_taken_over);
  expect_ended(second, ReasonCode::session_taken_over);
  EXPECT_FALSE(third.closed());
}

TEST_P(Takeover, DoesNotTouchOtherClients) {
  auto& other = connect("C").subscribe("t");
  connect("c");
  connect("c").publish("t", "!");
  EXPECT_EQ(other.received(), one("t", "!"));
}

TEST(TakeoverAcrossVersions, SpeaksToEachInItsOwn) {  // [MQTT-3.1.4-3] [MQTT3-3.1.4-2]
  Scene scene;
  auto& old = scene.connect("c", {.version = ProtocolVersion::v3_1_1});
  auto& recent = scene.connect("c");
  scene.connect("c", {.version = ProtocolVersion::v3_1});
  expect_ended(old, ReasonCode::session_taken_over);
  expect_ended(recent, ReasonCode::session_taken_over);
}

// The older connection's Will. [section 3.1.4] It is sent unless its delay gives the new connection time to
// cancel it.

struct OldWill {
  std::string name;
  std::optional<seconds> delay;
  std::uint32_t session_expiry = 60;
  bool clean_start = false;  // of the newer connection
  bool sent = true;
};

class WillOfTheOlderConnection : public testing::TestWithParam<OldWill> {};

TEST_P(WillOfTheOlderConnection, IsSentUnlessItsDelayIsCutOff) {  // [MQTT-3.1.2-8] [MQTT-3.1.3-9]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("gone");
  scene.connect("c", {.will = WillTerms{.topic = "gone", .payload = "!", .delay = GetParam().delay},
                      .session_expiry = GetParam().session_expiry});
  scene.connect("c", {.clean_start = GetParam().clean_start, .session_expiry = 60});
  scene.advance(1h);
  EXPECT_EQ(watcher.received(), GetParam().sent ? one("gone", "!") : Arrivals{});
}

INSTANTIATE_TEST_SUITE_P(
    , WillOfTheOlderConnection,
    testing::Values(OldWill{.name = "WithoutDelay", .delay = std::nullopt},
                    OldWill{.name = "WithDelayZero", .delay = 0s},
                    OldWill{.name = "WithDelay", .delay = 10s, .sent = false},
                    OldWill{.name = "WithDelayAndCleanStart", .delay = 10s, .clean_start = true},
                    OldWill{.name = "WithDelayInASessionThatEnds", .delay = 10s, .session_expiry = 0}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace pint::test
