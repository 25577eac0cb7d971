// Keep Alive: who is silent too long is gone. And PINGREQ, which breaks the silence. [section 3.1.2.10]
// [section 3.12]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"

namespace pint::test {
namespace {

using mqtt::PacketId;
using mqtt::PropertyId;

class KeepAlive : public EachVersion {
 protected:
  Peer& connect_for(std::uint16_t keep_alive) { return connect("c", {.keep_alive = keep_alive}); }
};
INSTANTIATE_TEST_SUITE_P(, KeepAlive, kEachVersion, version_name);

// [MQTT-3.1.2-22] [MQTT3-3.1.2-24] [MQTT-3.1.2-20] [MQTT3-3.1.2-23] [MQTT-3.2.2-22]
TEST_P(KeepAlive, EndsTheConnectionAfterOneAndAHalfTimesItsLength) {
  auto& peer = connect_for(10);
  scene.advance(15s - 1ns);
  EXPECT_FALSE(peer.closed());
  scene.advance(1ns);
  expect_ended(peer, ReasonCode::keep_alive_timeout);
}

TEST_P(KeepAlive, IsToldAsTheCause) {
  connect_for(10);
  scene.advance(15s);
  const auto gone = scene.events<ClientDisconnected>();
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].cause, DisconnectCause::keep_alive_timeout);
}

TEST_P(KeepAlive, CanBeOneSecond) {  // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
  auto& peer = connect_for(1);
  scene.advance(1500ms - 1ns);
  EXPECT_FALSE(peer.closed());
  scene.advance(1ns);
  EXPECT_TRUE(peer.closed());
}

