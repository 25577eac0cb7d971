// The Policy: what it is asked, and what its answers do. Null and the default allow everything. (Enhanced
// authentication: auth_test.cpp. A PUBLISH it refuses: publish_test.cpp.)
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"
#include "support/scripted_policy.hpp"

namespace pint::test {
namespace {

using enum QoS;
using enum ReasonCode;
using PublishAsked = ScriptedPolicy::PublishAsked;
using SubscribeAsked = ScriptedPolicy::SubscribeAsked;

class Asked : public EachVersion {
 protected:
  Asked() : EachVersion(Scene::defaults(), &policy) {}
  ScriptedPolicy policy;
};
INSTANTIATE_TEST_SUITE_P(, Asked, kEachVersion, version_name);

// CONNECT.

TEST_P(Asked, AboutAConnectWithAllItSays) {  // [MQTT-3.1.4-2]
  auto& peer = connect("c", {.clean_start = false, .user_name = "user", .password = "secret"});
  ASSERT_EQ(policy.connects.size(), 1u);
  const auto& asked = policy.connects[0];
  EXPECT_EQ(asked.client_id, "c");
  EXPECT_EQ(asked.user_name, "user");
  EXPECT_EQ(asked.password, "secret");
  EXPECT_EQ(asked.version, GetParam());
  EXPECT_FALSE(asked.clean_start);
  EXPECT_EQ(asked.remote_address, scene.events<ClientConnected>().at(0).client.remote_address);
  EXPECT_FALSE(peer.closed());
}

TEST_P(Asked, NothingAboutAConnectThatIsMalformed) {  // [MQTT-3.1.4-1] [MQTT3-3.1.4-1]
  scene.open(GetParam()).send_raw(raw_connect(GetParam(), 0x03, raw_text("c")));
  EXPECT_TRUE(policy.connects.empty());
}

TEST_P(Asked, OnlyOnceAConnection) {
  connect("c").subscribe("t").publish("t", "!");
  EXPECT_EQ(policy.connects.size(), 1u);
}

TEST_P(Asked, AndSayingNoEndsTheConnection) {  // [MQTT-3.1.4-2] [MQTT3-3.2.2-5]
  policy.connect_answer.reason = bad_user_name_or_password;
  EXPECT_EQ(scene.refused("c", {.version = GetParam(), .user_name = "user"}), bad_user_name_or_password);
  const auto refused = scene.events<ConnectRefused>();
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].reason, bad_user_name_or_password);
  EXPECT_EQ(refused[0].client.user_name, "user");
  EXPECT_TRUE(scene.events<ClientConnected>().empty());
}

// PUBLISH.

TEST_P(Asked, AboutAPublish) {
  connect("c").publish("t", "!", at_least_once, true);
  EXPECT_EQ(policy.publishes, (std::vector<PublishAsked>{{"c", "t", "!", at_least_once, true, false}}));
}

TEST_P(Asked, AboutAWillWhenItIsSent) {
  auto& peer = connect(
      "c", {.will = WillTerms{.topic = "gone", .payload = "!", .qos = at_least_once, .retain = true}});
  EXPECT_TRUE(policy.publishes.empty());
  scene.cut(peer);
  EXPECT_EQ(policy.publishes, (std::vector<PublishAsked>{{"c", "gone", "!", at_least_once, true, true}}));
}

TEST_P(Asked, OnceAboutAMessageThatIsSentTwice) {  // [MQTT-4.3.3-10]
  auto& peer = connect("c").manual();
  peer.publish({.topic = "t", .payload = "!", .qos = exactly_once, .packet_id = 7});
  peer.publish({.topic = "t", .payload = "!", .qos = exactly_once, .duplicate = true, .packet_id = 7});
  EXPECT_EQ(policy.publishes.size(), 1u);
}

TEST_P(Asked, NothingAboutWhatTheApplicationPublishes) {
  policy.publish_answer = not_authorized;
  auto& watcher = connect("watcher").subscribe("t");
  scene.publish({.topic = "t", .payload = "!"});
  EXPECT_EQ(watcher.received(), one("t", "!"));
}

