// Topic Aliases in both directions. [section 3.3.2.3.4]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PropertyId;

constexpr std::uint16_t kOurMaximum = 3;

core::EngineOptions with_aliases(std::uint16_t maximum, std::uint16_t outgoing) {
  core::EngineOptions options = Scene::defaults();
  options.limits.topic_alias_maximum = maximum;
  options.limits.outgoing_topic_aliases = outgoing;
  return options;
}

// Towards the broker, which accepts three.
class IncomingAlias : public testing::Test {
 protected:
  static PublishTerms with_alias(std::uint16_t alias, std::string topic, std::string payload = "x") {
    PublishTerms terms{.topic = std::move(topic), .payload = std::move(payload)};
    terms.properties.add(PropertyId::topic_alias, alias);
    return terms;
  }
  Scene scene{with_aliases(kOurMaximum, 0)};
  Peer& watcher = scene.connect("watcher", {.topic_alias_maximum = 10}).subscribe("#");
  Peer& publisher = scene.connect("publisher", {.session_expiry = 60});
};

TEST_F(IncomingAlias, StandsForTheTopicItCameWith) {  // [MQTT-3.3.2-12]
  publisher.publish(with_alias(1, "a", "1")).publish(with_alias(1, "", "2"));
  const Arrivals both{{.topic = "a", .payload = "1"}, {.topic = "a", .payload = "2"}};
  EXPECT_EQ(watcher.received(), both);
}

TEST_F(IncomingAlias, MayBeAnyFrom1ToOurMaximum) {  // [MQTT-3.3.2-12]
  publisher.publish(with_alias(1, "a")).publish(with_alias(2, "b")).publish(with_alias(kOurMaximum, "c"));
  watcher.received();
  publisher.publish(with_alias(kOurMaximum, "")).publish(with_alias(1, "")).publish(with_alias(2, ""));
  const Arrivals all{
      {.topic = "c", .payload = "x"}, {.topic = "a", .payload = "x"}, {.topic = "b", .payload = "x"}};
  EXPECT_EQ(watcher.received(), all);
}

TEST_F(IncomingAlias, TakesANewTopic) {  // [MQTT-3.3.2-12]
  publisher.publish(with_alias(1, "a", "1")).publish(with_alias(1, "b", "2")).publish(with_alias(1, "", "3"));
  const Arrivals all{
      {.topic = "a", .payload = "1"}, {.topic = "b", .payload = "2"}, {.topic = "b", .payload = "3"}};
  EXPECT_EQ(watcher.received(), all);
}

TEST_F(IncomingAlias, IsNotForwarded) {  // [MQTT-3.3.2-11]
  publisher.publish(with_alias(1, "a"));
  EXPECT_TRUE(watcher.expect<mqtt::Publish>().properties.empty());
}

TEST_F(IncomingAlias, IsNotRetained) {  // [MQTT-3.3.1-5]
  PublishTerms terms = with_alias(1, "");
  terms.retain = true;
  publisher.publish(with_alias(1, "a")).publish(terms);
  EXPECT_EQ(scene.engine().retained("a").size(), 1u);
}

TEST_F(IncomingAlias, IsTheConnectionsOwn) {  // [MQTT-3.3.2-7]
  auto& other = scene.connect("other");
  publisher.publish(with_alias(1, "a"));
  other.publish(with_alias(1, ""));
  expect_ended(other, ReasonCode::protocol_error);
}

TEST_F(IncomingAlias, EndsWithTheConnection) {  // [MQTT-3.3.2-7]
  scene.cut(publisher.publish(with_alias(1, "a")));
  auto& back = scene.connect("publisher", {.clean_start = false}).publish(with_alias(1, ""));
  expect_ended(back, ReasonCode::protocol_error);
}

TEST_F(IncomingAlias, WithoutATopicIsAProtocolError) {
  publisher.publish(with_alias(1, "a")).publish(with_alias(2, ""));
  expect_ended(publisher, ReasonCode::protocol_error);
}

TEST_F(IncomingAlias, Of0IsInvalid) {  // [MQTT-3.3.2-8]
  publisher.publish(with_alias(0, "a"));
  expect_ended(publisher, ReasonCode::topic_alias_invalid);
}

TEST_F(IncomingAlias, AboveOurMaximumIsInvalidAndCounted) {  // [MQTT-3.3.2-9] [MQTT-3.2.2-17]
  publisher.publish(with_alias(kOurMaximum + 1, "a"));
  expect_ended(publisher, ReasonCode::topic_alias_invalid);
  EXPECT_EQ(scene.limit_hits("topic_alias_maximum"), 1u);
}

TEST_F(IncomingAlias, WithAWildcardTopicChangesNothing) {
  publisher.publish(with_alias(1, "a/#"));
  expect_ended(publisher, ReasonCode::topic_name_invalid);
}

TEST(IncomingAliasOff, AnyIsInvalid) {  // [MQTT-3.3.2-9] [MQTT-3.2.2-18]
  Scene scene(with_aliases(0, 0));
  PublishTerms terms{.topic = "a", .payload = "x"};
  terms.properties.add(PropertyId::topic_alias, 1);
  auto& publisher = scene.connect("publisher").publish(terms);
  expect_ended(publisher, ReasonCode::topic_alias_invalid);
}

