// $SYS/broker: the broker's own numbers as retained messages, refreshed while somebody subscribes to them.
#include <map>

#include "support/each_version.hpp"

namespace pint::test {
namespace {

using Values = std::map<std::string, std::string>;

class Sys : public EachVersion {
 protected:
  static core::EngineOptions options() {
    core::EngineOptions options = Scene::defaults();
    options.name = "mine";
    options.sys_interval = 10s;
    return options;
  }
  Sys() : EachVersion(options()) {}

  // What arrived, by topic below $SYS/broker/; later values replace earlier ones.
  static Values values(Peer& peer) {
    Values out;
    for (const Arrived& arrived : peer.received()) {
      out[arrived.topic.substr(std::string_view("$SYS/broker/").size())] = arrived.payload;
    }
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(, Sys, kEachVersion, version_name);

TEST_P(Sys, IsThereForWhoSubscribes) {
  const Values now = values(connect("watcher").subscribe("$SYS/broker/#"));
  EXPECT_TRUE(now.at("version").starts_with("pintbroker version "));
  EXPECT_EQ(now.at("name"), "mine");
  EXPECT_EQ(now.at("uptime"), "0 seconds");
}

TEST_P(Sys, IsRetained) {
  EXPECT_EQ(connect("watcher").subscribe("$SYS/broker/name").received(),
            (Arrivals{{"$SYS/broker/name", "mine", QoS::at_most_once, true}}));
}

TEST_P(Sys, IsRefreshedAtItsInterval) {
  auto& watcher = connect("watcher").subscribe("$SYS/broker/uptime");
  watcher.received();
  scene.advance(10s - 1ns);
  EXPECT_TRUE(watcher.silent());
  scene.advance(1ns);
  EXPECT_EQ(payloads_of(watcher.received()), "10 seconds");
  scene.advance(20s);
  EXPECT_EQ(payloads_of(watcher.received()), "20 seconds 30 seconds");
}

TEST_P(Sys, IsSilentForWhoDoesNotNameIt) {  // # does not match topics that begin with $ [section 4.7.2]
  auto& other = connect("other").subscribe("#").subscribe("+/broker/uptime");
  connect("watcher").subscribe("$SYS/#");
  scene.advance(60s);
  EXPECT_TRUE(other.silent());
}

TEST_P(Sys, CostsNothingWhileNobodySubscribes) {
  connect("c").subscribe("t");
  EXPECT_EQ(scene.engine().next_deadline(), std::nullopt);
}

TEST_P(Sys, EndsAfterTheLastUnsubscribe) {
  connect("watcher").subscribe("$SYS/#").unsubscribe("$SYS/#");
  scene.advance(10s);
  EXPECT_EQ(scene.engine().next_deadline(), std::nullopt);
}

TEST_P(Sys, IsFreshForWhoSubscribesLater) {
  auto& early = connect("early").subscribe("$SYS/broker/uptime").unsubscribe("$SYS/broker/uptime");
  early.received();
  scene.advance(60s);
  EXPECT_EQ(payloads_of(connect("late").subscribe("$SYS/broker/uptime").received()), "60 seconds");
}

TEST_P(Sys, CountsClients) {
  scene.cut(connect_to_session("away"));
  connect("c");
  const Values now = values(connect("watcher").subscribe("$SYS/broker/#"));
  EXPECT_EQ(now.at("clients/connected"), "2");
  EXPECT_EQ(now.at("clients/disconnected"), "1");
  EXPECT_EQ(now.at("clients/total"), "3");
  EXPECT_EQ(now.at("clients/maximum"), "2");
}

TEST_P(Sys, CountsMessages) {
  connect("publisher").publish("t", "12345").publish("t", "678", QoS::at_most_once, true);
  const Values now = values(connect("watcher").subscribe("$SYS/broker/#"));
  EXPECT_EQ(now.at("publish/messages/received"), "2");
  EXPECT_EQ(now.at("publish/bytes/received"), "8");
  EXPECT_EQ(now.at("messages/received"), "5");  // packets: two CONNECTs, two PUBLISHes, SUBSCRIBE
}

TEST_P(Sys, CountsSubscriptions) {
  connect("c").subscribe("a").subscribe("b");
  auto& watcher = connect("watcher").subscribe("$SYS/broker/subscriptions/count");
  watcher.received();
  scene.advance(10s);
  EXPECT_EQ(payloads_of(watcher.received()), "3");
}

TEST_P(Sys, CountsDroppedMessages) {
  scene.publish({.topic = "t", .payload = "!"}, 255);  // a rule loop
  EXPECT_EQ(values(connect("watcher").subscribe("$SYS/#")).at("publish/messages/dropped"), "1");
}

TEST_P(Sys, AveragesTheLoad) {
  auto& watcher = connect("watcher").subscribe("$SYS/broker/load/publish/received/1min");
  auto& publisher = connect("publisher");
  watcher.received();
  for (int i = 0; i < 100; ++i) publisher.publish("t", "!");
  scene.advance(10s);
  EXPECT_EQ(payloads_of(watcher.received()), "92.11");  // 600 a minute for ten seconds: 600 (1 - e^(-1/6))
}

TEST_P(Sys, IsThereForRulesToo) {
  scene.engine().add_rule("$SYS/broker/name", scene.now());
  scene.settle();
  ASSERT_EQ(scene.rule_calls().size(), 1u);
  EXPECT_EQ(as_text(scene.rule_calls()[0].message->payload()), "mine");
}

TEST(SysOff, IsSilent) {
  Scene scene;  // an interval of zero
  auto& watcher = scene.connect("watcher").subscribe("$SYS/#");
  scene.advance(1h);
  EXPECT_TRUE(watcher.silent());
}

}  // namespace
}  // namespace pint::test
