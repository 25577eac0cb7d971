// Retained messages: what is stored, replaced and removed, and who gets it when. [section 3.3.1.3]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::RetainHandling;

constexpr bool kRetain = true;

// A message as it comes from the store: with RETAIN 1.
Arrivals stored(std::string topic, std::string payload, QoS qos = at_most_once) {
  return {{.topic = std::move(topic), .payload = std::move(payload), .qos = qos, .retain = true}};
}

class Retained : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Retained, kEachVersion, version_name);

TEST_P(Retained,
       IsStoredForLaterSubscribers) {  // [MQTT-3.3.1-5] [MQTT-3.3.1-9] [MQTT3-3.3.1-6] [MQTT3-3.3.1-8]
  connect("publisher").publish("a", "x", at_most_once, kRetain);
  EXPECT_EQ(connect("late").subscribe("a").received(), stored("a", "x"));
}

TEST_P(Retained, IsStoredWithItsQoS) {  // [MQTT3-3.3.1-5]
  connect("publisher").publish("a", "x", exactly_once, kRetain);
  EXPECT_EQ(connect("late").subscribe("a").received(), stored("a", "x", exactly_once));
}

TEST_P(Retained, ComesAtTheLowerOfItsQoSAndTheOneGranted) {  // [MQTT-3.8.4-8] [MQTT3-3.8.4-6]
  connect("publisher").publish("a", "x", exactly_once, kRetain);
  auto& late = connect("late").subscribe("a", {.qos = at_least_once});
  EXPECT_EQ(late.received(), stored("a", "x", at_least_once));
}

TEST_P(Retained, TakesThePlaceOfTheTopicsEarlierOne) {  // [MQTT-3.3.1-5] [MQTT3-3.3.1-5]
  auto& publisher = connect("publisher");
  publisher.publish("a", "old", at_least_once, kRetain).publish("a", "new", at_least_once, kRetain);
  EXPECT_EQ(connect("late").subscribe("a").received(), stored("a", "new", at_least_once));
}

TEST_P(Retained, AtQoS0TakesThePlaceOfOneAtQoS2) {  // [MQTT3-3.3.1-7]
  auto& publisher = connect("publisher");
  publisher.publish("a", "old", exactly_once, kRetain).publish("a", "new", at_most_once, kRetain);
  EXPECT_EQ(connect("late").subscribe("a").received(), stored("a", "new"));
}

TEST_P(Retained, OfEachTopicThatMatchesIsSentInOrderOfTopic) {  // [MQTT3-3.3.1-6]
  auto& publisher = connect("publisher");
  publisher.publish("home/b", "b", at_most_once, kRetain).publish("home/a", "a", at_most_once, kRetain);
  publisher.publish("away", "no", at_most_once, kRetain).publish("home", "home", at_most_once, kRetain);
  EXPECT_EQ(payloads_of(connect("late").subscribe("home/#").received()), "home a b");
}

TEST_P(Retained, OfATopicWithADollarIsHiddenFromWildcardsInFront) {  // [MQTT-4.7.2-1] [MQTT3-4.7.2-1]
  auto& publisher = connect("publisher");
  publisher.publish("$state/a", "hidden", at_most_once, kRetain)
      .publish("x/a", "seen", at_most_once, kRetain);
  EXPECT_EQ(payloads_of(connect("hash").subscribe("#").received()), "seen");
  EXPECT_EQ(payloads_of(connect("plus").subscribe("+/a").received()), "seen");
  EXPECT_EQ(payloads_of(connect("plain").subscribe("$state/+").received()), "hidden");
}

TEST_P(Retained, EmptyMessageIsDeliveredAsANormalOne) {  // [MQTT-3.3.1-6] [MQTT3-3.3.1-10]
  auto& watcher = connect("watcher").subscribe("a");
  connect("publisher").publish("a", "", at_least_once, kRetain);
  EXPECT_EQ(watcher.received(), one("a", "", at_least_once));
}

TEST_P(Retained, EmptyMessageRemovesTheTopicsMessage) {  // [MQTT-3.3.1-6] [MQTT3-3.3.1-10]
  auto& publisher = connect("publisher").publish("a", "x", at_most_once, kRetain);
  publisher.publish("b", "stays", at_most_once, kRetain).publish("a", "", at_most_once, kRetain);
  EXPECT_EQ(connect("late").subscribe("#").received(), stored("b", "stays"));
}

TEST_P(Retained, EmptyMessageIsNotStored) {  // [MQTT-3.3.1-7] [MQTT3-3.3.1-11]
  connect("publisher").publish("a", "", at_least_once, kRetain);
  EXPECT_TRUE(connect("late").subscribe("a").received().empty());
  EXPECT_EQ(scene.engine().stats().retained_messages, 0u);
}

