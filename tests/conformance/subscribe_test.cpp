// SUBSCRIBE and SUBACK: what may be asked for, how it is answered, and what a repeated SUBSCRIBE changes.
// [section 3.8] [section 3.9]
#include "mqtt/encode.hpp"
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;
using mqtt::Suback;
using mqtt::Subscribe;

Subscribe subscribe_to(std::vector<mqtt::SubscriptionRequest> requests) {
  return {.packet_id = PacketId{0x1234}, .requests = std::move(requests)};
}

// The bytes of a SUBSCRIBE, its first byte replaced.
std::string with_first_byte(const Subscribe& packet, int first_byte, ProtocolVersion version) {
  Bytes bytes;
  mqtt::encode(bytes, packet, version);
  bytes[0] = static_cast<std::uint8_t>(first_byte);
  return std::string(as_text(bytes));
}

class Subscribing : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Subscribing, kEachVersion, version_name);

// [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT3-3.8.4-1] [MQTT3-3.8.4-2] [MQTT-2.2.1-6] [MQTT3-2.3.1-7]
TEST_P(Subscribing, IsAnsweredWithSubackOfTheSameIdentifier) {
  auto& client = connect("client");
  client.send(subscribe_to({{"a", {}}}));
  EXPECT_EQ(client.expect<Suback>().packet_id, PacketId{0x1234});
}

TEST_P(Subscribing, IsGrantedTheQoSAskedFor) {  // [MQTT-3.8.4-7] [MQTT-3.9.3-2] [MQTT3-3.9.3-2]
  auto& client = connect("client");
  client.send(subscribe_to({{"a", {.qos = at_least_once}}}));
  EXPECT_EQ(client.expect<Suback>().reasons, std::vector{ReasonCode::granted_qos_1});
}

// [MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.9.3-1] [MQTT3-3.8.4-4] [MQTT3-3.8.4-5] [MQTT3-3.9.3-1]
TEST_P(Subscribing, ToSeveralFiltersGetsOneSubackWithAReasonForEachInOrder) {
  auto& client = connect("client");
  client.send(subscribe_to(
      {{"a", {.qos = exactly_once}}, {"b", {.qos = at_most_once}}, {"c", {.qos = at_least_once}}}));
  const std::vector granted{ReasonCode::granted_qos_2, ReasonCode::granted_qos_0, ReasonCode::granted_qos_1};
  EXPECT_EQ(client.expect<Suback>().reasons, granted);
  EXPECT_TRUE(client.silent());
}

TEST_P(Subscribing, ToSeveralFiltersSubscribesToEach) {  // [MQTT-3.8.4-5] [MQTT3-3.8.4-4]
  auto& client = connect("client");
  client.send(subscribe_to({{"a", {}}, {"b", {}}}));
  scene.publish({.topic = "b", .payload = "2"}).publish({.topic = "a", .payload = "1"});
  EXPECT_EQ(payloads_of(client.received()), "2 1");
}

TEST_P(Subscribing, TwiceToOneFilterInOnePacketLeavesTheLast) {  // [MQTT-3.8.4-5] [MQTT3-3.8.4-4]
  auto& client = connect("client");
  client.send(subscribe_to({{"a", {.qos = exactly_once}}, {"a", {.qos = at_least_once}}}));
  scene.publish({.topic = "a", .payload = "x", .qos = exactly_once});
  EXPECT_EQ(client.received(), one("a", "x", at_least_once));
}

TEST_P(Subscribing, AddsMessagesToTheSessionWhileTheClientIsAway) {  // [MQTT-4.5.0-1] [MQTT3-4.5.0-1]
  scene.cut(connect_to_session("one").subscribe("a"));
  scene.cut(connect_to_session("two").subscribe("+"));
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once});
  EXPECT_EQ(connect_to_session("one").received(), one("a", "x", at_least_once));
  EXPECT_EQ(connect_to_session("two").received(), one("a", "x", at_least_once));
}

