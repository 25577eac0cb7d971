// Features a broker may lack: clients are told in CONNACK, and may not use them. (Those of SUBSCRIBE:
// subscribe_features_test.cpp.) [section 3.2.2.3]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using mqtt::PropertyId;
using enum QoS;
using enum ReasonCode;

core::EngineOptions with(const Features& features) {
  core::EngineOptions options = Scene::defaults();
  options.features = features;
  return options;
}

struct ToldFeature {
  std::string name;
  Features features;
  PropertyId id;
  std::uint32_t told = 0;
};

class MissingFeatureInConnack : public testing::TestWithParam<ToldFeature> {};

TEST_P(MissingFeatureInConnack, IsTold) {  // [MQTT-3.2.2-9]
  Scene scene(with(GetParam().features));
  mqtt::Connack connack;
  scene.connect("c", {}, connack);
  EXPECT_EQ(connack.properties.number(GetParam().id), GetParam().told);
}

TEST_P(MissingFeatureInConnack, IsNotToldIfItIsThere) {
  Scene scene;
  mqtt::Connack connack;
  scene.connect("c", {}, connack);
  EXPECT_EQ(connack.properties.number(GetParam().id), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    , MissingFeatureInConnack,
    testing::Values(ToldFeature{"Qos2", {.maximum_qos = at_least_once}, PropertyId::maximum_qos, 1},
                    ToldFeature{"Qos1And2", {.maximum_qos = at_most_once}, PropertyId::maximum_qos, 0},
                    ToldFeature{"Retain", {.retain_available = false}, PropertyId::retain_available},
                    ToldFeature{"Wildcards",
                                {.wildcard_subscription_available = false},
                                PropertyId::wildcard_subscription_available},
                    ToldFeature{"SubscriptionIdentifiers",
                                {.subscription_identifiers_available = false},
                                PropertyId::subscription_identifiers_available},
                    ToldFeature{"SharedSubscriptions",
                                {.shared_subscription_available = false},
                                PropertyId::shared_subscription_available}),
    [](const auto& row) { return row.param.name; });

// Maximum QoS.

class WithoutQos2 : public EachVersion {
 protected:
  WithoutQos2() : EachVersion(with({.maximum_qos = at_least_once})) {}
};
INSTANTIATE_TEST_SUITE_P(, WithoutQos2, kEachVersion, version_name);

TEST_P(WithoutQos2, PublishAtQos2EndsTheConnection) {  // [MQTT-3.2.2-11]
  auto& watcher = connect("watcher").subscribe("t");
  auto& peer = connect("c");
  peer.publish("t", "!", exactly_once);
  expect_ended(peer, qos_not_supported);
  EXPECT_TRUE(watcher.silent());
}

TEST_P(WithoutQos2, PublishAtQos1Passes) {  // [MQTT-3.2.2-11]
  auto& watcher = connect("watcher").subscribe("t");
  connect("c").publish("t", "!", at_least_once);
  EXPECT_EQ(watcher.received(), one("t", "!", at_least_once));
}

TEST_P(WithoutQos2, SubscribeMayStillAskForIt) {  // [MQTT-3.2.2-10]
  auto& peer = connect("c");
  peer.send(
      mqtt::Subscribe{.packet_id = mqtt::PacketId{1},
                      .requests = {{"a", {at_most_once}}, {"b", {at_least_once}}, {"c", {exactly_once}}}});
  EXPECT_EQ(peer.expect<mqtt::Suback>().reasons, (std::vector{granted_qos_0, granted_qos_1, granted_qos_1}));
}

TEST(WithoutQos2In5, AWillThatAsksForItIsRefused) {  // [MQTT-3.2.2-12]
  Scene scene(with({.maximum_qos = at_least_once}));
  EXPECT_EQ(scene.refused("c", {.will = WillTerms{.topic = "gone", .payload = "!", .qos = exactly_once}}),
            qos_not_supported);
}

TEST(WithoutRetainIn5, AWillThatAsksForItIsRefused) {  // [MQTT-3.2.2-13]
  Scene scene(with({.retain_available = false}));
  EXPECT_EQ(scene.refused("c", {.will = WillTerms{.topic = "gone", .payload = "!", .retain = true}}),
            retain_not_supported);
}

class MissingFeatureBefore5 : public EachVersion {
 protected:
  MissingFeatureBefore5() : EachVersion(with({.maximum_qos = at_least_once, .retain_available = false})) {}
  // No return code of 3.x says what is wrong with the Will, so there is no CONNACK. [MQTT3-3.2.2-6]
  void expect_closed_without_connack(const WillTerms& will) {
    auto& peer = scene.open(GetParam());
    peer.send_connect("c", {.version = GetParam(), .will = will});
    EXPECT_TRUE(peer.silent());
    EXPECT_TRUE(peer.closed());
  }
};
INSTANTIATE_TEST_SUITE_P(, MissingFeatureBefore5, kVersionsBefore5, version_name);

TEST_P(MissingFeatureBefore5, IsNotToldOfAWillQos) {  // [MQTT3-3.2.2-6]
  expect_closed_without_connack({.topic = "gone", .payload = "!", .qos = exactly_once});
}

TEST_P(MissingFeatureBefore5, IsNotToldOfAWillRetain) {  // [MQTT3-3.2.2-6]
  expect_closed_without_connack({.topic = "gone", .payload = "!", .retain = true});
}

// Retain.

class WithoutRetain : public EachVersion {
 protected:
  WithoutRetain() : EachVersion(with({.retain_available = false})) {}
};
INSTANTIATE_TEST_SUITE_P(, WithoutRetain, kEachVersion, version_name);

TEST_P(WithoutRetain, PublishWithRetainEndsTheConnection) {  // [MQTT-3.2.2-14]
  auto& watcher = connect("watcher").subscribe("t");
  auto& peer = connect("c");
  peer.publish("t", "!", at_most_once, true);
  expect_ended(peer, retain_not_supported);
  EXPECT_TRUE(watcher.silent());
  EXPECT_TRUE(scene.engine().retained("#").empty());
}

TEST_P(WithoutRetain, PublishWithoutRetainPasses) {  // [MQTT-3.2.2-14]
  auto& watcher = connect("watcher").subscribe("t");
  connect("c").publish("t", "!");
  EXPECT_EQ(watcher.received(), one("t", "!"));
}

}  // namespace
}  // namespace pint::test
