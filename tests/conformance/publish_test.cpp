// PUBLISH from a client: what it may look like, how it is answered, and what of it a subscriber sees.
// [section 3.3]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;

class Publish : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Publish, kEachVersion, version_name);

TEST_P(Publish, ReachesASubscriberWithItsTopicAndPayload) {  // [MQTT-3.3.2-1] [MQTT3-3.3.2-1]
  auto& watcher = connect("watcher").subscribe("sensors/kitchen");
  connect("sensor").publish("sensors/kitchen", "21.5");
  EXPECT_EQ(watcher.received(), one("sensors/kitchen", "21.5"));
}

TEST_P(Publish, ReachesOnlyThoseWhoseFilterMatchesItsTopic) {  // [MQTT-3.3.2-3] [MQTT3-3.3.2-3]
  auto& same = connect("same").subscribe("a/b");
  auto& wild = connect("wild").subscribe("a/+");
  auto& other = connect("other").subscribe("a/c");
  connect("publisher").publish("a/b", "x");
  EXPECT_EQ(same.received(), one("a/b", "x"));
  EXPECT_EQ(wild.received(), one("a/b", "x"));
  EXPECT_TRUE(other.silent());
}

TEST_P(Publish, AnEmptyPayloadIsAMessageToo) {
  auto& watcher = connect("watcher").subscribe("a");
  connect("publisher").publish("a", "");
  EXPECT_EQ(watcher.received(), one("a", ""));
}

