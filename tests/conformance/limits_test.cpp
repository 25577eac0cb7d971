// Limits on connections, and what clients are told of the limits in CONNACK. Others stand with what they
// limit: packet_size_test.cpp, flow_control_test.cpp, alias_test.cpp, keep_alive_test.cpp, session_test.cpp,
// rule_test.cpp; and what the broker holds for clients in overload_test.cpp.
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"

namespace pint::test {
namespace {

using mqtt::PropertyId;
using enum ReasonCode;

core::EngineOptions with(const Limits& limits) {
  core::EngineOptions options = Scene::defaults();
  options.limits = limits;
  return options;
}

TEST(Limit, IsCountedEachTimeAndToldOnceATurn) {
  Scene scene(with({.queue_messages = 1}));
  scene.cut(scene.connect("away", {.session_expiry = 60}).subscribe("t"));
  const std::string publish = "\x32\x07\x00\x01t\x00\x01\x00!"s;
  scene.connect("publisher").send_raw(publish + publish + publish);
  EXPECT_EQ(scene.limit_hits("queue_messages"), 2u);
  const auto told_of = scene.events<LimitReached>();
  ASSERT_EQ(told_of.size(), 1u);
  EXPECT_EQ(told_of[0].limit, "queue_messages");
  EXPECT_EQ(told_of[0].client_id, "away");
}

// connections

class ConnectionsLimit : public EachVersion {
 protected:
  ConnectionsLimit() : EachVersion(with({.connections = 2})) {}
  // Connection rate exceeded; the nearest 3.x has is Server unavailable.
  static ReasonCode too_many() {
    return GetParam() == ProtocolVersion::v5 ? connection_rate_exceeded : server_unavailable;
  }
};
INSTANTIATE_TEST_SUITE_P(, ConnectionsLimit, kEachVersion, version_name);

TEST_P(ConnectionsLimit, RefusesOneMore) {  // [MQTT-3.1.4-2] [MQTT3-3.2.2-5]
  connect("one");
  connect("two");
  EXPECT_EQ(scene.refused("three", {.version = GetParam()}), too_many());
  EXPECT_EQ(scene.limit_hits("connections"), 1u);
}

TEST_P(ConnectionsLimit, LeavesThoseThatAreThereAlone) {
  auto& watcher = connect("one").subscribe("t");
  auto& publisher = connect("two");
  scene.refused("three", {.version = GetParam()});
  publisher.publish("t", "!");
  EXPECT_EQ(watcher.received(), one("t", "!"));
}

TEST_P(ConnectionsLimit, HasRoomAgainWhenOneHasLeft) {
  scene.cut(connect("one"));
  connect("two");
  connect("three");
  EXPECT_EQ(scene.limit_hits("connections"), 0u);
}

TEST_P(ConnectionsLimit,
       KeepsOnlyAFewForAnAnswer) {  // a flood of connections that say nothing costs no more than that
  std::vector<Peer*> silent;
  for (int i = 0; i < 2 + 64; ++i) silent.push_back(&scene.open(GetParam()));
  EXPECT_FALSE(silent.back()->closed());
  EXPECT_TRUE(scene.open(GetParam()).closed());
  EXPECT_EQ(scene.limit_hits("connections"), 1u);
}

// connect_timeout

class ConnectTimeout : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, ConnectTimeout, kEachVersion, version_name);

TEST_P(ConnectTimeout, EndsAConnectionThatSaysNothing) {
  auto& peer = scene.open(GetParam());
  scene.advance(10s - 1ns);
  EXPECT_FALSE(peer.closed());
  scene.advance(1ns);
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(scene.limit_hits("connect_timeout"), 1u);
  EXPECT_EQ(scene.events<ConnectRefused>().size(), 1u);
}

TEST_P(ConnectTimeout, EndsAConnectionThatSaysHalfAConnect) {
  auto& peer = scene.open(GetParam());
  scene.advance(9s);
  peer.send_raw(raw_connect(GetParam(), 0x02, raw_text("c")).substr(0, 8));
  scene.advance(1s);
  EXPECT_TRUE(peer.closed());
}

TEST_P(ConnectTimeout, IsOverOnceConnectHasCome) {
  auto& peer = connect("c");
  scene.advance(24h);
  EXPECT_FALSE(peer.closed());
}

TEST(ConnectTimeoutOption, IsInForce) {
  Scene scene(with({.connect_timeout = 500ms}));
  auto& peer = scene.open();
  scene.advance(500ms);
  EXPECT_TRUE(peer.closed());
}

// maximum_packet_size

class ConnectThatIsTooLarge : public EachVersion {
 protected:
  ConnectThatIsTooLarge() : EachVersion(with({.maximum_packet_size = 100})) {}
};
INSTANTIATE_TEST_SUITE_P(, ConnectThatIsTooLarge, kEachVersion, version_name);

TEST_P(ConnectThatIsTooLarge, EndsTheConnectionAsSoonAsItsSizeIsKnown) {  // [MQTT-3.1.4-1] [MQTT3-4.8.0-2]
  auto& peer = scene.open(GetParam());
  peer.send_raw(raw_connect(GetParam(), 0x02, raw_text(std::string(100, 'c'))).substr(0, 2));
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(scene.limit_hits("maximum_packet_size"), 1u);
}

// CONNACK tells 5.0 clients what differs from the protocol's own maximum. [section 3.2.2.3]

struct ToldLimit {
  std::string name;
  Limits limits;
  PropertyId id;
  std::optional<std::uint32_t> told;
};

class LimitInConnack : public testing::TestWithParam<ToldLimit> {};

TEST_P(LimitInConnack, IsTold) {  // [MQTT-3.2.2-15] [MQTT-3.2.2-17] [MQTT-3.2.2-18]
  Scene scene(with(GetParam().limits));
  mqtt::Connack connack;
  scene.connect("c", {}, connack);
  EXPECT_EQ(connack.properties.number(GetParam().id), GetParam().told);
}

INSTANTIATE_TEST_SUITE_P(
    , LimitInConnack,
    testing::Values(
        ToldLimit{"MaximumPacketSize", {.maximum_packet_size = 100}, PropertyId::maximum_packet_size, 100},
        ToldLimit{"MaximumPacketSizeOfTheProtocol", {}, PropertyId::maximum_packet_size, std::nullopt},
        ToldLimit{"ReceiveMaximum", {.receive_maximum = 2}, PropertyId::receive_maximum, 2},
        ToldLimit{"ReceiveMaximumOfTheProtocol", {}, PropertyId::receive_maximum, std::nullopt},
        ToldLimit{"TopicAliasMaximum", {.topic_alias_maximum = 2}, PropertyId::topic_alias_maximum, 2},
        ToldLimit{"TopicAliasMaximumOfTheProtocol",
                  {.topic_alias_maximum = 0},
                  PropertyId::topic_alias_maximum,
                  std::nullopt}),
    [](const auto& row) { return row.param.name; });

// Every limit has a default that binds: nothing is unbounded unless somebody asks for it. (0 s of Keep Alive
// means any, as the protocol has it.)

TEST(LimitDefaults, AreAllAboveNothing) {
  const Limits limits;
  EXPECT_GT(limits.connections, 0u);
  EXPECT_GT(limits.connect_timeout.count(), 0);
  EXPECT_GT(limits.maximum_packet_size, 0u);
  EXPECT_GT(limits.receive_maximum, 0u);
  EXPECT_GT(limits.inflight, 0u);
  EXPECT_GT(limits.queue_messages, 0u);
  EXPECT_GT(limits.queue_bytes, 0u);
  EXPECT_GT(limits.outbox_bytes, 0u);
  EXPECT_GT(limits.subscriptions_per_client, 0u);
  EXPECT_GT(limits.retained_messages, 0u);
  EXPECT_GT(limits.memory_bytes, limits.queue_bytes);
  EXPECT_GT(limits.mailbox_bytes, 0u);
  EXPECT_GT(limits.rule_hops, 0u);
}

}  // namespace
}  // namespace pint::test
