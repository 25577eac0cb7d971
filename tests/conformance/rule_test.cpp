// Rules: functions of the application that see what a subscriber with their filter would see.
#include "support/scene.hpp"
#include "support/scripted_policy.hpp"

namespace pint::test {
namespace {

using enum QoS;

Arrivals calls_of(const Scene& scene, core::RuleKey rule) {
  Arrivals out;
  for (const core::RuleCall& call : scene.rule_calls()) {
    if (call.rule != rule) continue;
    const core::MessageView message = call.message->view();
    out.push_back({std::string(message.topic), std::string(as_text(message.payload)), call.qos, call.retain});
  }
  return out;
}

class RuleAndSubscriber : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, RuleAndSubscriber,
                         testing::Values("a", "a/b", "a/+", "+/b", "a/#", "#", "+", "/+", "$state/#",
                                         "$state/a", "none", "gone"));

TEST_P(RuleAndSubscriber, SeeTheSameInTheSameOrder) {
  Scene scene;
  for (const char* topic : {"a/b", "$state/a", "a"}) {
    scene.publish({.topic = topic, .payload = "stored", .qos = at_least_once, .retain = true});
  }
  auto& subscriber = scene.connect("subscriber").subscribe(GetParam());
  const core::RuleKey rule = scene.engine().add_rule(GetParam(), scene.now());

  auto& client =
      scene.connect("client", {.will = WillTerms{.topic = "gone", .payload = "!", .qos = at_least_once}});
  client.publish("a", "0").publish("a/b", "1", at_least_once).publish("a/b", "2", exactly_once);
  client.publish("/a", "3")
      .publish("$state/a", "4", at_least_once, true)
      .publish("a/b", "", at_most_once, true);
  scene.publish({.topic = "a/c", .payload = "5", .qos = exactly_once})
      .publish({.topic = "a", .payload = "6"});
  scene.cut(client);
  EXPECT_EQ(calls_of(scene, rule), subscriber.received());
}

TEST(Rule, IsCalledForTheApplicationsMessage) {
  Scene scene;
  const core::RuleKey rule = scene.engine().add_rule("a/+", scene.now());
  scene.publish({.topic = "a/b", .payload = "x", .qos = exactly_once});
  EXPECT_EQ(calls_of(scene, rule), one("a/b", "x", exactly_once));
}

TEST(Rule, IsCalledOnceAMessageThoughAClientHasTheSameFilter) {
  Scene scene;
  const core::RuleKey rule = scene.engine().add_rule("a", scene.now());
  scene.connect("client").subscribe("a").subscribe("#").publish("a", "x");
  EXPECT_EQ(calls_of(scene, rule), one("a", "x"));
}

TEST(Rule, IsCalledForItselfThoughOthersHaveTheSameFilter) {
  Scene scene;
  const core::RuleKey first = scene.engine().add_rule("a", scene.now());
  const core::RuleKey second = scene.engine().add_rule("a", scene.now());
  const core::RuleKey wide = scene.engine().add_rule("#", scene.now());
  scene.publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(calls_of(scene, first), one("a", "x"));
  EXPECT_EQ(calls_of(scene, second), one("a", "x"));
  EXPECT_EQ(calls_of(scene, wide), one("a", "x"));
}

TEST(Rule, GetsRetainedMessagesWhenItIsNewWithRetain1) {  // [MQTT-3.3.1-9]
  Scene scene;
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once, .retain = true});
  const core::RuleKey rule = scene.engine().add_rule("#", scene.now());
  scene.settle();
  EXPECT_EQ(calls_of(scene, rule),
            (Arrivals{{.topic = "a", .payload = "x", .qos = at_least_once, .retain = true}}));
}

TEST(Rule, IsNotCalledAfterItWasRemoved) {
  Scene scene;
  const core::RuleKey rule = scene.engine().add_rule("a", scene.now());
  const core::RuleKey stays = scene.engine().add_rule("a", scene.now());
  EXPECT_TRUE(scene.engine().remove_rule(rule));
  scene.publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(calls_of(scene, rule), Arrivals{});
  EXPECT_EQ(calls_of(scene, stays), one("a", "x"));
}