TEST_P(Retained, IsLeftAloneByAMessageThatIsNotRetained) {  // [MQTT-3.3.1-8] [MQTT3-3.3.1-12]
  auto& publisher = connect("publisher").publish("a", "kept", at_most_once, kRetain);
  publisher.publish("a", "passing").publish("a", "");
  EXPECT_EQ(connect("late").subscribe("a").received(), stored("a", "kept"));
}

TEST_P(Retained, IsNotMadeByAMessageThatIsNotRetained) {  // [MQTT-3.3.1-8] [MQTT3-3.3.1-12]
  connect("publisher").publish("a", "passing", at_least_once);
  EXPECT_TRUE(connect("late").subscribe("a").received().empty());
}

TEST_P(Retained, ReachesAnEstablishedSubscriptionWithRetain0) {  // [MQTT-3.3.1-12] [MQTT3-3.3.1-9]
  auto& watcher = connect("watcher").subscribe("a");
  connect("publisher").publish("a", "x", at_most_once, kRetain);
  EXPECT_EQ(watcher.received(), one("a", "x"));
}

TEST_P(Retained, IsSentAgainForARepeatedSubscribe) {  // [MQTT-3.8.4-4] [MQTT-3.3.1-9] [MQTT3-3.8.4-3]
  connect("publisher").publish("a", "x", at_most_once, kRetain);
  auto& watcher = connect("watcher").subscribe("a");
  EXPECT_EQ(watcher.received(), stored("a", "x"));
  watcher.subscribe("a");
  EXPECT_EQ(watcher.received(), stored("a", "x"));
}

TEST_P(Retained, ComesBehindSuback) {
  connect("publisher").publish("a", "x", at_most_once, kRetain);
  auto& watcher = connect("watcher");
  watcher.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"a", {}}}});
  watcher.expect<mqtt::Suback>();
  EXPECT_EQ(watcher.received(), stored("a", "x"));
}

TEST_P(Retained, IsNotSentForASubscriptionThatTheSessionBrought) {
  auto& watcher = connect_to_session("watcher").subscribe("a");
  scene.cut(watcher);
  connect("publisher").publish("a", "x", at_most_once, kRetain);
  EXPECT_TRUE(connect_to_session("watcher").silent());
}

TEST_P(Retained, OutlivesTheSessionOfItsPublisher) {
  auto& publisher = connect("publisher").publish("a", "x", at_most_once, kRetain);
  scene.cut(publisher);
  EXPECT_EQ(connect("late").subscribe("a").received(), stored("a", "x"));
}

TEST_P(Retained, GoesThroughTheSendWindowLikeAnyOther) {  // [MQTT-4.9.0-2]
  auto& publisher = connect("publisher");
  publisher.publish("a", "1", at_least_once, kRetain).publish("b", "2", at_least_once, kRetain);
  auto& late = connect("late", {.receive_maximum = 1}).subscribe("#");
  EXPECT_EQ(payloads_of(late.received()), "1 2");
}

TEST(RetainedByTheApplication, IsStoredForLaterSubscribers) {  // [MQTT-3.3.1-5]
  Scene scene;
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once, .retain = true});
  EXPECT_EQ(scene.connect("late").subscribe("a").received(), stored("a", "x", at_least_once));
}

TEST(RetainedByTheApplication, IsRemovedByAnEmptyMessage) {  // [MQTT-3.3.1-6]
  Scene scene;
  scene.publish({.topic = "a", .payload = "x", .retain = true}).publish({.topic = "a", .retain = true});
  EXPECT_TRUE(scene.connect("late").subscribe("a").silent());
}

// Retain Handling of a SUBSCRIBE, and what it brings to a new and to a repeated subscription.
struct Handling {
  std::string name;
  RetainHandling handling;
  std::string when_new;
  std::string when_repeated;
  std::string cites;
};

const Handling kHandlings[] = {
    {.name = "send",
     .handling = RetainHandling::send,
     .when_new = "x",
     .when_repeated = "x",
     .cites = "MQTT-3.3.1-9"},
    {.name = "send_if_new",
     .handling = RetainHandling::send_if_new,
     .when_new = "x",
     .when_repeated = "",
     .cites = "MQTT-3.3.1-10"},
    {.name = "do_not_send",
     .handling = RetainHandling::do_not_send,
     .when_new = "",
     .when_repeated = "",
     .cites = "MQTT-3.3.1-11"},
};

class RetainHandlingIs : public testing::TestWithParam<Handling> {
 protected:
  RetainHandlingIs() { scene.publish({.topic = "a", .payload = "x", .retain = true}); }
  Scene scene;
};
INSTANTIATE_TEST_SUITE_P(, RetainHandlingIs, testing::ValuesIn(kHandlings),
                         [](const auto& test) { return test.param.name; });