TEST_P(KeepAlive, CanBeAsLongAsTheProtocolAllows) {  // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
  auto& peer = connect_for(65'535);
  scene.advance(98'302'500ms - 1ns);
  EXPECT_FALSE(peer.closed());
  scene.advance(1ns);
  EXPECT_TRUE(peer.closed());
}

TEST_P(KeepAlive, OfZeroIsOff) {  // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
  auto& peer = connect_for(0);
  scene.advance(24h * 365);
  EXPECT_FALSE(peer.closed());
}

TEST_P(KeepAlive, EndsOnlyTheSilentClient) {
  connect_for(10);
  auto& other = connect("other");
  scene.advance(15s);
  EXPECT_FALSE(other.closed());
  EXPECT_TRUE(other.silent());
}

TEST_P(KeepAlive, BeginsAnewEveryTime) {  // [MQTT-3.1.2-20] [MQTT3-3.1.2-23]
  auto& peer = connect_for(10);
  for (int i = 0; i < 5; ++i) {
    scene.advance(10s);
    peer.send(mqtt::Pingreq{});
    peer.expect<mqtt::Pingresp>();
  }
  scene.advance(15s - 1ns);
  EXPECT_FALSE(peer.closed());
  scene.advance(1ns);
  EXPECT_TRUE(peer.closed());
}

// What feeds it: every whole packet from the client, and nothing else.

struct Sign {
  std::string name;
  mqtt::Packet packet;
};

class SignOfLife : public testing::TestWithParam<std::tuple<Sign, ProtocolVersion>> {};

TEST_P(SignOfLife, IsAnyPacketFromTheClient) {  // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
  const auto& [sign, version] = GetParam();
  Scene scene;
  auto& peer = scene.connect("c", {.version = version, .keep_alive = 10});
  scene.advance(10s);
  peer.send(sign.packet);
  scene.advance(15s - 1ns);
  EXPECT_FALSE(peer.closed());
  scene.advance(1ns);
  EXPECT_TRUE(peer.closed());
}

INSTANTIATE_TEST_SUITE_P(
    , SignOfLife,
    testing::Combine(testing::Values(Sign{"Pingreq", mqtt::Pingreq{}},
                                     Sign{"Publish", mqtt::Publish{.topic = "t", .payload = {}}},
                                     Sign{"Puback", mqtt::Puback{.packet_id = PacketId{1}}},
                                     Sign{"Pubrel", mqtt::Pubrel{.packet_id = PacketId{1}}},
                                     Sign{"Subscribe",
                                          mqtt::Subscribe{.packet_id = PacketId{1}, .requests = {{"t", {}}}}},
                                     Sign{"Unsubscribe", mqtt::Unsubscribe{.packet_id = PacketId{1},
                                                                           .topic_filters = {"t"}}}),
                     kEachVersion),
    [](const auto& row) {
      return std::get<0>(row.param).name + "_" + version_name({std::get<1>(row.param), 0});
    });

TEST_P(KeepAlive, IsNotFedByWhatTheClientReceives) {  // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
  auto& peer = connect_for(10).subscribe("t");
  auto& publisher = connect("publisher");
  scene.advance(10s);
  publisher.publish("t", "!");
  scene.advance(5s);
  EXPECT_EQ(peer.received(), one("t", "!"));
  EXPECT_TRUE(peer.closed());
}

TEST_P(KeepAlive, IsNotFedByHalfAPacket) {  // [MQTT-3.1.2-22] [MQTT3-3.1.2-24]
  auto& peer = connect_for(10);
  scene.advance(10s);
  peer.send_raw("\x30\x05\x00\x01"sv);
  scene.advance(5s);
  EXPECT_TRUE(peer.closed());
}

TEST_P(KeepAlive, CanBeEndedByTheApplication) {
  auto& peer = connect_for(10);
  EXPECT_TRUE(scene.engine().expire_keep_alive("c", scene.now()));
  scene.settle();
  expect_ended(peer, ReasonCode::keep_alive_timeout);
  EXPECT_FALSE(scene.engine().expire_keep_alive("c", scene.now()));
}

// Server Keep Alive. [section 3.2.2.3.14]

class ServerKeepAlive : public testing::Test {
 protected:
  static core::EngineOptions at_most(seconds maximum) {
    core::EngineOptions options = Scene::defaults();
    options.limits.keep_alive_maximum = maximum;
    return options;
  }
  std::optional<std::uint32_t> told(std::uint16_t asked) {
    mqtt::Connack connack;
    scene.connect("c", {.keep_alive = asked}, connack);
    return connack.properties.number(PropertyId::server_keep_alive);
  }
  Scene scene{at_most(20s)};
};

TEST_F(ServerKeepAlive, IsToldToWhoAsksForMoreThanTheMaximum) {  // [MQTT-3.1.2-21]
  EXPECT_EQ(told(21), 20u);
  EXPECT_EQ(told(0), 20u);
}

TEST_F(ServerKeepAlive, IsNotToldToWhoKeepsToIt) {  // [MQTT-3.2.2-22]
  EXPECT_EQ(told(20), std::nullopt);
  EXPECT_EQ(told(1), std::nullopt);
}

TEST_F(ServerKeepAlive, ReplacesTheClientsOwn) {  // [MQTT-3.1.2-21] [MQTT-3.2.2-21]
  auto& peer = scene.connect("c", {.keep_alive = 600});
  scene.advance(30s - 1ns);
  EXPECT_FALSE(peer.closed());
  scene.advance(1ns);
  expect_ended(peer, ReasonCode::keep_alive_timeout);
}

TEST_F(ServerKeepAlive, DoesNotLengthenAShorterOne) {  // [MQTT-3.2.2-22]
  auto& peer = scene.connect("c", {.keep_alive = 10});
  scene.advance(15s);
  EXPECT_TRUE(peer.closed());
}

TEST_F(ServerKeepAlive, IsNotForcedOnClientsThatCannotBeTold) {  // 3.x has no such property
  auto& peer = scene.connect("c", {.version = ProtocolVersion::v3_1_1, .keep_alive = 600});
  scene.advance(900s - 1ns);
  EXPECT_FALSE(peer.closed());
}

// PINGREQ.

class Ping : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Ping, kEachVersion, version_name);

TEST_P(Ping, IsAnswered) {  // [MQTT-3.12.4-1] [MQTT3-3.12.4-1]
  auto& peer = connect("c");
  peer.send_raw("\xC0\x00"sv);
  EXPECT_EQ(peer.received_bytes(), "\xD0\x00"s);
}

TEST_P(Ping, IsAnsweredEachTime) {  // [MQTT-3.12.4-1] [MQTT3-3.12.4-1]
  auto& peer = connect("c");
  peer.send_raw("\xC0\x00\xC0\x00"sv);
  EXPECT_EQ(peer.received_bytes(), "\xD0\x00\xD0\x00"s);
}

}  // namespace
}  // namespace pint::test
