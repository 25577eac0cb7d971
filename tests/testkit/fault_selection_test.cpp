// Which packets a fault takes: the first, the nth, every nth, some by chance; of which client, about which
// topic; and which of several faults.
#include <stdexcept>

#include "fault_scene.hpp"

namespace pint::test {
namespace {

// What arrives of the messages 1 to 9 if they pass the fault on their way out.
std::string survivors(Fault fault, std::uint64_t seed = 1) {
  FaultScene faulty(seed);
  faulty.add(std::move(fault));
  auto& client = faulty.scene.connect("client").subscribe("a");
  for (const char* payload : {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) {
    faulty.scene.publish({.topic = "a", .payload = payload});
  }
  return payloads_of(client.received());
}

TEST(FaultSelection, TakesEveryPacketThatMatches) {
  EXPECT_EQ(survivors({.on = sent(PacketType::publish), .action = drop()}), "");
}

TEST(FaultSelection, LeavesTheFirstOnesAlone) {
  EXPECT_EQ(survivors({.on = sent(PacketType::publish), .action = drop(), .skip = 7}), "1 2 3 4 5 6 7");
}

TEST(FaultSelection, TakesTheFirstOnesAndThenBehaves) {
  EXPECT_EQ(survivors({.on = sent(PacketType::publish), .action = drop(), .times = 7}), "8 9");
}

TEST(FaultSelection, TakesTheNth) {
  EXPECT_EQ(survivors({.on = sent(PacketType::publish), .action = drop(), .skip = 2, .times = 1}),
            "1 2 4 5 6 7 8 9");
}

TEST(FaultSelection, TakesEveryNth) {
  EXPECT_EQ(survivors({.on = sent(PacketType::publish), .action = drop(), .every = 3}), "1 2 4 5 7 8");
}

TEST(FaultSelection, CombinesThem) {
  EXPECT_EQ(survivors({.on = sent(PacketType::publish), .action = drop(), .skip = 1, .every = 3, .times = 1}),
            "1 2 3 5 6 7 8 9");
}

TEST(FaultSelection, NeverTakesWithProbabilityZeroAndAlwaysWithOne) {
  EXPECT_EQ(survivors({.on = sent(PacketType::publish), .action = drop(), .probability = 0}),
            "1 2 3 4 5 6 7 8 9");
  EXPECT_EQ(survivors({.on = sent(PacketType::publish), .action = drop(), .probability = 1}), "");
}

TEST(FaultSelection, TakesSomeByChanceWhichTheSeedDecides) {
  const Fault fault{.name = "some", .on = sent(PacketType::publish), .action = drop(), .probability = 0.5};
  EXPECT_EQ(survivors(fault, 7), survivors(fault, 7));
  EXPECT_NE(survivors(fault, 7), survivors(fault, 8));
}

TEST(FaultSelection, TakesAsManyAsTheProbabilitySays) {
  FaultScene faulty;
  faulty.add({.name = "some", .on = sent(PacketType::pingresp), .action = drop(), .probability = 0.25});
  auto& client = faulty.scene.connect("client");
  for (int i = 0; i < 4'000; ++i) client.send(mqtt::Pingreq{});
  EXPECT_NEAR(static_cast<double>(faulty.plan.applied("some")), 1'000, 100);
}

TEST(FaultSelection, OfOneFaultDoesNotDependOnOthers) {
  const Fault fault{.name = "some", .on = sent(PacketType::publish), .action = drop(), .probability = 0.5};
  const auto applied_beside = [&](bool another) {
    FaultScene faulty;
    if (another) {
      faulty.add({.name = "another", .on = sent(PacketType::publish), .action = drop(), .probability = 0});
    }
    faulty.add(fault);
    auto& client = faulty.scene.connect("client").subscribe("a");
    for (int i = 0; i < 20; ++i) faulty.scene.publish({.topic = "a", .payload = std::to_string(i)});
    return payloads_of(client.received());
  };
  EXPECT_EQ(applied_beside(true), applied_beside(false));
}

TEST(FaultSelection, IsByClient) {
  FaultScene faulty;
  faulty.add({.on = sent(PacketType::publish).client("dev-*"), .action = drop()});
  auto& device = faulty.scene.connect("dev-1").subscribe("a");
  auto& watcher = faulty.scene.connect("watcher").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_TRUE(device.silent());
  EXPECT_EQ(watcher.received().size(), 1u);
}

TEST(FaultSelection, KnowsTheClientOfConnectAndOfARefusal) {
  auto options = Scene::defaults();
  options.limits.connections = 1;
  FaultScene faulty(1, options);
  faulty.add({.name = "refusal", .on = sent(PacketType::connack).client("second"), .action = drop()});
  faulty.add({.name = "connect", .on = received(PacketType::connect).client("third"), .action = drop()});
  faulty.scene.connect("first");
  faulty.scene.open().send_connect("second");
  faulty.scene.open().send_connect("third");
  EXPECT_EQ(faulty.plan.applied("refusal"), 1u);
  EXPECT_EQ(faulty.plan.applied("connect"), 1u);
}

TEST(FaultSelection, IsByTopicAlsoWhereAnAliasStandsForIt) {
  auto options = Scene::defaults();
  options.limits.topic_alias_maximum = options.limits.outgoing_topic_aliases = 10;
  FaultScene faulty(1, options);
  auto& watcher = faulty.scene.connect("watcher", {.topic_alias_maximum = 10}).subscribe("#");
  auto& client = faulty.scene.connect("client");
  mqtt::PropertyList alias;
  alias.add(mqtt::PropertyId::topic_alias, 1);
  client.publish({.topic = "a/b", .payload = "1", .properties = alias});
  // Only now: what the alias stands for was said before there was any fault.
  faulty.add({.name = "in", .on = received(PacketType::publish).topic("a/+"), .action = drop(), .times = 1});
  faulty.add({.name = "out", .on = sent(PacketType::publish).topic("a/+"), .action = drop(), .times = 1});
  for (const char* payload : {"2", "3", "4"}) {
    client.publish({.topic = "", .payload = payload, .properties = alias});
  }
  EXPECT_EQ(payloads_of(watcher.received()), "1 4");
  EXPECT_EQ(faulty.last_told(), "PUBLISH a/b dropped");
}

TEST(FaultSelection, GoesToTheFirstFaultThatTakesThePacket) {
  FaultScene faulty;
  faulty.add({.name = "first", .on = sent(PacketType::publish), .action = drop(), .skip = 1, .times = 1});
  faulty.add({.name = "second", .on = sent(PacketType::publish), .action = drop(), .times = 1});
  auto& client = faulty.scene.connect("client").subscribe("a");
  for (const char* payload : {"1", "2", "3"}) faulty.scene.publish({.topic = "a", .payload = payload});
  EXPECT_EQ(payloads_of(client.received()), "3");
  EXPECT_EQ(faulty.told[0].name, "second");
  EXPECT_EQ(faulty.told[1].name, "first");
}

TEST(FaultSelection, SurvivesAPredicateThatThrows) {
  FaultScene faulty;
  faulty.add(
      {.name = "broken",
       .on = sent(PacketType::publish)
                 .payload_where("anything",
                                [](std::string_view) -> bool { throw std::runtime_error("no such thing"); }),
       .action = drop()});
  auto& client = faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(client.received().size(), 1u);
  ASSERT_EQ(faulty.told.size(), 1u);
  EXPECT_EQ(faulty.told[0].name, "broken");
  EXPECT_EQ(faulty.told[0].what, "not applied: a predicate of its pattern threw: no such thing");
  EXPECT_EQ(faulty.plan.applied("broken"), 0u);
}

TEST(FaultSelection, DoesNotLetPredicatesChangeFaults) {
  FaultScene faulty;
  faulty.add({.name = "meddler",
              .on = sent(PacketType::publish)
                        .payload_where("anything",
                                       [&](std::string_view) {
                                         faulty.plan.clear();
                                         return true;
                                       }),
              .action = drop()});
  faulty.scene.connect("client").subscribe("a");
  faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(faulty.plan.list().size(), 1u);
  EXPECT_NE(faulty.last_told().find("may not change faults"), std::string::npos);
}

TEST(FaultList, SaysHowFarEachFaultHasCome) {
  FaultScene faulty;
  faulty.add({.name = "lost",
              .on = sent(PacketType::publish).client("c*"),
              .action = drop(),
              .skip = 1,
              .times = 1});
  faulty.add({.on = sent(PacketType::puback), .action = delay(1s, {.jitter = 100ms}), .probability = 0.5});
  faulty.scene.connect("client").subscribe("a");
  for (const char* payload : {"1", "2", "3"}) faulty.scene.publish({.topic = "a", .payload = payload});
  const std::vector<FaultState> list = faulty.plan.list();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].name, "lost");
  EXPECT_EQ(list[0].description, "sent PUBLISH, client c*: drop, not the first 1, at most 1 times");
  EXPECT_EQ(list[0].matched, 3u);
  EXPECT_EQ(list[0].applied, 1u);
  EXPECT_TRUE(list[0].spent);
  EXPECT_EQ(list[1].name, "delay by 1.000 s ± 0.100 s, sent PUBACK");
  EXPECT_FALSE(list[1].spent);
}

TEST(FaultList, GivesNamelessFaultsNamesThatDiffer) {
  FaultScene faulty;
  const Fault fault{.on = sent(PacketType::puback), .action = drop()};
  EXPECT_EQ(faulty.add(fault), "drop, sent PUBACK");
  EXPECT_EQ(faulty.add(fault), "drop, sent PUBACK (2)");
  EXPECT_TRUE(faulty.plan.remove("drop, sent PUBACK"));
  EXPECT_FALSE(faulty.plan.remove("drop, sent PUBACK"));
}

}  // namespace
}  // namespace pint::test