TEST(Rule, IsRemovedOnlyOnce) {
  Scene scene;
  const core::RuleKey rule = scene.engine().add_rule("a", scene.now());
  EXPECT_TRUE(scene.engine().remove_rule(rule));
  EXPECT_FALSE(scene.engine().remove_rule(rule));
}

TEST(Rule, CountsAsASubscriberForThePublisher) {  // [MQTT-3.4.2-1]
  Scene scene;
  (void)scene.engine().add_rule("a", scene.now());
  auto& publisher = scene.connect("publisher").publish("a", "x", at_least_once);
  EXPECT_EQ(publisher.expect<mqtt::Puback>().reason, ReasonCode::success);
}

TEST(Rule, TakesItsTurnInASharedSubscription) {  // [MQTT-4.8.2-3]
  Scene scene;
  auto& client = scene.connect("client").subscribe("$share/group/a");
  const core::RuleKey rule = scene.engine().add_rule("$share/group/a", scene.now());
  for (const char* payload : {"1", "2", "3", "4"}) scene.publish({.topic = "a", .payload = payload});
  EXPECT_EQ(payloads_of(client.received()), "1 3");
  EXPECT_EQ(payloads_of(calls_of(scene, rule)), "2 4");
}

TEST(Rule, SeesNoMessageThatThePolicyRefused) {
  ScriptedPolicy policy;
  Scene scene(Scene::defaults(), &policy);
  policy.publish_answer = ReasonCode::not_authorized;
  const core::RuleKey rule = scene.engine().add_rule("#", scene.now());
  scene.connect("client").publish("a", "x");
  EXPECT_EQ(calls_of(scene, rule), Arrivals{});
}

TEST(Rule,
     SeesTheProperties) {  // [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20]
  Scene scene;
  (void)scene.engine().add_rule("a", scene.now());
  const Message message{.topic = "a",
                        .payload = "x",
                        .properties = {.payload_is_utf8 = true,
                                       .message_expiry = 10s,
                                       .content_type = "text/plain",
                                       .response_topic = "answers",
                                       .correlation_data = "7",
                                       .user_properties = {{"b", "1"}, {"a", "2"}, {"b", "3"}}}};
  scene.publish(message);
  EXPECT_EQ(core::to_message(scene.rule_calls().front().message->view(), scene.now()), message);
}

// How many rules a message has been through.
TEST(RuleHops, AreToldToTheRule) {
  Scene scene;
  (void)scene.engine().add_rule("#", scene.now());
  scene.connect("client").publish("a", "x");
  scene.publish({.topic = "a", .payload = "y"}, 5);
  EXPECT_EQ(scene.rule_calls().front().hops, 0);
  EXPECT_EQ(scene.rule_calls().back().hops, 5);
}

class RuleLoop : public testing::Test {
 protected:
  static core::EngineOptions three_hops() {
    core::EngineOptions options = Scene::defaults();
    options.limits.rule_hops = 3;
    return options;
  }
  // What a host does whose rule publishes to its own topic again.
  void answer_calls_from(std::size_t first) {
    for (std::size_t i = first; i < scene.rule_calls().size() && i < 100; ++i) {
      const auto hops = static_cast<std::uint8_t>(scene.rule_calls()[i].hops + 1);
      scene.publish({.topic = "a", .payload = "again"}, hops);
    }
  }
  Scene scene{three_hops()};
};

TEST_F(RuleLoop, EndsAtTheLimitAndIsCounted) {
  (void)scene.engine().add_rule("a", scene.now());
  scene.publish({.topic = "a", .payload = "first"});
  answer_calls_from(0);
  EXPECT_EQ(scene.rule_calls().size(), 4u);  // the first, and three more
  EXPECT_EQ(scene.dropped(DropCause::rule_loop), 1u);
  EXPECT_EQ(scene.limit_hits("rule_hops"), 1u);
}

TEST_F(RuleLoop, DoesNotReachTheRetainedStoreAboveTheLimit) {
  scene.publish({.topic = "a", .payload = "x", .retain = true}, 4);
  EXPECT_TRUE(scene.engine().retained("a").empty());
}

}  // namespace
}  // namespace pint::test
