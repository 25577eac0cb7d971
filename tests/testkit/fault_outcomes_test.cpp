// Outcome queues: what becomes of the next packets of a type, one after another.
#include "fault_scene.hpp"

namespace pint::test {
namespace {

TEST(Outcomes, AreUsedOnceEachAndThenAllIsWell) {
  FaultScene faulty;
  faulty.plan.next(PacketType::puback, {no_reply, no_reply, ok}, "*");
  auto& client = faulty.scene.connect("client", {.manual = true});
  for (int i = 0; i < 4; ++i) client.publish("a", "x", QoS::at_least_once);
  EXPECT_EQ(client.expect<mqtt::Puback>().packet_id, mqtt::PacketId{3});
  EXPECT_EQ(client.expect<mqtt::Puback>().packet_id, mqtt::PacketId{4});
  const FaultState queue = faulty.plan.list()[0];
  EXPECT_EQ(queue.name, "next PUBACK");
  EXPECT_EQ(queue.applied, 3u);
  EXPECT_TRUE(queue.spent);
  EXPECT_EQ(faulty.told.size(), 3u);
}

TEST(Outcomes, MayBeReasonsActionsAndTheEnd) {
  FaultScene faulty;
  faulty.plan.next(PacketType::puback,
                   {ReasonCode::quota_exceeded, delay(2s), duplicate(), Reply::disconnect}, "*");
  auto& client = faulty.scene.connect("client", {.manual = true});
  client.publish("a", "x", QoS::at_least_once);
  EXPECT_EQ(client.expect<mqtt::Puback>().reason, ReasonCode::quota_exceeded);
  client.publish("a", "x", QoS::at_least_once);
  EXPECT_TRUE(client.silent());
  faulty.scene.advance(2s);
  EXPECT_EQ(client.expect<mqtt::Puback>().packet_id, mqtt::PacketId{2});
  client.publish("a", "x", QoS::at_least_once);
  EXPECT_EQ(client.pending(), 2u);
  client.publish("a", "x", QoS::at_least_once);
  EXPECT_EQ(client.pending(), 2u);
  EXPECT_TRUE(client.closed());
}

TEST(Outcomes, AreOfOneClientIfAskedFor) {
  FaultScene faulty;
  faulty.plan.next(PacketType::pingresp, {no_reply}, "dev-*");
  auto& other = faulty.scene.connect("other");
  auto& device = faulty.scene.connect("dev-1");
  other.send(mqtt::Pingreq{});
  device.send(mqtt::Pingreq{});
  EXPECT_EQ(other.pending(), 1u);
  EXPECT_EQ(device.pending(), 0u);
  EXPECT_EQ(faulty.plan.list()[0].name, "next PINGRESP for dev-*");
}

TEST(Outcomes, AddToTheQueueThatIsThere) {
  FaultScene faulty;
  faulty.plan.next(PacketType::pingresp, {no_reply}, "*");
  faulty.plan.next(PacketType::pingresp, {ok, no_reply}, "*");
  ASSERT_EQ(faulty.plan.list().size(), 1u);
  EXPECT_EQ(faulty.plan.list()[0].description, "sent PINGRESP: drop, ok, drop");
  auto& client = faulty.scene.connect("client");
  for (int i = 0; i < 4; ++i) client.send(mqtt::Pingreq{});
  EXPECT_EQ(client.pending(), 2u);
}

TEST(Outcomes, ThatAreOkKeepThePacketFromLaterFaults) {
  FaultScene faulty;
  faulty.plan.next(PacketType::pingresp, {ok}, "*");
  faulty.add({.on = sent(PacketType::pingresp), .action = drop()});
  auto& client = faulty.scene.connect("client");
  client.send(mqtt::Pingreq{}).send(mqtt::Pingreq{});
  EXPECT_EQ(client.pending(), 1u);
}

TEST(Outcomes, OfConnackMayRefuseWhomTheBrokerHasAccepted) {
  for (const ProtocolVersion version : {ProtocolVersion::v3_1_1, ProtocolVersion::v5}) {
    FaultScene faulty;
    faulty.plan.next(PacketType::connack, {ReasonCode::server_unavailable}, "*");
    EXPECT_EQ(faulty.scene.refused("client", {.version = version}), ReasonCode::server_unavailable);
    faulty.scene.connect("client", {.version = version});
  }
}

TEST(Outcomes, OfSubackGiveEveryReason) {
  FaultScene faulty;
  faulty.plan.next(PacketType::suback, {ReasonCode::unspecified_error}, "*");
  auto& client = faulty.scene.connect("client", {.version = ProtocolVersion::v3_1_1});
  client.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"a", {}}, {"b", {}}}});
  EXPECT_EQ(client.expect<mqtt::Suback>().reasons, std::vector<ReasonCode>(2, ReasonCode::unspecified_error));
}

}  // namespace
}  // namespace pint::test