TEST_P(Subscribing, AgainReplacesTheSubscription) {  // [MQTT-3.8.4-3] [MQTT3-3.8.4-3]
  auto& client =
      connect("client").subscribe("a", {.qos = exactly_once}).subscribe("a", {.qos = at_most_once});
  scene.publish({.topic = "a", .payload = "x", .qos = exactly_once});
  EXPECT_EQ(client.received(), one("a", "x", at_most_once));
  EXPECT_EQ(scene.engine().stats().subscriptions, 1u);
}

TEST_P(Subscribing, AgainToAWildcardFilterReplacesTheSubscription) {  // [MQTT-3.8.4-3] [MQTT3-3.8.4-3]
  auto& client =
      connect("client").subscribe("+/#", {.qos = at_most_once}).subscribe("+/#", {.qos = exactly_once});
  scene.publish({.topic = "a", .payload = "x", .qos = exactly_once});
  EXPECT_EQ(client.received(), one("a", "x", exactly_once));
}

TEST_P(Subscribing, AgainLosesNoMessage) {  // [MQTT-3.8.4-4] [MQTT3-3.8.4-3]
  auto& client = connect("client", {.receive_maximum = 1, .manual = true}).subscribe("a");
  for (const char* payload : {"1", "2"})
    scene.publish({.topic = "a", .payload = payload, .qos = at_least_once});
  client.subscribe("a", {.qos = at_most_once});
  client.send(mqtt::Puback{.packet_id = PacketId{1}});
  EXPECT_EQ(payloads_of(client.received()), "1 2");
}

TEST_P(Subscribing, OutlivesTheConnectionWithItsSession) {  // [MQTT-3.1.2-23]
  scene.cut(connect_to_session("client").subscribe("a"));
  auto& back = connect_to_session("client");
  scene.publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(back.received(), one("a", "x"));
}

// [MQTT-3.8.1-1] [MQTT3-3.8.1-1]
TEST_P(Subscribing, WithWrongFlagsEndsTheConnection) {
  for (const int first_byte : {0x80, 0x83, 0x86}) {
    SCOPED_TRACE(first_byte);
    auto& client = connect("client");
    client.send_raw(with_first_byte(subscribe_to({{"a", {}}}), first_byte, GetParam()));
    expect_ended(client, ReasonCode::malformed_packet);
  }
}

TEST_P(Subscribing, ToNothingEndsTheConnection) {  // [MQTT-3.8.3-2] [MQTT3-3.8.3-3]
  auto& client = connect("client");
  client.send(subscribe_to({}));
  expect_ended(client, ReasonCode::protocol_error);
}

TEST_P(Subscribing, ToWhatIsNotUtf8EndsTheConnection) {  // [MQTT-3.8.3-1] [MQTT3-3.8.3-1]
  auto& client = connect("client");
  client.send(subscribe_to({{"a/\xFE", {}}}));
  expect_ended(client, ReasonCode::malformed_packet);
}

TEST_P(Subscribing, WithPacketIdentifier0EndsTheConnection) {  // [MQTT-2.2.1-3] [MQTT3-2.3.1-1]
  auto& client = connect("client");
  client.send(Subscribe{.requests = {{"a", {}}}});
  expect_ended(client, ReasonCode::protocol_error);
}

// Published and granted QoS, and the lower of them, at which the message must come.
class DeliveryQoS : public testing::TestWithParam<std::tuple<ProtocolVersion, int, int>> {};
INSTANTIATE_TEST_SUITE_P(, DeliveryQoS,
                         testing::Combine(kEachVersion, testing::Range(0, 3), testing::Range(0, 3)));

TEST_P(DeliveryQoS, IsTheLowerOfPublishedAndGranted) {  // [MQTT-3.8.4-8] [MQTT3-3.8.4-6]
  const auto [version, published, granted] = GetParam();
  Scene scene;
  auto& watcher = scene.connect("watcher", {.version = version}).subscribe("a", {.qos = QoS(granted)});
  scene.connect("publisher", {.version = version}).publish("a", "x", QoS(published));
  EXPECT_EQ(watcher.received(), one("a", "x", QoS(std::min(published, granted))));
}

