// Shared subscriptions: each message to one member of each group. [section 4.8.2]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;

class Shared : public testing::Test {
 protected:
  void publish(std::initializer_list<const char*> payloads, QoS qos = at_most_once) {
    for (const char* payload : payloads) scene.publish({.topic = "a", .payload = payload, .qos = qos});
  }
  // A member with a Session that acknowledges nothing by itself.
  Peer& member(std::string_view client_id) {
    return scene.connect(client_id, {.clean_start = false, .session_expiry = 60, .manual = true});
  }
  Scene scene;
};

TEST_F(Shared, GivesEachMessageToOneMemberByTurns) {
  auto& one = scene.connect("one").subscribe("$share/group/a");
  auto& two = scene.connect("two").subscribe("$share/group/a");
  publish({"1", "2", "3", "4"});
  EXPECT_EQ(payloads_of(one.received()), "1 3");
  EXPECT_EQ(payloads_of(two.received()), "2 4");
}

TEST_F(Shared, GivesEveryGroupItsOwnCopy) {
  auto& one = scene.connect("one").subscribe("$share/group/a");
  auto& other = scene.connect("other").subscribe("$share/other/a");
  publish({"1", "2"});
  EXPECT_EQ(payloads_of(one.received()), "1 2");
  EXPECT_EQ(payloads_of(other.received()), "1 2");
}

TEST_F(Shared, IsAGroupForEachFilter) {
  auto& one = scene.connect("one").subscribe("$share/group/a");
  auto& two = scene.connect("two").subscribe("$share/group/+");
  publish({"1", "2"});
  EXPECT_EQ(payloads_of(one.received()), "1 2");
  EXPECT_EQ(payloads_of(two.received()), "1 2");
}

TEST_F(Shared, LeavesOrdinarySubscriptionsTheirCopies) {
  auto& both = scene.connect("both").subscribe("$share/group/a").subscribe("a");
  auto& plain = scene.connect("plain").subscribe("a");
  publish({"1"});
  EXPECT_EQ(payloads_of(both.received()), "1 1");
  EXPECT_EQ(payloads_of(plain.received()), "1");
}

TEST_F(Shared, KeepsToTheQoSGrantedToTheMemberChosen) {  // [MQTT-4.8.2-3] [MQTT-3.8.4-8]
  auto& low = scene.connect("low").subscribe("$share/group/a", {.qos = at_most_once});
  auto& high = scene.connect("high").subscribe("$share/group/a", {.qos = exactly_once});
  publish({"1", "2"}, exactly_once);
  EXPECT_EQ(low.received(), one("a", "1", at_most_once));
  EXPECT_EQ(high.received(), one("a", "2", exactly_once));
}

TEST_F(Shared, KeepsToTheQoSGrantedThoughTheMemberHasAnotherSubscription) {  // [MQTT-4.8.2-3]
  auto& client = scene.connect("client").subscribe("$share/group/a", {.qos = at_most_once});
  client.subscribe("a", {.qos = exactly_once});
  publish({"x"}, exactly_once);
  const Arrivals both{{.topic = "a", .payload = "x", .qos = at_most_once},
                      {.topic = "a", .payload = "x", .qos = exactly_once}};
  EXPECT_EQ(client.received(), both);
}

TEST_F(Shared, FinishesAQos2DeliveryWithTheSameMember) {  // [MQTT-4.8.2-4]
  auto& first = member("first").subscribe("$share/group/a");
  auto& second = scene.connect("second").subscribe("$share/group/a");
  publish({"x"}, exactly_once);
  scene.cut(first);
  EXPECT_TRUE(second.silent());
  EXPECT_EQ(payloads_of(member("first").received()), "x");
}

TEST_F(Shared, FinishesAQos2DeliveryFromPubrelWithTheSameMember) {  // [MQTT-4.8.2-4]
  auto& first = member("first").subscribe("$share/group/a");
  scene.connect("second").subscribe("$share/group/a");
  publish({"x"}, exactly_once);
  first.send(mqtt::Pubrec{.packet_id = PacketId{1}});
  scene.cut(first);
  EXPECT_EQ(member("first").expect<mqtt::Pubrel>().packet_id, PacketId{1});
}

TEST_F(Shared, GivesAQos2MessageToNobodyElseWhenTheMembersSessionEnds) {  // [MQTT-4.8.2-5]
  auto& first = member("first").subscribe("$share/group/a");
  auto& second = scene.connect("second").subscribe("$share/group/a");
  publish({"x"}, exactly_once);
  scene.cut(first).advance(60s);
  EXPECT_TRUE(second.silent());
  EXPECT_EQ(scene.dropped(DropCause::session_ended), 1u);
}

