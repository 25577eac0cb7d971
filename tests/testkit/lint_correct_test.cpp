// Correct clients against the engine itself, in virtual time: the lint has nothing to say about them. Each
// story also shows that the lint was awake: it ends with a mistake, which is found.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "linted_scene.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using enum ProtocolVersion;
using enum QoS;

// The mistake at the end of a story.
void expect_awake(LintedScene& scene, Peer& peer) {
  peer.send(mqtt::Pubrel{.packet_id = mqtt::PacketId{999}});
  const auto found = scene.found();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("pubrel-unknown"), std::string::npos) << found[0];
}

class LintOfCorrectClients : public testing::TestWithParam<ProtocolVersion> {
 protected:
  LintedScene scene;
  ConnectTerms kept() const {
    ConnectTerms terms{.version = GetParam(), .clean_start = false, .keep_alive = 60};
    if (GetParam() == v5) terms.session_expiry = 3600;
    return terms;
  }
};

INSTANTIATE_TEST_SUITE_P(, LintOfCorrectClients, testing::Values(v3_1, v3_1_1, v5), [](const auto& version) {
  return version.param == v3_1 ? "V3_1" : version.param == v3_1_1 ? "V3_1_1" : "V5";
});

TEST_P(LintOfCorrectClients, HasNothingToSayOfEveryQos) {
  Peer& peer = scene.connect("dev-1", {.version = GetParam(), .keep_alive = 60});
  peer.subscribe("a/#");
  for (const QoS qos : {at_most_once, at_least_once, exactly_once, at_least_once, exactly_once}) {
    peer.publish("a/b", "x", qos);
  }
  EXPECT_EQ(peer.received().size(), 5u);
  peer.unsubscribe("a/#");
  EXPECT_EQ(scene.found(), Nothing{});
  expect_awake(scene, peer);
}

TEST_P(LintOfCorrectClients, HasNothingToSayOfARedeliveryToTheClient) {
  Peer& first = scene.connect("dev-1", kept()).manual();
  first.subscribe("a/#");
  for (const QoS qos : {at_least_once, exactly_once, at_least_once}) {
    scene.publish({.topic = "a/b", .payload = "x", .qos = qos});
  }
  first.send(mqtt::Pubrec{.packet_id = mqtt::PacketId{2}});  // its PUBREL gets lost
  scene.cut(first);
  Peer& second = scene.connect("dev-1", kept());
  EXPECT_EQ(second.received().size(), 2u);
  second.disconnect();
  EXPECT_EQ(scene.found(), Nothing{});
  expect_awake(scene, scene.connect("dev-1", kept()));
}

TEST_P(LintOfCorrectClients, HasNothingToSayOfAResendByTheClient) {
  Peer& first = scene.connect("dev-1", kept()).manual();
  first.publish({.topic = "a", .payload = "1", .qos = at_least_once, .packet_id = 1});
  first.publish({.topic = "a", .payload = "2", .qos = exactly_once, .packet_id = 2});
  first.publish({.topic = "a", .payload = "3", .qos = exactly_once, .packet_id = 3});
  first.send(mqtt::Pubrel{.packet_id = mqtt::PacketId{2}});
  scene.cut(first);  // PUBACK 1, PUBREC 3 and PUBCOMP 2 get lost
  Peer& second = scene.connect("dev-1", kept()).manual();
  second.publish({.topic = "a", .payload = "1", .qos = at_least_once, .duplicate = true, .packet_id = 1});
  second.send(mqtt::Pubrel{.packet_id = mqtt::PacketId{2}});
  second.publish({.topic = "a", .payload = "3", .qos = exactly_once, .duplicate = true, .packet_id = 3});
  second.send(mqtt::Pubrel{.packet_id = mqtt::PacketId{3}});
  second.publish({.topic = "a", .payload = "4", .qos = at_least_once, .packet_id = 1});
  second.disconnect();
  EXPECT_EQ(scene.found(), Nothing{});
  expect_awake(scene, scene.connect("dev-1", kept()));
}

TEST_P(LintOfCorrectClients, HasNothingToSayOfAClientThatPingsInTime) {
  Peer& peer = scene.connect("dev-1", {.version = GetParam(), .keep_alive = 10});
  for (int i = 0; i < 20; ++i) {
    scene.pass(10s);
    peer.send(mqtt::Pingreq{}).expect<mqtt::Pingresp>();
  }
  EXPECT_EQ(scene.found(), Nothing{});
  expect_awake(scene, peer);
}

TEST_P(LintOfCorrectClients, HasNothingToSayOfATakeoverByItself) {
  scene.connect("dev-1", kept());
  Peer& peer = scene.connect("dev-1", kept());
  EXPECT_EQ(scene.found(), Nothing{});
  expect_awake(scene, peer);
}

TEST_P(LintOfCorrectClients, FindsAClientThatTheBrokerHasToGiveUp) {
  scene.connect("dev-1", {.version = GetParam(), .keep_alive = 10});
  scene.pass(16s);
  const auto found = scene.found();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0].find("keep-alive-overrun"), std::string::npos) << found[0];
}

TEST(LintOfCorrectV5Clients, HasNothingToSayOfAliases) {
  LintedScene scene;
  Peer& peer = scene.connect("dev-1");
  for (const std::string topic : {"a", "", "b", ""}) {
    mqtt::PropertyList alias;
    alias.add(mqtt::PropertyId::topic_alias, 2);
    peer.publish({.topic = topic, .payload = "x", .properties = alias});
  }
  EXPECT_EQ(scene.found(), Nothing{});
  expect_awake(scene, peer);
}

TEST(LintOfCorrectV5Clients, HasNothingToSayOfAFullReceiveMaximum) {
  LintedScene scene;
  Peer& peer = scene.connect("dev-1").manual();
  for (std::uint16_t id = 1; id <= 3; ++id) {
    peer.publish({.topic = "a", .payload = "x", .qos = exactly_once, .packet_id = id});
  }
  peer.send(mqtt::Pubrel{.packet_id = mqtt::PacketId{1}});
  peer.publish({.topic = "a", .payload = "y", .qos = exactly_once, .packet_id = 4});
  EXPECT_EQ(scene.found(), Nothing{});
  peer.publish({.topic = "a", .payload = "z", .qos = exactly_once, .packet_id = 5});
  const auto found = scene.found();
  ASSERT_EQ(found.size(), 1u) << "the broker's own objection is the same finding";
  EXPECT_NE(found[0].find("receive-maximum"), std::string::npos) << found[0];
}

}  // namespace
}  // namespace pint::testkit::test
