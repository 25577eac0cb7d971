// Overlapping subscriptions of one client, and Subscription Identifiers. [section 3.3.4]
#include <algorithm>

#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;

// The Subscription Identifiers of a PUBLISH, sorted: their order means nothing. [MQTT-3.3.4-4]
std::vector<std::uint32_t> identifiers_of(const mqtt::Publish& publish) {
  std::vector<std::uint32_t> out;
  publish.properties.for_each([&](const mqtt::Property& property) {
    if (property.id == mqtt::PropertyId::subscription_identifier) out.push_back(property.number);
  });
  std::ranges::sort(out);
  return out;
}
using Identifiers = std::vector<std::uint32_t>;

class Overlapping : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Overlapping, kEachVersion, version_name);

TEST_P(Overlapping, SubscriptionsBringOneCopyAtTheHighestQoS) {  // [MQTT-3.3.4-2] [MQTT3-3.3.5-1]
  auto& watcher = connect("watcher").subscribe("a/b", {.qos = at_most_once});
  watcher.subscribe("a/+", {.qos = exactly_once}).subscribe("#", {.qos = at_least_once});
  scene.publish({.topic = "a/b", .payload = "x", .qos = exactly_once});
  EXPECT_EQ(watcher.received(), one("a/b", "x", exactly_once));
}

TEST_P(Overlapping, SubscriptionsNeverRaiseTheQoSPublished) {  // [MQTT-3.8.4-8] [MQTT3-3.8.4-6]
  auto& watcher =
      connect("watcher").subscribe("a", {.qos = exactly_once}).subscribe("+", {.qos = exactly_once});
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once});
  EXPECT_EQ(watcher.received(), one("a", "x", at_least_once));
}

TEST_P(Overlapping, SubscriptionsBringOneCopyAfterTheClientWasAway) {  // [MQTT-3.3.4-2] [MQTT3-3.3.5-1]
  scene.cut(connect_to_session("watcher").subscribe("a", {.qos = at_least_once}).subscribe("#"));
  scene.publish({.topic = "a", .payload = "x", .qos = exactly_once});
  EXPECT_EQ(connect_to_session("watcher").received(), one("a", "x", exactly_once));
}

TEST_P(Overlapping, OfOtherClientsBringsEachItsOwnCopy) {
  auto& narrow = connect("narrow").subscribe("a", {.qos = at_most_once});
  auto& wide = connect("wide").subscribe("#", {.qos = exactly_once}).subscribe("a");
  scene.publish({.topic = "a", .payload = "x", .qos = exactly_once});
  EXPECT_EQ(narrow.received(), one("a", "x", at_most_once));
  EXPECT_EQ(wide.received(), one("a", "x", exactly_once));
}

TEST(OverlappingV5, RetainAsPublishedOfOneIsEnough) {  // [MQTT-3.3.1-13]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("a").subscribe("#", {.retain_as_published = true});
  scene.publish({.topic = "a", .payload = "x", .retain = true});
  EXPECT_TRUE(watcher.expect<mqtt::Publish>().retain);
}

class SubscriptionIdentifiers : public testing::Test {
 protected:
  Identifiers after_publish(Peer& watcher) {
    scene.publish({.topic = "a", .payload = "x", .qos = at_least_once});
    return identifiers_of(watcher.expect<mqtt::Publish>());
  }
  Scene scene;
};

TEST_F(SubscriptionIdentifiers, AreSentWithTheMessage) {  // [MQTT-3.3.4-3]
  auto& watcher = scene.connect("watcher").subscribe("a", {}, 268'435'455);
  EXPECT_EQ(after_publish(watcher), Identifiers{268'435'455});
}

TEST_F(SubscriptionIdentifiers, AreNotSentForASubscriptionWithoutOne) {  // [MQTT-3.3.4-3]
  auto& watcher = scene.connect("watcher").subscribe("a");
  scene.connect("other").subscribe("a", {}, 5);
  EXPECT_EQ(after_publish(watcher), Identifiers{});
}

