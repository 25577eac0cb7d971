// Questions: clients(), retained(), stats().
#include <gtest/gtest.h>

#include <algorithm>

#include <pint/broker.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

class Questions : public testing::Test {
 protected:
  Questions() { broker_.start(); }

  [[nodiscard]] std::uint64_t limit(std::string_view name) const {
    const Stats stats = broker_.stats();
    const auto found = std::ranges::find(stats.limits, name, &Stats::LimitHit::limit);
    return found == stats.limits.end() ? ~std::uint64_t{0} : found->count;
  }

  Broker broker_{{.listeners = {Listener::tcp(0)}}};
};

TEST_F(Questions, ClientsAreSortedAndTellTheirSubscriptions) {
  WireClient b(broker_.port());
  WireClient a(broker_.port());
  b.connect("b", {.user_name = "bob"});
  a.connect("a");
  b.subscribe("y", QoS::at_least_once);
  b.subscribe("x");
  const std::vector<ClientState> clients = broker_.clients();
  ASSERT_EQ(clients.size(), 2u);
  EXPECT_EQ(clients[0].client.client_id, "a");
  EXPECT_EQ(clients[1].client.client_id, "b");
  EXPECT_EQ(clients[1].client.user_name, "bob");
  EXPECT_EQ(clients[1].client.remote_address, b.local_address());
  EXPECT_TRUE(clients[1].connected);
  ASSERT_EQ(clients[1].subscriptions.size(), 2u);
  EXPECT_EQ(clients[1].subscriptions[0].topic_filter, "x");
  EXPECT_EQ(clients[1].subscriptions[1].qos, QoS::at_least_once);
}

TEST_F(Questions, SeeWhatWasPublishedBefore) {
  broker_.publish({.topic = "b/1", .payload = "1", .retain = true});
  broker_.publish({.topic = "a/1", .payload = "2", .retain = true});
  const std::vector<Message> all = broker_.retained();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].topic, "a/1");
  EXPECT_EQ(all[1].topic, "b/1");
  EXPECT_EQ(broker_.retained("b/+").size(), 1u);
  EXPECT_TRUE(broker_.retained("not/#/valid").empty());
  broker_.publish({.topic = "b/1", .payload = "", .retain = true});  // [MQTT-3.3.1-6]
  EXPECT_EQ(broker_.retained().size(), 1u);
}

TEST_F(Questions, StatsCount) {
  WireClient client(broker_.port());
  client.connect("c");
  client.subscribe("a");
  client.publish("a", "1");
  client.expect<mqtt::Publish>();
  const Stats stats = broker_.stats();
  EXPECT_EQ(stats.connections_accepted, 1u);
  EXPECT_EQ(stats.clients_connected, 1u);
  EXPECT_EQ(stats.subscriptions, 1u);
  EXPECT_EQ(stats.publishes_received, 1u);
  EXPECT_EQ(stats.publishes_sent, 1u);
  EXPECT_GT(stats.bytes_received, 0u);
  EXPECT_EQ(limit("file_descriptors"), 0u);
  EXPECT_EQ(limit("connections"), 0u);
}

TEST_F(Questions, ConnectionsOverTheLimitAreRefusedAndCounted) {
  Broker broker({.listeners = {Listener::tcp(0)}, .limits = {.connections = 1}});
  broker.start();
  WireClient first(broker.port());
  first.connect("first");
  WireClient second(broker.port());
  EXPECT_EQ(second.connect("second").reason, ReasonCode::connection_rate_exceeded);
  second.expect_close();
  WireClient third(broker.port(), {.version = ProtocolVersion::v3_1_1});
  EXPECT_EQ(third.connect("third").reason, ReasonCode::server_unavailable);  // return code 3
  third.expect_close();
  first.ping();
  first.send(mqtt::Disconnect{}).expect_close();
  EXPECT_EQ(WireClient(broker.port()).connect("fourth").reason, ReasonCode::success);
}

}  // namespace
}  // namespace pint::test
