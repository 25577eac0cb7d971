// What becomes of whole packets: dropped, late, twice, in another order, kept, or the last of their
// connection.
#include "fault_scene.hpp"

namespace pint::test {
namespace {

// Publishes "1", "2", … to a, from the application.
void publish(Scene& scene, std::initializer_list<const char*> payloads) {
  for (const char* payload : payloads) scene.publish({.topic = "a", .payload = payload});
}

TEST(Drop, SwallowsWhatTheBrokerSends) {
  FaultScene faulty;
  faulty.add({.name = "lost", .on = sent(PacketType::pingresp), .action = drop(), .times = 1});
  auto& client = faulty.scene.connect("dev-1");
  client.send(mqtt::Pingreq{});
  EXPECT_TRUE(client.silent());
  client.send(mqtt::Pingreq{});
  EXPECT_EQ(client.pending(), 1u);
  ASSERT_EQ(faulty.told.size(), 1u);
  EXPECT_EQ(faulty.told[0].name, "lost");
  EXPECT_EQ(faulty.told[0].what, "PINGRESP dropped");
  EXPECT_EQ(faulty.told[0].client_id, "dev-1");
  EXPECT_EQ(faulty.told[0].remote_address, "127.0.0.1:40001");
}

TEST(Drop, SwallowsWhatTheBrokerReceives) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::publish), .action = drop()});
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  faulty.scene.connect("client").publish("a", "x");
  EXPECT_TRUE(watcher.silent());
}

TEST(Delay, LetsThePacketComeLaterInBrokerTime) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = delay(5s)});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"x"});
  EXPECT_EQ(faulty.last_told(), "PUBLISH a delayed by 5.000 s");
  faulty.scene.advance(5s - 1ns);
  EXPECT_TRUE(client.silent());
  faulty.scene.advance(1ns);
  EXPECT_EQ(client.received(), one("a", "x"));
}

TEST(Delay, HoldsUpWhatTheBrokerReceives) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::publish), .action = delay(5s)});
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  faulty.scene.connect("client").publish("a", "x");
  EXPECT_TRUE(watcher.silent());
  faulty.scene.advance(5s);
  EXPECT_EQ(watcher.received(), one("a", "x"));
}

TEST(Delay, WithJitterKeepsTheOrder) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = delay(100ms, {.jitter = 100ms})});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"1", "2", "3", "4", "5", "6", "7", "8"});
  faulty.scene.advance(200ms);
  EXPECT_EQ(payloads_of(client.received()), "1 2 3 4 5 6 7 8");
}

TEST(Delay, WithJitterReordersIfAskedTo) {
  FaultScene faulty;
  faulty.add(
      {.on = sent(PacketType::publish), .action = delay(100ms, {.jitter = 100ms, .may_reorder = true})});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"1", "2", "3", "4", "5", "6", "7", "8"});
  faulty.scene.advance(200ms);
  const std::string arrived = payloads_of(client.received());
  EXPECT_EQ(arrived.size(), std::string("1 2 3 4 5 6 7 8").size());
  EXPECT_NE(arrived, "1 2 3 4 5 6 7 8");
}

TEST(Delay, IsPassedByWhatNoFaultDelays) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish).payload("slow"), .action = delay(1s)});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"slow", "fast"});
  EXPECT_EQ(payloads_of(client.received()), "fast");
  faulty.scene.advance(1s);
  EXPECT_EQ(payloads_of(client.received()), "slow");
}

TEST(Delay, OutlivesItsFault) {
  FaultScene faulty;
  const std::string name =
      faulty.add({.on = sent(PacketType::publish), .action = delay(1s, {.may_reorder = true})});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"late"});
  EXPECT_TRUE(faulty.plan.remove(name));
  EXPECT_FALSE(faulty.plan.idle());
  publish(faulty.scene, {"at once"});
  faulty.scene.advance(1s - 1ns);
  EXPECT_EQ(payloads_of(client.received()), "at once");
  faulty.scene.advance(1ns);
  EXPECT_EQ(payloads_of(client.received()), "late");
  EXPECT_TRUE(faulty.plan.idle());
}

TEST(Delay, LosesWhatItKeepsWhenTheConnectionEndsAndSaysSo) {
  FaultScene faulty;
  faulty.add({.name = "late", .on = received(PacketType::publish), .action = delay(1s)});
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  auto& client = faulty.scene.connect("client").publish("a", "x");
  faulty.scene.cut(client);
  EXPECT_EQ(faulty.told.back().name, "late");
  EXPECT_EQ(faulty.told.back().what, "PUBLISH a lost: its connection ended");
  EXPECT_EQ(faulty.told.back().client_id, "client");
  faulty.scene.advance(2s);
  EXPECT_TRUE(watcher.silent());
}

TEST(Duplicate, GivesThePacketAndItsCopies) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = duplicate(2)});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"x"});
  EXPECT_EQ(payloads_of(client.received()), "x x x");
}

TEST(Duplicate, OfAReceivedPacketIsHandledTwice) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::publish), .action = duplicate()});
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  faulty.scene.connect("client").publish("a", "x");
  EXPECT_EQ(payloads_of(watcher.received()), "x x");
}

TEST(Reorder, SwapsTwoPacketsThatMatch) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = reorder(), .times = 1});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"1"});
  EXPECT_TRUE(client.silent());
  publish(faulty.scene, {"2", "3"});
  EXPECT_EQ(payloads_of(client.received()), "2 1 3");
  EXPECT_EQ(faulty.last_told(), "PUBLISH a put before PUBLISH a");
}