TEST(PublishAnswer, ThatPubackCannotCarryIsToldAsUnspecified) {  // [MQTT-3.4.2-1] [MQTT-3.5.2-1]
  ScriptedPolicy policy;
  policy.publish_answer = banned;
  Scene scene(Scene::defaults(), &policy);
  auto& peer = scene.connect("c").manual();
  peer.publish("t", "!", at_least_once).publish("t", "!", exactly_once);
  EXPECT_EQ(peer.expect<mqtt::Puback>().reason, unspecified_error);
  EXPECT_EQ(peer.expect<mqtt::Pubrec>().reason, unspecified_error);
}

// SUBSCRIBE.

class SubscribeAnswer : public EachVersion {
 protected:
  SubscribeAnswer() : EachVersion(Scene::defaults(), &policy) {}
  static ReasonCode subscribe(Peer& peer, std::string_view filter, QoS qos) {
    peer.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{filter, {.qos = qos}}}});
    return peer.expect<mqtt::Suback>().reasons.at(0);
  }
  ScriptedPolicy policy;
};
INSTANTIATE_TEST_SUITE_P(, SubscribeAnswer, kEachVersion, version_name);

TEST_P(SubscribeAnswer, IsAskedForEachFilter) {
  connect("c").send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1},
                                    .requests = {{"a", {at_most_once}}, {"b/#", {exactly_once}}}});
  EXPECT_EQ(policy.subscribes,
            (std::vector<SubscribeAsked>{{"c", "a", at_most_once}, {"c", "b/#", exactly_once}}));
}

TEST_P(SubscribeAnswer, MayLowerTheQos) {  // [MQTT-3.8.4-7] [MQTT3-3.8.4-6]
  policy.subscribe_answer = granted_qos_1;
  auto& peer = connect("c");
  EXPECT_EQ(subscribe(peer, "t", exactly_once), granted_qos_1);
  connect("publisher").publish("t", "!", exactly_once);
  EXPECT_EQ(peer.received(), one("t", "!", at_least_once));
}

TEST_P(SubscribeAnswer, DoesNotRaiseTheQos) {  // [MQTT-3.8.4-8]
  policy.subscribe_answer = granted_qos_2;
  EXPECT_EQ(subscribe(connect("c"), "t", at_most_once), granted_qos_0);
}

TEST_P(SubscribeAnswer, MayRefuse) {  // [MQTT-3.9.3-2] [MQTT3-3.9.3-2]
  policy.subscribe_answer = not_authorized;
  auto& peer = connect("c");
  EXPECT_EQ(subscribe(peer, "t", at_most_once),
            GetParam() == ProtocolVersion::v5 ? not_authorized : unspecified_error);
  connect("publisher").publish("t", "!");
  EXPECT_TRUE(peer.silent());
  EXPECT_FALSE(peer.closed());
}

TEST_P(SubscribeAnswer, ThatSubackCannotCarryIsToldAsUnspecified) {  // [MQTT-3.9.3-2] [MQTT3-3.9.3-2]
  policy.subscribe_answer = banned;
  EXPECT_EQ(subscribe(connect("c"), "t", at_most_once), unspecified_error);
}

// The default allows everything that needs no method.

class DefaultPolicy : public EachVersion {
 protected:
  DefaultPolicy() : EachVersion(Scene::defaults(), &policy) {}
  Policy policy;
};
INSTANTIATE_TEST_SUITE_P(, DefaultPolicy, kEachVersion, version_name);

TEST_P(DefaultPolicy, AllowsEverything) {  // [MQTT-3.1.4-5] [MQTT3-3.1.4-4]
  auto& watcher = connect("watcher", {.user_name = "anybody", .password = "anything"}).subscribe("#");
  scene.cut(
      connect("c", {.will = WillTerms{.topic = "gone", .payload = "!"}}).publish("t", "2", exactly_once));
  EXPECT_EQ(payloads_of(watcher.received()), "2 !");
}

}  // namespace
}  // namespace pint::test