TEST_P(Publish, LargePayloadArrivesWhole) {
  auto& watcher = connect("watcher").subscribe("a");
  const std::string payload(300'000, 'x');
  connect("publisher").publish("a", payload, at_least_once);
  EXPECT_EQ(watcher.received(), one("a", payload, at_least_once));
}

TEST_P(Publish, IsAnsweredByItsQoS) {  // [MQTT-3.3.4-1] [MQTT3-3.3.4-1]
  connect("watcher").subscribe("a");
  auto& publisher = connect("publisher");
  publisher.publish("a", "0", at_most_once);
  EXPECT_TRUE(publisher.silent());
  publisher.publish({.topic = "a", .payload = "1", .qos = at_least_once, .packet_id = 7});
  EXPECT_EQ(publisher.expect<mqtt::Puback>(), mqtt::Puback{.packet_id = mqtt::PacketId{7}});
  publisher.publish({.topic = "a", .payload = "2", .qos = exactly_once, .packet_id = 8});
  EXPECT_EQ(publisher.expect<mqtt::Pubrec>(), mqtt::Pubrec{.packet_id = mqtt::PacketId{8}});
}

TEST_P(Publish, DupOfThePublisherIsNotCopied) {  // [MQTT-3.3.1-3] [MQTT3-3.3.1-3]
  auto& watcher = connect("watcher").subscribe("a");
  connect("publisher").publish({.topic = "a", .payload = "x", .qos = at_least_once, .duplicate = true});
  EXPECT_EQ(watcher.received(), one("a", "x", at_least_once));
}

TEST_P(Publish, GoesOutAtQoS0WithDup0) {  // [MQTT-4.3.1-1] [MQTT3-4.3.1-1] [MQTT-3.3.1-2] [MQTT3-3.3.1-2]
  auto& watcher = connect("watcher").subscribe("a", {.qos = at_most_once});
  connect("publisher").publish({.topic = "a", .payload = "x", .qos = at_least_once, .duplicate = true});
  EXPECT_EQ(watcher.received(), one("a", "x", at_most_once));
}

TEST_P(Publish, WithDup1AtQoS0EndsTheConnection) {  // [MQTT-3.3.1-2] [MQTT3-3.3.1-2]
  auto& publisher = connect("publisher");
  publisher.publish({.topic = "a", .payload = "x", .duplicate = true});
  expect_ended(publisher, ReasonCode::malformed_packet);
}

TEST_P(Publish, WithBothQoSBitsEndsTheConnection) {  // [MQTT-3.3.1-4] [MQTT3-3.3.1-4]
  auto& publisher = connect("publisher");
  publisher.send_raw({0x36, 0x06, 0x00, 0x01, 'a', 0x00, 0x01, 0x00});
  expect_ended(publisher, ReasonCode::malformed_packet);
}

TEST_P(Publish, WithPacketIdentifier0EndsTheConnection) {
  auto& publisher = connect("publisher");
  publisher.send(mqtt::Publish{.qos = at_least_once, .topic = "a", .payload = {}});
  expect_ended(publisher, ReasonCode::protocol_error);
}

// A Topic Name that is none, and the answer to it.
struct BadTopic {
  std::string name;
  std::string topic;
  ReasonCode reason;
  std::string cites = {};
};

const BadTopic kBadTopics[] = {
    {.name = "single_level_wildcard",
     .topic = "a/+",
     .reason = ReasonCode::topic_name_invalid,
     .cites = "MQTT-3.3.2-2 MQTT3-3.3.2-2 MQTT-4.7.0-1 MQTT3-4.7.1-1"},
    {.name = "multi_level_wildcard",
     .topic = "a/#",
     .reason = ReasonCode::topic_name_invalid,
     .cites = "MQTT-3.3.2-2 MQTT3-3.3.2-2 MQTT-4.7.0-1 MQTT3-4.7.1-1"},
    {.name = "wildcard_inside_a_level",
     .topic = "a+b",
     .reason = ReasonCode::topic_name_invalid,
     .cites = "MQTT-3.3.2-2 MQTT3-3.3.2-2"},
    {.name = "no_utf8",
     .topic = "a\xC3",
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-3.3.2-1 MQTT3-3.3.2-1"},
    {.name = "surrogate",
     .topic = "a\xED\xA0\x80",
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-3.3.2-1 MQTT3-3.3.2-1"},
    {.name = "null_character",
     .topic = std::string("a\0b", 3),
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-4.7.3-2 MQTT3-4.7.3-2"},
};

class PublishTopic : public testing::TestWithParam<std::tuple<ProtocolVersion, BadTopic>> {};
INSTANTIATE_TEST_SUITE_P(
    , PublishTopic, testing::Combine(kEachVersion, testing::ValuesIn(kBadTopics)), [](const auto& test) {
      return std::get<1>(test.param).name + "_" + version_name({std::get<0>(test.param), 0});
    });

TEST_P(PublishTopic, ThatIsNoneEndsTheConnection) {
  const auto& [version, bad] = GetParam();
  Scene scene;
  auto& publisher = scene.connect("publisher", {.version = version});
  publisher.publish(bad.topic, "x");
  expect_ended(publisher, bad.reason);
}

TEST(PublishTopicEmpty, EndsTheConnection) {  // [MQTT-4.7.3-1] [MQTT3-4.7.3-1]
  Scene scene;
  auto& old = scene.connect("old", {.version = ProtocolVersion::v3_1_1}).publish("", "x");
  expect_ended(old, ReasonCode::topic_name_invalid);
  auto& recent = scene.connect("recent").publish("", "x");
  expect_ended(recent, ReasonCode::protocol_error);  // without a Topic Alias, section 3.3.2.1
}

// Every client may publish to "open"; the rest is not for them.
class OnlyOpen : public Policy {
 public:
  ReasonCode publish(const PublishRequest& request) override {
    return request.topic == "open" ? ReasonCode::success : ReasonCode::not_authorized;
  }
};

class PublishNotAuthorized : public EachVersion {
 protected:
  PublishNotAuthorized() : EachVersion(Scene::defaults(), &policy_) {}

 private:
  OnlyOpen policy_;
};
INSTANTIATE_TEST_SUITE_P(, PublishNotAuthorized, kEachVersion, version_name);

TEST_P(PublishNotAuthorized, ReachesNobodyAndIsCounted) {
  auto& watcher = connect("watcher").subscribe("#");
  connect("publisher").publish("closed", "x").publish("open", "y");
  EXPECT_EQ(watcher.received(), one("open", "y"));
  EXPECT_EQ(scene.dropped(DropCause::not_authorized), 1u);
}

TEST_P(PublishNotAuthorized, IsNotRetained) {
  connect("publisher").publish("closed", "x", at_most_once, true);
  EXPECT_TRUE(scene.engine().retained("#").empty());
}

TEST(PublishNotAuthorizedV3, IsAcknowledgedAsUsual) {  // [MQTT3-3.3.5-2]
  OnlyOpen policy;
  Scene scene(Scene::defaults(), &policy);
  auto& publisher = scene.connect("publisher", {.version = ProtocolVersion::v3_1_1});
  publisher.publish("closed", "1", at_least_once);
  EXPECT_EQ(publisher.received_bytes(), std::string("\x40\x02\x00\x01", 4));
  publisher.publish("closed", "2", exactly_once);
  EXPECT_EQ(publisher.received_bytes(), std::string("\x50\x02\x00\x02", 4));
  publisher.send(mqtt::Pubrel{.packet_id = mqtt::PacketId{2}});
  EXPECT_EQ(publisher.received_bytes(), std::string("\x70\x02\x00\x02", 4));
}

TEST(PublishNotAuthorizedV5, IsToldToThePublisher) {  // [MQTT-3.4.2-1] [MQTT-3.5.2-1]
  OnlyOpen policy;
  Scene scene(Scene::defaults(), &policy);
  auto& publisher = scene.connect("publisher");
  publisher.publish("closed", "1", at_least_once);
  EXPECT_EQ(publisher.expect<mqtt::Puback>().reason, ReasonCode::not_authorized);
  publisher.publish("closed", "2", exactly_once);
  EXPECT_EQ(publisher.expect<mqtt::Pubrec>().reason, ReasonCode::not_authorized);
}

TEST(PublishV5, NobodySubscribedIsToldToThePublisher) {  // [MQTT-3.4.2-1] [MQTT-3.5.2-1]
  Scene scene;
  auto& publisher = scene.connect("publisher");
  publisher.publish("a", "1", at_least_once);
  EXPECT_EQ(publisher.expect<mqtt::Puback>().reason, ReasonCode::no_matching_subscribers);
  publisher.publish("a", "2", exactly_once);
  EXPECT_EQ(publisher.expect<mqtt::Pubrec>().reason, ReasonCode::no_matching_subscribers);
}

TEST(PublishV5, WithASubscriptionIdentifierIsAProtocolError) {  // [MQTT-3.3.4-6]
  Scene scene;
  auto& publisher = scene.connect("publisher");
  PublishTerms terms{.topic = "a", .payload = "x"};
  terms.properties.add(mqtt::PropertyId::subscription_identifier, 1);
  publisher.publish(terms);
  expect_ended(publisher, ReasonCode::protocol_error);
}

}  // namespace
}  // namespace pint::test