TEST_P(RetainHandlingIs, ObeyedForANewSubscription) {
  auto& watcher = scene.connect("watcher").subscribe("a", {.retain_handling = GetParam().handling});
  EXPECT_EQ(payloads_of(watcher.received()), GetParam().when_new);
}

TEST_P(RetainHandlingIs, ObeyedForARepeatedSubscription) {
  auto& watcher = scene.connect("watcher").subscribe("a");
  watcher.received();
  watcher.subscribe("a", {.retain_handling = GetParam().handling});
  EXPECT_EQ(payloads_of(watcher.received()), GetParam().when_repeated);
}

TEST_P(RetainHandlingIs, ObeyedAfterUnsubscribeAsForANewSubscription) {
  auto& watcher = scene.connect("watcher").subscribe("a");
  watcher.received();
  watcher.unsubscribe("a").subscribe("a", {.retain_handling = GetParam().handling});
  EXPECT_EQ(payloads_of(watcher.received()), GetParam().when_new);
}

// Retain As Published of a subscription, RETAIN as it came in, and RETAIN as it goes out.
struct AsPublished {
  std::string name;
  bool as_published;
  bool in;
  bool out;
  std::string cites;
};

const AsPublished kAsPublished[] = {
    {.name = "off_0_is_0", .as_published = false, .in = false, .out = false, .cites = "MQTT-3.3.1-12"},
    {.name = "off_1_is_0", .as_published = false, .in = true, .out = false, .cites = "MQTT-3.3.1-12"},
    {.name = "on_0_is_0", .as_published = true, .in = false, .out = false, .cites = "MQTT-3.3.1-13"},
    {.name = "on_1_is_1", .as_published = true, .in = true, .out = true, .cites = "MQTT-3.3.1-13"},
};

class RetainAsPublished : public testing::TestWithParam<AsPublished> {
 protected:
  Scene scene;
};
INSTANTIATE_TEST_SUITE_P(, RetainAsPublished, testing::ValuesIn(kAsPublished),
                         [](const auto& test) { return test.param.name; });

TEST_P(RetainAsPublished, IsObeyedWhenForwarding) {
  auto& watcher = scene.connect("watcher").subscribe("a", {.retain_as_published = GetParam().as_published});
  scene.connect("publisher").publish("a", "x", at_most_once, GetParam().in);
  EXPECT_EQ(watcher.expect<mqtt::Publish>().retain, GetParam().out);
}

TEST_P(RetainAsPublished, IsObeyedForAMessageThatWaited) {
  auto& watcher = scene.connect("watcher", {.session_expiry = 60});
  watcher.subscribe("a", {.qos = at_least_once, .retain_as_published = GetParam().as_published});
  scene.cut(watcher);
  scene.connect("publisher").publish("a", "x", at_least_once, GetParam().in);
  auto& back = scene.connect("watcher", {.clean_start = false});
  EXPECT_EQ(back.expect<mqtt::Publish>().retain, GetParam().out);
}

TEST(RetainAsPublishedOff, StillSendsRetain1FromTheStore) {  // [MQTT-3.3.1-9]
  Scene scene;
  scene.publish({.topic = "a", .payload = "x", .retain = true});
  auto& late = scene.connect("late").subscribe("a", {.retain_as_published = false});
  EXPECT_EQ(late.received(), stored("a", "x"));
}

class RetainedLimit : public testing::Test {
 protected:
  RetainedLimit() : scene(one_message()) { scene.publish({.topic = "a", .payload = "1", .retain = true}); }
  static core::EngineOptions one_message() {
    core::EngineOptions options = Scene::defaults();
    options.limits.retained_messages = 1;
    return options;
  }
  Scene scene;
};

TEST_F(RetainedLimit, KeepsOutOneMoreTopicAndCountsIt) {
  auto& watcher = scene.connect("watcher").subscribe("b");
  scene.publish({.topic = "b", .payload = "2", .retain = true});
  EXPECT_EQ(watcher.received(), one("b", "2"));  // delivered all the same
  EXPECT_TRUE(scene.engine().retained("b").empty());
  EXPECT_EQ(scene.dropped(DropCause::retained_store_full), 1u);
  EXPECT_EQ(scene.limit_hits("retained_messages"), 1u);
}

TEST_F(RetainedLimit, LetsAStoredTopicChange) {
  scene.publish({.topic = "a", .payload = "2", .retain = true});
  EXPECT_EQ(scene.connect("late").subscribe("a").received(), stored("a", "2"));
}

TEST_F(RetainedLimit, LetsOneMoreTopicInAfterOneWasRemoved) {
  scene.publish({.topic = "a", .retain = true}).publish({.topic = "b", .payload = "2", .retain = true});
  EXPECT_EQ(scene.connect("late").subscribe("#").received(), stored("b", "2"));
}

}  // namespace
}  // namespace pint::test
