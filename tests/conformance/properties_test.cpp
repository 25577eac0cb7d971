// The properties of a message on its way from publisher to subscriber: unchanged, in order, whatever the way.
// [section 3.3.2.3]
#include <functional>

#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PropertyId;
using mqtt::PropertyList;

PropertyList user_properties() {
  PropertyList list;
  list.add_user_property("b", "1").add_user_property("a", "2").add_user_property("b", "3");
  return list.add_user_property("", "").add_user_property("b", "1");
}

PropertyList all_properties() {
  PropertyList list = user_properties();
  list.add(PropertyId::payload_format_indicator, 1);
  list.add(PropertyId::content_type, "text/plain; charset=utf-8");
  list.add(PropertyId::response_topic, "answers/7");
  return list.add(PropertyId::correlation_data, std::string_view("\x00\xFF\x7F", 3));
}

struct PropertyCase {
  std::string name;
  PropertyList properties;
  std::string cites;
};

const PropertyCase kProperties[] = {
    {.name = "payload_format_indicator_1",
     .properties = PropertyList().add(PropertyId::payload_format_indicator, 1),
     .cites = "MQTT-3.3.2-4"},
    {.name = "payload_format_indicator_0",
     .properties = PropertyList().add(PropertyId::payload_format_indicator, 0),
     .cites = "MQTT-3.3.2-4"},
    {.name = "response_topic",
     .properties = PropertyList().add(PropertyId::response_topic, "answers/\xE2\x82\xAC"),
     .cites = "MQTT-3.3.2-13 MQTT-3.3.2-15"},
    {.name = "correlation_data",
     .properties = PropertyList().add(PropertyId::correlation_data, std::string_view("\x00\xC0\xFF", 3)),
     .cites = "MQTT-3.3.2-16"},
    {.name = "content_type",
     .properties = PropertyList().add(PropertyId::content_type, "application/x-\xC3\xA4"),
     .cites = "MQTT-3.3.2-19 MQTT-3.3.2-20"},
    {.name = "user_properties",
     .properties = user_properties(),
     .cites = "MQTT-3.3.2-17 MQTT-3.3.2-18"},
    {.name = "all", .properties = all_properties(), .cites = {}},
};

class MessageProperty : public testing::TestWithParam<PropertyCase> {};
INSTANTIATE_TEST_SUITE_P(, MessageProperty, testing::ValuesIn(kProperties),
                         [](const auto& test) { return test.param.name; });

TEST_P(MessageProperty, ReachesASubscriberUnchanged) {
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("a");
  scene.connect("publisher").publish({.topic = "a", .payload = "x", .properties = GetParam().properties});
  EXPECT_EQ(watcher.expect<mqtt::Publish>().properties, GetParam().properties.view());
}

// The ways on which a message can reach a subscriber.
struct Way {
  std::string name;
  std::function<mqtt::Publish(Scene&, PublishTerms)> bring;
};

mqtt::Publish at_once(Scene& scene, const PublishTerms& message, QoS qos) {
  auto& watcher = scene.connect("watcher").subscribe("a", {.qos = qos});
  scene.connect("publisher").publish(message);
  return watcher.expect<mqtt::Publish>();
}

mqtt::Publish from_the_retained_store(Scene& scene, PublishTerms message) {
  message.retain = true;
  scene.connect("publisher").publish(message);
  return scene.connect("watcher").subscribe("a").expect<mqtt::Publish>();
}

mqtt::Publish from_the_queue(Scene& scene, const PublishTerms& message) {
  auto& watcher = scene.connect("watcher", {.session_expiry = 60}).subscribe("a");
  scene.cut(watcher);
  scene.connect("publisher").publish(message);
  return scene.connect("watcher", {.clean_start = false}).expect<mqtt::Publish>();
}

mqtt::Publish resent(Scene& scene, const PublishTerms& message) {
  auto& watcher = scene.connect("watcher", {.session_expiry = 60}).manual().subscribe("a");
  scene.connect("publisher").publish(message);
  scene.cut(watcher);
  return scene.connect("watcher", {.clean_start = false}).expect<mqtt::Publish>();
}

mqtt::Publish in_a_shared_subscription(Scene& scene, const PublishTerms& message) {
  auto& watcher = scene.connect("watcher").subscribe("$share/group/a");
  scene.connect("publisher").publish(message);
  return watcher.expect<mqtt::Publish>();
}