TEST(Reorder, KeepsConnectionsApart) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = reorder()});
  auto& first = faulty.scene.connect("first").subscribe("a");
  auto& second = faulty.scene.connect("second").subscribe("a");
  publish(faulty.scene, {"1", "2"});
  EXPECT_EQ(payloads_of(first.received()), "2 1");
  EXPECT_EQ(payloads_of(second.received()), "2 1");
}

TEST(Reorder, LetsThePacketGoAloneIfNoOtherComes) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish), .action = reorder(3s)});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"1"});
  faulty.scene.advance(3s - 1ns);
  EXPECT_TRUE(client.silent());
  faulty.scene.advance(1ns);
  EXPECT_EQ(payloads_of(client.received()), "1");
}

TEST(Hold, KeepsPacketsUntilTheyAreReleasedInOrder) {
  FaultScene faulty;
  faulty.add({.name = "hold", .on = sent(PacketType::publish), .action = hold()});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"1", "2"});
  faulty.scene.advance(24h);
  EXPECT_TRUE(client.silent());
  EXPECT_EQ(faulty.plan.list()[0].kept, 2u);
  EXPECT_EQ(faulty.plan.release("hold"), 2u);
  faulty.scene.advance(0s);
  EXPECT_EQ(payloads_of(client.received()), "1 2");
  publish(faulty.scene, {"3"});
  EXPECT_TRUE(client.silent());
}

TEST(Hold, EndsWithItsFault) {
  FaultScene faulty;
  faulty.add({.name = "hold", .on = sent(PacketType::publish), .action = hold()});
  auto& client = faulty.scene.connect("client").subscribe("a");
  publish(faulty.scene, {"1"});
  faulty.plan.clear();
  faulty.scene.advance(0s);
  EXPECT_EQ(payloads_of(client.received()), "1");
}

TEST(Hold, LetsPacketsPassOnceItKeepsTooManyBytes) {
  FaultScene faulty;
  faulty.add({.name = "hold", .on = received(PacketType::publish), .action = hold()});
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  auto& client = faulty.scene.connect("client");
  const std::string payload(testkit::KeptPackets::kBytesMax / 2, 'x');
  client.publish("a", payload).publish("a", payload);
  EXPECT_EQ(watcher.received().size(), 1u);
  EXPECT_EQ(faulty.last_told(), "PUBLISH a not kept: faults keep too many bytes already");
  EXPECT_EQ(faulty.plan.applied("hold"), 1u);
}

TEST(DisconnectBefore, EndsTheConnectionInPlaceOfThePacket) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::puback), .action = disconnect_before()});
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  auto& client = faulty.scene.connect("client", {.manual = true});
  client.publish("a", "x", QoS::at_least_once);
  EXPECT_TRUE(client.silent());
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(watcher.received().size(), 1u);  // the broker had taken it
}

TEST(DisconnectBefore, SendsWhatWasSentBefore) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::puback), .action = disconnect_before(ConnectionEnd::rst), .skip = 1});
  auto& client = faulty.scene.connect("client", {.manual = true});
  client.send_raw({0x32, 6, 0, 1, 'a', 0, 1, 0, 0x32, 6, 0, 1, 'a', 0, 2, 0});  // two PUBLISHes at QoS 1
  EXPECT_EQ(client.expect<mqtt::Puback>().packet_id, mqtt::PacketId{1});
  EXPECT_TRUE(client.silent());
  EXPECT_TRUE(client.closed());
}

TEST(DisconnectAfter, SendsThePacketAndNothingThatFollows) {
  FaultScene faulty;
  auto& client = faulty.scene.connect("client", {.session_expiry = 60}).subscribe("a");
  faulty.scene.cut(client);
  faulty.scene.publish({.topic = "a", .payload = "waits", .qos = QoS::at_least_once});
  faulty.add({.on = sent(PacketType::connack), .action = disconnect_after(), .times = 1});
  auto& back = faulty.scene.open();
  back.send_connect("client", {.clean_start = false, .session_expiry = 60});
  EXPECT_TRUE(back.expect<mqtt::Connack>().session_present);
  EXPECT_TRUE(back.silent());
  EXPECT_TRUE(back.closed());
}

TEST(DisconnectAfter, OfAReceivedPacketSendsItsAnswer) {
  FaultScene faulty;
  faulty.add({.on = received(PacketType::publish), .action = disconnect_after()});
  auto& client = faulty.scene.connect("client", {.manual = true});
  client.publish("a", "x", QoS::at_least_once);
  (void)client.expect<mqtt::Puback>();
  EXPECT_TRUE(client.closed());
}

TEST(DisconnectAfter, ByResetTellsTheHostOnceThePacketIsOut) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::puback), .action = disconnect_after(ConnectionEnd::rst)});
  auto& client = faulty.scene.connect("client").stop_reading();
  client.publish("a", "x", QoS::at_least_once);
  core::Engine& engine = faulty.scene.engine();
  EXPECT_TRUE(engine.finished(client.id()));
  EXPECT_FALSE(engine.reset_wanted(client.id()));
  engine.outbox(client.id())->consume(engine.outbox(client.id())->bytes());
  EXPECT_TRUE(engine.reset_wanted(client.id()));
}

}  // namespace
}  // namespace pint::test