// Grants what was asked, but QoS 1 at most to "capped", and nothing to "refused".
class Capping : public Policy {
 public:
  ReasonCode subscribe(const SubscribeRequest& request) override {
    if (request.topic_filter == "refused") return ReasonCode::not_authorized;
    return request.topic_filter == "capped" ? ReasonCode::granted_qos_1 : ReasonCode::granted_qos_2;
  }
};

class SubscribingUnderAPolicy : public EachVersion {
 protected:
  SubscribingUnderAPolicy() : EachVersion(Scene::defaults(), &policy_) {
    client = &connect("client");
    client->send(
        subscribe_to({{"refused", {}}, {"capped", {.qos = exactly_once}}, {"a", {.qos = exactly_once}}}));
  }
  Peer* client;

 private:
  Capping policy_;
};
INSTANTIATE_TEST_SUITE_P(, SubscribingUnderAPolicy, kEachVersion, version_name);

// [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-3.9.3-1] [MQTT-3.9.3-2] [MQTT3-3.8.4-5] [MQTT3-3.9.3-1] [MQTT3-3.9.3-2]
TEST_P(SubscribingUnderAPolicy, IsToldWhatWasGranted) {
  const bool v5 = GetParam() == ProtocolVersion::v5;
  const ReasonCode refused = v5 ? ReasonCode::not_authorized : ReasonCode::unspecified_error;
  const std::vector granted{refused, ReasonCode::granted_qos_1, ReasonCode::granted_qos_2};
  EXPECT_EQ(client->expect<Suback>().reasons, granted);
}

TEST_P(SubscribingUnderAPolicy, GetsNoMoreThanWasGranted) {  // [MQTT-3.8.4-8] [MQTT3-3.8.4-6]
  scene.publish({.topic = "refused", .payload = "x"});
  scene.publish({.topic = "capped", .payload = "y", .qos = exactly_once});
  EXPECT_EQ(client->received(), one("capped", "y", at_least_once));
}

// Subscription Options that are none. [section 3.8.3.1]
struct BadOptions {
  std::string name;
  ProtocolVersion version;
  int options;
  ReasonCode reason;
  std::string cites = {};
};