TEST_F(Shared, GivesAMessageRefusedWithPubackToNobodyElse) {  // [MQTT-4.8.2-6]
  auto& first = member("first").subscribe("$share/group/a");
  auto& second = scene.connect("second").subscribe("$share/group/a");
  publish({"x"}, at_least_once);
  first.send(mqtt::Puback{PacketId{1}, ReasonCode::quota_exceeded});
  EXPECT_TRUE(second.silent());
  EXPECT_EQ(scene.dropped(DropCause::refused_by_client), 1u);
}

TEST_F(Shared, GivesAMessageRefusedWithPubrecToNobodyElse) {  // [MQTT-4.8.2-6]
  auto& first = member("first").subscribe("$share/group/a");
  auto& second = scene.connect("second").subscribe("$share/group/a");
  publish({"x"}, exactly_once);
  first.send(mqtt::Pubrec{PacketId{1}, ReasonCode::quota_exceeded});
  EXPECT_TRUE(second.silent());
  EXPECT_EQ(scene.dropped(DropCause::refused_by_client), 1u);
}

TEST_F(Shared, PrefersMembersThatAreThere) {
  auto& away = member("away").subscribe("$share/group/a");
  auto& there = scene.connect("there").subscribe("$share/group/a");
  scene.cut(away);
  publish({"1", "2", "3"}, at_least_once);
  EXPECT_EQ(payloads_of(there.received()), "1 2 3");
}

TEST_F(Shared, KeepsMessagesForAMemberWhenAllAreAway) {  // [MQTT-4.5.0-1]
  scene.cut(member("away").subscribe("$share/group/a"));
  publish({"1", "2"}, at_least_once);
  EXPECT_EQ(payloads_of(member("away").received()), "1 2");
}

TEST_F(Shared, SendsNoRetainedMessagesAtSubscribe) {
  scene.publish({.topic = "a", .payload = "x", .retain = true});
  EXPECT_TRUE(scene.connect("client").subscribe("$share/group/a").silent());
}

TEST_F(Shared, ObeysRetainAsPublished) {  // [MQTT-3.3.1-13]
  auto& client = scene.connect("client").subscribe("$share/group/a", {.retain_as_published = true});
  scene.publish({.topic = "a", .payload = "x", .retain = true});
  EXPECT_TRUE(client.expect<mqtt::Publish>().retain);
}

TEST_F(Shared, GoesOnWithoutAMemberThatUnsubscribed) {  // [MQTT-3.10.4-1]
  auto& one = scene.connect("one").subscribe("$share/group/a");
  auto& two = scene.connect("two").subscribe("$share/group/a");
  publish({"1"});
  one.unsubscribe("$share/group/a");
  publish({"2", "3", "4"});
  EXPECT_EQ(payloads_of(one.received()), "1");
  EXPECT_EQ(payloads_of(two.received()), "2 3 4");
}

TEST_F(Shared, IsLeftByItsWholeFilterOnly) {  // [MQTT-3.10.4-1]
  auto& client = scene.connect("client").subscribe("$share/group/a").subscribe("a");
  client.unsubscribe("$share/other/a").unsubscribe("a");
  publish({"1"});
  EXPECT_EQ(payloads_of(client.received()), "1");
}

TEST_F(Shared, GoesOnWithoutAMemberWhoseSessionEnded) {
  auto& gone = scene.connect("gone").subscribe("$share/group/a");
  auto& stays = scene.connect("stays").subscribe("$share/group/a");
  scene.cut(gone);
  publish({"1", "2"});
  EXPECT_EQ(payloads_of(stays.received()), "1 2");
}

TEST_F(Shared, AgainReplacesTheSubscription) {
  auto& client = scene.connect("client").subscribe("$share/group/a").subscribe("$share/group/a", {});
  publish({"x"}, exactly_once);
  EXPECT_EQ(client.received(), one("a", "x", at_most_once));
}

TEST_F(Shared, BringsThePublisherItsOwnMessages) {
  auto& client = scene.connect("client").subscribe("$share/group/a").publish("a", "x");
  EXPECT_EQ(payloads_of(client.received()), "x");
}

TEST_F(Shared, IsOpenToOldClientsToo) {
  auto& old = scene.connect("old", {.version = ProtocolVersion::v3_1_1}).subscribe("$share/group/a");
  auto& recent = scene.connect("recent").subscribe("$share/group/a");
  publish({"1", "2"});
  EXPECT_EQ(payloads_of(old.received()), "1");
  EXPECT_EQ(payloads_of(recent.received()), "2");
}

}  // namespace
}  // namespace pint::test