// Towards a client. What of a PUBLISH names its topic: "a", "a=1" where an alias is made, "=1" where it is
// used.
std::string naming(const mqtt::Publish& publish) {
  const auto alias = publish.properties.number(PropertyId::topic_alias);
  return std::string(publish.topic) + (alias ? "=" + std::to_string(*alias) : "");
}

class OutgoingAlias : public testing::Test {
 protected:
  Peer& watcher_with(std::optional<std::uint16_t> maximum) {
    return scene.connect("watcher", {.session_expiry = 60, .topic_alias_maximum = maximum}).subscribe("#");
  }
  std::string after_publish(Peer& watcher, std::string topic, QoS qos = at_most_once) {
    scene.publish({.topic = std::move(topic), .payload = "x", .qos = qos});
    return naming(watcher.expect<mqtt::Publish>());
  }
  Scene scene{with_aliases(0, 100)};
};

TEST_F(OutgoingAlias, IsNotSentToAClientThatDoesNotSayIt) {  // [MQTT-3.1.2-27]
  auto& watcher = watcher_with({});
  EXPECT_EQ(after_publish(watcher, "a"), "a");
  EXPECT_EQ(after_publish(watcher, "a"), "a");
}

TEST_F(OutgoingAlias, IsNotSentToAClientThatTakesNone) {  // [MQTT-3.1.2-27]
  auto& watcher = watcher_with(0);
  EXPECT_EQ(after_publish(watcher, "a"), "a");
  EXPECT_EQ(after_publish(watcher, "a"), "a");
}

TEST_F(OutgoingAlias, ComesWithItsTopicFirstAndThenAlone) {  // [MQTT-3.3.2-8] [MQTT-3.3.2-11]
  auto& watcher = watcher_with(1);
  EXPECT_EQ(after_publish(watcher, "a"), "a=1");
  EXPECT_EQ(after_publish(watcher, "a", exactly_once), "=1");
}

TEST_F(OutgoingAlias, IsNeverAboveTheClientsMaximum) {  // [MQTT-3.3.2-11] [MQTT-3.1.2-26]
  auto& watcher = watcher_with(2);
  EXPECT_EQ(after_publish(watcher, "a"), "a=1");
  EXPECT_EQ(after_publish(watcher, "b"), "b=2");
  EXPECT_EQ(after_publish(watcher, "c"), "c");
  EXPECT_EQ(after_publish(watcher, "b"), "=2");
}

TEST_F(OutgoingAlias, IsEachClientsOwn) {
  auto& watcher = watcher_with(2);
  auto& other = scene.connect("other", {.topic_alias_maximum = 2}).subscribe("b");
  EXPECT_EQ(after_publish(watcher, "a"), "a=1");
  EXPECT_EQ(after_publish(watcher, "b"), "b=2");
  EXPECT_EQ(naming(other.expect<mqtt::Publish>()), "b=1");
}

TEST_F(OutgoingAlias, BeginsAnewWithEachConnection) {  // [MQTT-3.3.2-7]
  auto& watcher = watcher_with(2);
  EXPECT_EQ(after_publish(watcher, "a"), "a=1");
  scene.cut(watcher);
  auto& back =
      scene.connect("watcher", {.clean_start = false, .session_expiry = 60, .topic_alias_maximum = 2});
  EXPECT_EQ(after_publish(back, "a"), "a=1");
  auto& without = scene.connect("watcher", {.clean_start = false});
  EXPECT_EQ(after_publish(without, "a"), "a");
}

TEST_F(OutgoingAlias, IsNotUsedForWhatIsResentOnANewConnection) {  // [MQTT-3.3.2-7] [MQTT-4.4.0-1]
  auto& watcher = watcher_with(2).manual();
  EXPECT_EQ(after_publish(watcher, "a", at_least_once), "a=1");
  scene.cut(watcher);
  auto& back = scene.connect("watcher", {.clean_start = false});
  EXPECT_EQ(naming(back.expect<mqtt::Publish>()), "a");
}

TEST_F(OutgoingAlias, IsNotMadeByAMessageThatIsTooLarge) {  // [MQTT-3.1.2-25]
  auto& watcher =
      scene.connect("watcher", {.maximum_packet_size = 30, .topic_alias_maximum = 2}).subscribe("#");
  scene.publish({.topic = "a", .payload = std::string(100, 'x')});
  EXPECT_EQ(after_publish(watcher, "a"), "a=1");
}

// An alias takes three bytes more than none: it must not be what makes a message too large.
TEST_F(OutgoingAlias, IsLeftOutWhereItWouldMakeTheMessageTooLarge) {  // [MQTT-3.1.2-24] [MQTT-3.1.2-25]
  auto& watcher =
      scene.connect("watcher", {.maximum_packet_size = 30, .topic_alias_maximum = 2}).subscribe("#");
  scene.publish({.topic = "a", .payload = std::string(24, 'x')});
  EXPECT_EQ(watcher.received(), one("a", std::string(24, 'x')));
}

TEST(OutgoingAliasOff, NoneIsSent) {
  Scene scene(with_aliases(0, 0));
  auto& watcher = scene.connect("watcher", {.topic_alias_maximum = 10}).subscribe("a");
  scene.publish({.topic = "a", .payload = "x"}).publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(naming(watcher.expect<mqtt::Publish>()), "a");
  EXPECT_EQ(naming(watcher.expect<mqtt::Publish>()), "a");
}

}  // namespace
}  // namespace pint::test