TEST_F(SubscriptionIdentifiers, OfAllThatMatchAreInTheOneCopy) {  // [MQTT-3.3.4-4]
  auto& watcher = scene.connect("watcher").subscribe("a", {}, 3).subscribe("+", {}, 1).subscribe("#", {}, 2);
  watcher.subscribe("b", {}, 4).subscribe("a/#");
  EXPECT_EQ(after_publish(watcher), (Identifiers{1, 2, 3}));
}

TEST_F(SubscriptionIdentifiers, ThatAreEqualAreEachSent) {  // [MQTT-3.3.4-4]
  auto& watcher = scene.connect("watcher").subscribe("a", {}, 7).subscribe("+", {}, 7);
  EXPECT_EQ(after_publish(watcher), (Identifiers{7, 7}));
}

// A shared subscription's copy is its own. [MQTT-3.3.4-5]
TEST_F(SubscriptionIdentifiers, OfACopyForEachMatchAreThatSubscriptionsOwn) {
  auto& watcher = scene.connect("watcher").subscribe("a", {}, 1).subscribe("$share/group/a", {}, 2);
  watcher.subscribe("$share/other/+");
  std::vector<Identifiers> each{after_publish(watcher)};
  each.push_back(identifiers_of(watcher.expect<mqtt::Publish>()));
  each.push_back(identifiers_of(watcher.expect<mqtt::Publish>()));
  std::ranges::sort(each);
  EXPECT_EQ(each, (std::vector<Identifiers>{{}, {1}, {2}}));
}

TEST_F(SubscriptionIdentifiers, AreSentWithARetainedMessage) {  // [MQTT-3.3.4-3]
  scene.publish({.topic = "a", .payload = "x", .retain = true});
  auto& watcher = scene.connect("watcher").subscribe("#", {}, 9);
  EXPECT_EQ(identifiers_of(watcher.expect<mqtt::Publish>()), Identifiers{9});
}

TEST_F(SubscriptionIdentifiers, AreReplacedWithTheSubscription) {  // [MQTT-3.8.4-3]
  auto& watcher = scene.connect("watcher").subscribe("a", {}, 1).subscribe("a", {}, 2);
  EXPECT_EQ(after_publish(watcher), Identifiers{2});
  watcher.subscribe("a");
  EXPECT_EQ(after_publish(watcher), Identifiers{});
}

TEST_F(SubscriptionIdentifiers, BelongToTheSession) {
  scene.cut(scene.connect("watcher", {.session_expiry = 60}).subscribe("a", {}, 6));
  EXPECT_EQ(after_publish(scene.connect("watcher", {.clean_start = false})), Identifiers{6});
}

TEST_F(SubscriptionIdentifiers, AreSentWithWhatWaitedAndWhatIsResent) {  // [MQTT-3.3.4-3]
  scene.cut(scene.connect("watcher", {.session_expiry = 60}).subscribe("a", {.qos = at_least_once}, 6));
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once});
  auto& first = scene.connect("watcher", {.clean_start = false, .session_expiry = 60, .manual = true});
  EXPECT_EQ(identifiers_of(first.expect<mqtt::Publish>()), Identifiers{6});
  auto& second = scene.connect("watcher", {.clean_start = false, .session_expiry = 60});
  EXPECT_EQ(identifiers_of(second.expect<mqtt::Publish>()), Identifiers{6});
}

TEST_F(SubscriptionIdentifiers, AreLeftOutForA3xClientThatTakesTheSessionUp) {
  scene.cut(scene.connect("watcher", {.session_expiry = 60}).subscribe("a", {.qos = at_least_once}, 6));
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once});
  auto& back = scene.connect("watcher", {.version = ProtocolVersion::v3_1_1, .clean_start = false});
  EXPECT_EQ(back.received(), one("a", "x", at_least_once));
}

}  // namespace
}  // namespace pint::test