const BadOptions kBadOptions[] = {
    {.name = "v5_reserved_bit_6",
     .version = ProtocolVersion::v5,
     .options = 0x40,
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-3.8.3-5"},
    {.name = "v5_reserved_bit_7",
     .version = ProtocolVersion::v5,
     .options = 0x80,
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT-3.8.3-5"},
    {.name = "v5_qos_3",
     .version = ProtocolVersion::v5,
     .options = 0x03,
     .reason = ReasonCode::protocol_error},
    {.name = "v5_retain_handling_3",
     .version = ProtocolVersion::v5,
     .options = 0x30,
     .reason = ReasonCode::protocol_error},
    {.name = "v3_1_1_qos_3",
     .version = ProtocolVersion::v3_1_1,
     .options = 0x03,
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT3-3.8.3-4"},
    {.name = "v3_1_1_reserved_bit_2",
     .version = ProtocolVersion::v3_1_1,
     .options = 0x04,
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT3-3.8.3-4"},
    {.name = "v3_1_1_reserved_bit_7",
     .version = ProtocolVersion::v3_1_1,
     .options = 0x81,
     .reason = ReasonCode::malformed_packet,
     .cites = "MQTT3-3.8.3-4"},
};

class SubscriptionOptions : public testing::TestWithParam<BadOptions> {};
INSTANTIATE_TEST_SUITE_P(, SubscriptionOptions, testing::ValuesIn(kBadOptions),
                         [](const auto& test) { return test.param.name; });

TEST_P(SubscriptionOptions, ThatAreNoneEndTheConnection) {
  Scene scene;
  auto& client = scene.connect("client", {.version = GetParam().version});
  Bytes bytes;
  mqtt::encode(bytes, subscribe_to({{"a", {}}}), GetParam().version);
  bytes.back() = static_cast<std::uint8_t>(GetParam().options);
  client.send_raw(as_text(bytes));
  expect_ended(client, GetParam().reason);
}

TEST(NoLocal, KeepsOwnMessagesAway) {  // [MQTT-3.8.3-3]
  Scene scene;
  auto& client = scene.connect("client").subscribe("a", {.no_local = true});
  client.publish("a", "own");
  scene.connect("other").publish("a", "other's");
  EXPECT_EQ(payloads_of(client.received()), "other's");
}

TEST(NoLocal, KeepsOwnMessagesAwayOnALaterConnection) {  // [MQTT-3.8.3-3]
  Scene scene;
  auto& client = scene.connect("client", {.session_expiry = 60});
  scene.cut(client.subscribe("a", {.qos = at_least_once, .no_local = true}));
  auto& back = scene.connect("client", {.clean_start = false}).publish("a", "own", at_least_once);
  EXPECT_TRUE(back.received().empty());
}

TEST(NoLocal, SetTo0BringsOwnMessagesBack) {
  Scene scene;
  auto& client = scene.connect("client").subscribe("a", {.no_local = false}).publish("a", "own");
  EXPECT_EQ(payloads_of(client.received()), "own");
}

TEST(NoLocal, DoesNotConcernAnOverlappingSubscription) {  // [MQTT-3.8.3-3]
  Scene scene;
  auto& client = scene.connect("client").subscribe("a", {.qos = exactly_once, .no_local = true}, 1);
  client.subscribe("+", {.qos = at_least_once}, 2).publish("a", "own", exactly_once);
  EXPECT_EQ(client.received(), one("a", "own", at_least_once));
}

TEST(NoLocal, OnASharedSubscriptionIsAProtocolError) {  // [MQTT-3.8.3-4]
  Scene scene;
  auto& client = scene.connect("client");
  client.send(subscribe_to({{"$share/group/a", {.no_local = true}}}));
  expect_ended(client, ReasonCode::protocol_error);
}

TEST(SubscriptionIdentifier, Of0IsAProtocolError) {
  Scene scene;
  auto& client = scene.connect("client");
  client.send_raw({0x82, 0x09, 0x00, 0x01, 0x02, 0x0B, 0x00, 0x00, 0x01, 'a', 0x00});
  expect_ended(client, ReasonCode::protocol_error);
}

// limits.subscriptions_per_client is 1.
class SubscriptionLimit : public EachVersion {
 protected:
  SubscriptionLimit() : EachVersion(one_subscription()) { client = &connect("client").subscribe("a"); }
  static core::EngineOptions one_subscription() {
    core::EngineOptions options = Scene::defaults();
    options.limits.subscriptions_per_client = 1;
    return options;
  }
  Peer* client;
};
INSTANTIATE_TEST_SUITE_P(, SubscriptionLimit, kEachVersion, version_name);

TEST_P(SubscriptionLimit, RefusesOneMoreFilterAndCountsIt) {  // [MQTT-3.9.3-2] [MQTT3-3.9.3-2]
  client->send(subscribe_to({{"b", {}}}));
  EXPECT_TRUE(is_failure(client->expect<Suback>().reasons.front()));
  EXPECT_EQ(scene.limit_hits("subscriptions_per_client"), 1u);
}

TEST_P(SubscriptionLimit, LetsASubscriptionBeReplaced) {  // [MQTT-3.8.4-3] [MQTT3-3.8.4-3]
  client->subscribe("a", {.qos = at_least_once});
  scene.publish({.topic = "a", .payload = "x", .qos = exactly_once});
  EXPECT_EQ(client->received(), one("a", "x", at_least_once));
}

}  // namespace
}  // namespace pint::test
