// UNSUBSCRIBE and UNSUBACK. [section 3.10] [section 3.11]
#include "mqtt/encode.hpp"
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;
using mqtt::Unsuback;
using mqtt::Unsubscribe;

Unsubscribe unsubscribe_from(std::vector<std::string_view> filters) {
  return {.packet_id = PacketId{0x4321}, .topic_filters = std::move(filters)};
}

class Unsubscribing : public EachVersion {
 protected:
  std::string received_of(Peer& client, std::string topic) {
    scene.publish({.topic = std::move(topic), .payload = "x"});
    return payloads_of(client.received());
  }
};
INSTANTIATE_TEST_SUITE_P(, Unsubscribing, kEachVersion, version_name);

// [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT3-3.10.4-4] [MQTT-2.2.1-6] [MQTT3-2.3.1-7]
TEST_P(Unsubscribing, IsAnsweredWithUnsubackOfTheSameIdentifier) {
  auto& client = connect("client").subscribe("a").send(unsubscribe_from({"a"}));
  EXPECT_EQ(client.expect<Unsuback>().packet_id, PacketId{0x4321});
}

TEST_P(Unsubscribing, IsAnsweredEvenIfThereWasNothing) {  // [MQTT-3.10.4-5] [MQTT3-3.10.4-5]
  auto& client = connect("client").send(unsubscribe_from({"a"}));
  EXPECT_EQ(client.expect<Unsuback>().packet_id, PacketId{0x4321});
}

TEST_P(Unsubscribing,
       EndsTheSubscription) {  // [MQTT-3.10.4-1] [MQTT-3.10.4-2] [MQTT3-3.10.4-1] [MQTT3-3.10.4-2]
  auto& client = connect("client").subscribe("a").unsubscribe("a");
  EXPECT_EQ(received_of(client, "a"), "");
}

TEST_P(Unsubscribing, EndsAWildcardSubscription) {  // [MQTT-3.10.4-1] [MQTT3-3.10.4-1]
  auto& client = connect("client").subscribe("a/+/#").unsubscribe("a/+/#");
  EXPECT_EQ(received_of(client, "a/b"), "");
}

TEST_P(Unsubscribing,
       LeavesFiltersThatAreNotTheSameCharacterByCharacter) {  // [MQTT-3.10.4-1] [MQTT3-3.10.4-1]
  auto& client = connect("client").subscribe("a/b");
  client.unsubscribe("a/+").unsubscribe("#").unsubscribe("A/b").unsubscribe("a/b/").unsubscribe("a");
  EXPECT_EQ(received_of(client, "a/b"), "x");
}

TEST_P(Unsubscribing, LeavesOverlappingSubscriptions) {  // [MQTT-3.10.4-1] [MQTT3-3.10.4-1]
  auto& client = connect("client").subscribe("a").subscribe("+").subscribe("#").unsubscribe("+");
  EXPECT_EQ(received_of(client, "a"), "x");
}

TEST_P(Unsubscribing, LeavesOtherClients) {  // [MQTT-3.10.4-1] [MQTT3-3.10.4-1]
  auto& other = connect("other").subscribe("a");
  connect("client").subscribe("a").unsubscribe("a");
  EXPECT_EQ(received_of(other, "a"), "x");
}

TEST_P(Unsubscribing, QueuesNothingNewForAClientThatIsAway) {  // [MQTT-3.10.4-2] [MQTT3-3.10.4-2]
  scene.cut(connect_to_session("client").subscribe("a").unsubscribe("a"));
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once});
  EXPECT_TRUE(connect_to_session("client").silent());
}

TEST_P(Unsubscribing, LetsAQos1DeliveryBeCompleted) {  // [MQTT-3.10.4-3] [MQTT3-3.10.4-3]
  auto& client = connect_manually_to_session("client").subscribe("a");
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once});
  client.received();
  scene.cut(client.unsubscribe("a"));
  EXPECT_EQ(payloads_of(connect_to_session("client").received()), "x");
}

TEST_P(Unsubscribing, LetsAQos2DeliveryBeCompleted) {  // [MQTT-3.10.4-3] [MQTT3-3.10.4-3]
  auto& client = connect("client", {.manual = true}).subscribe("a");
  scene.publish({.topic = "a", .payload = "x", .qos = exactly_once});
  const PacketId id = client.expect<mqtt::Publish>().packet_id;
  client.unsubscribe("a").send(mqtt::Pubrec{.packet_id = id});
  EXPECT_EQ(client.expect<mqtt::Pubrel>(), mqtt::Pubrel{.packet_id = id});
}

