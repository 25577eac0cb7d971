// SUBSCRIBE to what the broker was told not to offer. 5.0 clients know it from CONNACK and break the
// protocol; of 3.x clients only the one filter is refused. [section 3.2.2.3]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

constexpr mqtt::PacketId kId{1};

core::EngineOptions with(Features features) {
  core::EngineOptions options = Scene::defaults();
  options.features = std::move(features);
  return options;
}

class WithoutWildcards : public testing::TestWithParam<ProtocolVersion> {
 protected:
  Scene scene{with({.wildcard_subscription_available = false})};
};
INSTANTIATE_TEST_SUITE_P(, WithoutWildcards, kVersionsBefore5, version_name);

TEST_P(WithoutWildcards, OnlyFiltersWithOneAreRefused) {  // [MQTT3-3.8.3-2]
  auto& client = scene.connect("client", {.version = GetParam()});
  client.send(mqtt::Subscribe{.packet_id = kId, .requests = {{"a", {}}, {"+/b", {}}, {"#", {}}}});
  const std::vector reasons{ReasonCode::granted_qos_0, ReasonCode::unspecified_error,
                            ReasonCode::unspecified_error};
  EXPECT_EQ(client.expect<mqtt::Suback>().reasons, reasons);
}

TEST_P(WithoutWildcards, ARefusedFilterBringsNothing) {  // [MQTT3-3.8.3-2]
  auto& client = scene.connect("client", {.version = GetParam()});
  client.send(mqtt::Subscribe{.packet_id = kId, .requests = {{"#", {}}}});
  scene.publish({.topic = "a", .payload = "x"});
  EXPECT_TRUE(client.received().empty());
}

struct Missing {
  std::string name;
  Features features;
  std::string filter;
  std::uint32_t identifier;
  ReasonCode reason;
};

const Missing kMissing[] = {
    {.name = "wildcards",
     .features = {.wildcard_subscription_available = false},
     .filter = "a/#",
     .identifier = 0,
     .reason = ReasonCode::wildcard_subscriptions_not_supported},
    {.name = "subscription_identifiers",
     .features = {.subscription_identifiers_available = false},
     .filter = "a",
     .identifier = 1,
     .reason = ReasonCode::subscription_identifiers_not_supported},
    {.name = "shared_subscriptions",
     .features = {.shared_subscription_available = false},
     .filter = "$share/group/a",
     .identifier = 0,
     .reason = ReasonCode::shared_subscriptions_not_supported},
};

class MissingFeature : public testing::TestWithParam<Missing> {};
INSTANTIATE_TEST_SUITE_P(, MissingFeature, testing::ValuesIn(kMissing),
                         [](const auto& test) { return test.param.name; });

TEST_P(MissingFeature, UsedAllTheSameEndsTheConnection) {
  Scene scene(with(GetParam().features));
  auto& client = scene.connect("client");
  mqtt::PropertyList properties;
  if (GetParam().identifier != 0) {
    properties.add(mqtt::PropertyId::subscription_identifier, GetParam().identifier);
  }
  client.send(mqtt::Subscribe{
      .packet_id = kId, .properties = properties.view(), .requests = {{GetParam().filter, {}}}});
  expect_ended(client, GetParam().reason);
}

}  // namespace
}  // namespace pint::test
