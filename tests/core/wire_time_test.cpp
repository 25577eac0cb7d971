// A host whose broker time is not the time its clients live in: Keep Alive and the connect timeout go by wire
// time, everything else by broker time.
#include <optional>

#include "support/scene.hpp"

namespace pint::test {
namespace {

core::EngineOptions separate() {
  core::EngineOptions options = Scene::defaults();
  options.separate_wire_time = true;
  return options;
}

class WireTime : public testing::Test {
 protected:
  WireTime() { engine_.set_wire_time(wire_); }
  // So much wire time passes, and no broker time.
  void pass(Duration duration) {
    engine_.set_wire_time(wire_ += duration);
    engine_.tick(scene_.now());
    scene_.settle();
  }
  Scene scene_{separate()};
  core::Engine& engine_ = scene_.engine();
  Time wire_{std::chrono::hours{1}};
};

TEST_F(WireTime, IsWhatKeepAliveGoesBy) {  // [MQTT-3.1.2-22]
  Peer& client = scene_.connect("c", {.keep_alive = 10});
  EXPECT_EQ(engine_.next_wire_deadline(), wire_ + 15s);
  scene_.advance(24h);
  EXPECT_FALSE(client.closed());
  pass(15s - 1ns);
  EXPECT_FALSE(client.closed());
  pass(1ns);
  expect_ended(client, ReasonCode::keep_alive_timeout);
  EXPECT_EQ(engine_.next_wire_deadline(), std::nullopt);
}

TEST_F(WireTime, CountsKeepAliveFromTheLastPacket) {  // [MQTT-3.1.2-22]
  Peer& client = scene_.connect("c", {.keep_alive = 10});
  pass(14s);
  client.send(mqtt::Pingreq{}).expect<mqtt::Pingresp>();
  pass(14s);
  EXPECT_FALSE(client.closed());
  pass(1s);
  EXPECT_TRUE(client.closed());
}

TEST_F(WireTime, IsWhatTheConnectTimeoutGoesBy) {
  Peer& client = scene_.open();
  scene_.advance(24h);
  EXPECT_FALSE(client.closed());
  pass(10s);
  EXPECT_TRUE(client.closed());
}

// Sockets do not wait for a test that lets broker time stand still.
TEST_F(WireTime, IsWhatHoldingPublishersGoesBy) {
  scene_.connect("slow").subscribe("t").stop_reading();
  Peer& publisher = scene_.connect("publisher");
  while (engine_.wants_bytes(publisher.id())) publisher.publish("t", std::string(100'000, 'x'));
  scene_.advance(24h);
  EXPECT_FALSE(engine_.wants_bytes(publisher.id()));
  EXPECT_EQ(engine_.next_wire_deadline(), wire_ + 1s);
  pass(1s);
  EXPECT_TRUE(engine_.wants_bytes(publisher.id()));
}

TEST_F(WireTime, IsNotWhatSessionsGoBy) {  // [MQTT-3.1.2-23]
  scene_.cut(scene_.connect("c", {.session_expiry = 60}));
  pass(24h);
  EXPECT_EQ(engine_.clients().size(), 1u);
  scene_.advance(60s);
  EXPECT_TRUE(engine_.clients().empty());
}

TEST_F(WireTime, ADisconnectedClientLeavesNoDeadline) {
  scene_.connect("c", {.keep_alive = 10}).disconnect();
  EXPECT_EQ(engine_.next_wire_deadline(), std::nullopt);
}

TEST(BrokerTime, IsTheWiresTooUnlessToldOtherwise) {  // [MQTT-3.1.2-22]
  Scene scene;
  Peer& client = scene.connect("c", {.keep_alive = 10});
  EXPECT_EQ(scene.engine().next_wire_deadline(), std::nullopt);
  scene.engine().set_wire_time(Time{std::chrono::hours{1'000}});
  scene.engine().tick(scene.now());
  EXPECT_FALSE(client.closed());
  scene.advance(15s);
  EXPECT_TRUE(client.closed());
}

}  // namespace
}  // namespace pint::test