TEST_P(Unsubscribing, FromSeveralFiltersGetsOneUnsuback) {  // [MQTT-3.10.4-6] [MQTT3-3.10.4-6]
  auto& client = connect("client").subscribe("a").subscribe("b").send(unsubscribe_from({"a", "c", "b"}));
  client.expect<Unsuback>();
  EXPECT_TRUE(client.silent());
}

TEST_P(Unsubscribing, FromSeveralFiltersEndsEach) {  // [MQTT-3.10.4-6] [MQTT3-3.10.4-6]
  auto& client = connect("client").subscribe("a").subscribe("b").subscribe("c");
  client.send(unsubscribe_from({"a", "b"}));
  EXPECT_EQ(received_of(client, "a") + received_of(client, "b") + received_of(client, "c"), "x");
}

// Removing one of many moves others about; each must still be found.
TEST_P(Unsubscribing, OneOfManyLeavesTheOthersInPlace) {  // [MQTT-3.10.4-1] [MQTT3-3.10.4-1]
  auto& client = connect("client");
  for (const char* filter : {"a", "b", "+/c", "d/#", "e"}) client.subscribe(filter);
  client.unsubscribe("a").unsubscribe("+/c").unsubscribe("e");
  EXPECT_EQ(received_of(client, "b") + received_of(client, "d/x"), "xx");
  EXPECT_EQ(scene.engine().stats().subscriptions, 2u);
}

TEST_P(Unsubscribing, OneOfManyClientsLeavesTheOthersInPlace) {
  for (int i = 0; i < 50; ++i) connect("crowd" + std::to_string(i)).subscribe("a");
  auto& last = connect("last").subscribe("a");
  connect("crowd7").subscribe("a").unsubscribe("a");
  EXPECT_EQ(received_of(last, "a"), "x");
}

// [MQTT-3.10.1-1] [MQTT3-3.10.1-1]
TEST_P(Unsubscribing, WithWrongFlagsEndsTheConnection) {
  for (const int first_byte : {0xA0, 0xA3, 0xA6}) {
    SCOPED_TRACE(first_byte);
    auto& client = connect("client");
    Bytes bytes;
    mqtt::encode(bytes, unsubscribe_from({"a"}), GetParam());
    bytes[0] = static_cast<std::uint8_t>(first_byte);
    client.send_raw(as_text(bytes));
    expect_ended(client, ReasonCode::malformed_packet);
  }
}

TEST_P(Unsubscribing, FromNothingEndsTheConnection) {  // [MQTT-3.10.3-2] [MQTT3-3.10.3-2]
  auto& client = connect("client").send(unsubscribe_from({}));
  expect_ended(client, ReasonCode::protocol_error);
}

TEST_P(Unsubscribing, FromWhatIsNotUtf8EndsTheConnection) {  // [MQTT-3.10.3-1] [MQTT3-3.10.3-1]
  auto& client = connect("client").send(unsubscribe_from({"a/\xC0\x80"}));
  expect_ended(client, ReasonCode::malformed_packet);
}

TEST(UnsubackV5, HasAReasonForEachFilterInOrder) {  // [MQTT-3.11.3-1] [MQTT-3.11.3-2]
  Scene scene;
  auto& client = scene.connect("client").subscribe("a").subscribe("b");
  client.send(unsubscribe_from({"a", "none", "b", "a"}));
  const std::vector reasons{ReasonCode::success, ReasonCode::no_subscription_existed, ReasonCode::success,
                            ReasonCode::no_subscription_existed};
  EXPECT_EQ(client.expect<Unsuback>().reasons, reasons);
}

TEST(UnsubackV3, HasNoPayload) {  // [MQTT3-3.10.4-4]
  Scene scene;
  auto& client = scene.connect("client", {.version = ProtocolVersion::v3_1_1}).subscribe("a");
  client.send(unsubscribe_from({"a", "none"}));
  EXPECT_EQ(client.received_bytes(), "\xB0\x02\x43\x21");
}

}  // namespace
}  // namespace pint::test