mqtt::Publish with_a_large_payload(Scene& scene, PublishTerms message) {
  message.payload = std::string(10'000, 'x');
  return at_once(scene, message, exactly_once);
}

const Way kWays[] = {
    {"at_qos_0", [](Scene& s, const PublishTerms& m) { return at_once(s, m, at_most_once); }},
    {"at_qos_1", [](Scene& s, const PublishTerms& m) { return at_once(s, m, at_least_once); }},
    {"at_qos_2", [](Scene& s, const PublishTerms& m) { return at_once(s, m, exactly_once); }},
    {"from_the_retained_store", from_the_retained_store},
    {"from_the_queue", from_the_queue},
    {"resent", resent},
    {"in_a_shared_subscription", in_a_shared_subscription},
    {"with_a_large_payload", with_a_large_payload},
};

class PropertiesOn : public testing::TestWithParam<Way> {};
INSTANTIATE_TEST_SUITE_P(, PropertiesOn, testing::ValuesIn(kWays),
                         [](const auto& test) { return test.param.name; });

// [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20]
TEST_P(PropertiesOn, EveryWayStayAsTheyWere) {
  Scene scene;
  const PublishTerms message{
      .topic = "a", .payload = "x", .qos = exactly_once, .properties = all_properties()};
  EXPECT_EQ(GetParam().bring(scene, message).properties, all_properties().view());
}

TEST(Properties, OfTheApplicationsMessageReachASubscriber) {
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("a");
  scene.publish({.topic = "a",
                 .payload = "x",
                 .properties = {.payload_is_utf8 = true,
                                .content_type = "text/plain",
                                .response_topic = "answers",
                                .correlation_data = "7",
                                .user_properties = {{"b", "1"}, {"a", "2"}}}});
  PropertyList expected;
  expected.add(PropertyId::payload_format_indicator, 1).add(PropertyId::content_type, "text/plain");
  expected.add(PropertyId::response_topic, "answers").add(PropertyId::correlation_data, "7");
  expected.add_user_property("b", "1").add_user_property("a", "2");
  EXPECT_EQ(watcher.expect<mqtt::Publish>().properties, expected.view());
}

TEST(Properties, AreLeftOutTowardsOldClients) {
  Scene scene;
  auto& watcher = scene.connect("watcher", {.version = ProtocolVersion::v3_1_1}).subscribe("a");
  scene.connect("publisher").publish({.topic = "a", .payload = "x", .properties = all_properties()});
  EXPECT_EQ(watcher.received_bytes(), std::string("\x30\x04\x00\x01"
                                                  "ax",
                                                  6));
}

TEST(Properties, OfAnOldClientsMessageAreNone) {
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("a");
  scene.connect("publisher", {.version = ProtocolVersion::v3_1_1}).publish("a", "x");
  EXPECT_TRUE(watcher.expect<mqtt::Publish>().properties.empty());
}

struct BadProperty {
  std::string name;
  PropertyList properties;
  ReasonCode reason;
  std::string cites = {};
};

const BadProperty kBadProperties[] = {
    {.name = "response_topic_with_a_wildcard",
     .properties = PropertyList().add(PropertyId::response_topic, "answers/+"),
     .reason = ReasonCode::protocol_error,
     .cites = "MQTT-3.3.2-14"},
    {.name = "response_topic_with_a_multi_level_wildcard",
     .properties = PropertyList().add(PropertyId::response_topic, "#"),
     .reason = ReasonCode::protocol_error,
     .cites = "MQTT-3.3.2-14"},
    {.name = "response_topic_no_utf8",
     .properties = PropertyList().add(PropertyId::response_topic, "a\xFF"),
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-3.3.2-13"},
    {.name = "content_type_no_utf8",
     .properties = PropertyList().add(PropertyId::content_type, "text\xC0"),
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-3.3.2-19"},
    {.name = "user_property_no_utf8",
     .properties = PropertyList().add_user_property("name", "\xED\xBF\xBF"),
     .reason = ReasonCode::malformed_packet},
    {.name = "payload_format_indicator_2",
     .properties = PropertyList().add(PropertyId::payload_format_indicator, 2),
     .reason = ReasonCode::protocol_error},
    {.name = "content_type_twice",
     .properties = PropertyList().add(PropertyId::content_type, "a").add(PropertyId::content_type, "a"),
     .reason = ReasonCode::protocol_error},
    {.name = "a_property_of_connect",
     .properties = PropertyList().add(PropertyId::session_expiry_interval, 1),
     .reason = ReasonCode::malformed_packet},
};

class PropertyThatMayNotBe : public testing::TestWithParam<BadProperty> {};
INSTANTIATE_TEST_SUITE_P(, PropertyThatMayNotBe, testing::ValuesIn(kBadProperties),
                         [](const auto& test) { return test.param.name; });

TEST_P(PropertyThatMayNotBe, EndsTheConnection) {
  Scene scene;
  auto& publisher = scene.connect("publisher");
  publisher.publish({.topic = "a", .payload = "x", .properties = GetParam().properties});
  expect_ended(publisher, GetParam().reason);
}

}  // namespace
}  // namespace pint::test
