// Delivery retry: what goes out again when a client takes its Session up, and what never does. [section 4.4]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;
using mqtt::Publish;
using mqtt::Pubrel;

class Resend : public EachVersion {
 protected:
  Resend() { watcher = &connect_manually_to_session("watcher").subscribe("a"); }
  void publish(std::string payload, QoS qos) {
    scene.publish({.topic = "a", .payload = std::move(payload), .qos = qos});
  }
  Peer& come_back() {
    scene.cut(*watcher);
    return connect_manually_to_session("watcher");
  }
  Peer* watcher;
};
INSTANTIATE_TEST_SUITE_P(, Resend, kEachVersion, version_name);

TEST_P(Resend, RepeatsAPublishWithItsIdentifierAndDup1) {  // [MQTT-4.4.0-1] [MQTT3-4.4.0-1] [MQTT-3.3.1-1]
                                                           // [MQTT3-3.3.1-1]
  publish("x", at_least_once);
  const PacketId id = watcher->expect<Publish>().packet_id;
  const auto again = come_back().expect<Publish>();
  EXPECT_EQ(again.packet_id, id);
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(as_text(again.payload), "x");
}

TEST_P(Resend, RepeatsAPubrelWithItsIdentifier) {  // [MQTT-4.4.0-1] [MQTT3-4.4.0-1]
  publish("x", exactly_once);
  const PacketId id = watcher->expect<Publish>().packet_id;
  watcher->send(mqtt::Pubrec{.packet_id = id});
  EXPECT_EQ(come_back().expect<Pubrel>(), Pubrel{.packet_id = id});
}

TEST_P(Resend, ComesBehindConnack) {  // [MQTT-3.2.0-1] [MQTT3-3.2.0-1]
  publish("x", at_least_once);
  scene.cut(*watcher);
  auto& back = scene.open(GetParam()).manual();
  back.send_connect("watcher", {.version = GetParam(), .clean_start = false});
  back.expect<mqtt::Connack>();
  EXPECT_EQ(payloads_of(back.received()), "x");
}

TEST_P(Resend, KeepsTheFirstOrder) {  // [MQTT-4.6.0-1] [MQTT3-4.6.0-1] [MQTT3-4.6.0-6]
  publish("1", at_least_once);
  publish("2", exactly_once);
  publish("3", at_least_once);
  EXPECT_EQ(payloads_of(come_back().received()), "1 2 3");
}

TEST_P(Resend, PutsPubrelInTheOrderOfThePublishes) {  // [MQTT-4.6.0-4] [MQTT3-4.6.0-4]
  publish("1", exactly_once);
  publish("2", exactly_once);
  watcher->send(mqtt::Pubrec{.packet_id = PacketId{1}}).send(mqtt::Pubrec{.packet_id = PacketId{2}});
  auto& back = come_back();
  EXPECT_EQ(back.expect<Pubrel>().packet_id, PacketId{1});
  EXPECT_EQ(back.expect<Pubrel>().packet_id, PacketId{2});
}

TEST_P(Resend, ComesBeforeWhatWaited) {  // [MQTT-4.6.0-1] [MQTT3-4.6.0-1]
  publish("1", at_least_once);
  scene.cut(*watcher);
  publish("2", at_least_once);
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), "1 2");
}

TEST_P(Resend, DoesNotMarkWhatWaitedAsDuplicate) {  // [MQTT-4.3.2-2] [MQTT3-4.3.2-1]
  scene.cut(*watcher);
  publish("x", at_least_once);
  EXPECT_EQ(connect_to_session("watcher").received(), one("a", "x", at_least_once));
}

TEST_P(Resend, MarksEveryRedeliveryAsDuplicate) {  // [MQTT-3.3.1-1] [MQTT3-3.3.1-1]
  publish("x", at_least_once);
  const Arrivals again{{.topic = "a", .payload = "x", .qos = at_least_once, .duplicate = true}};
  watcher = &come_back();
  EXPECT_EQ(watcher->received(), again);
  EXPECT_EQ(come_back().received(), again);
}

TEST_P(Resend, HappensAtNoOtherTime) {  // [MQTT-4.4.0-1]
  publish("1", at_least_once);
  publish("2", exactly_once);
  watcher->received();
  scene.advance(24h);
  EXPECT_TRUE(watcher->silent());
}

TEST_P(Resend, IsNotCausedByAnotherClientsReconnect) {  // [MQTT-4.4.0-1]
  publish("x", at_least_once);
  watcher->received();
  scene.cut(connect_to_session("other"));
  connect_to_session("other");
  EXPECT_TRUE(watcher->silent());
}

TEST_P(Resend, HappensOnTakeoverToo) {  // [MQTT-4.4.0-1] [MQTT3-4.4.0-1]
  publish("x", at_least_once);
  EXPECT_EQ(payloads_of(connect_to_session("watcher").received()), "x");
}

TEST_P(Resend, DoesNotHappenAfterACleanStart) {
  publish("x", at_least_once);
  scene.cut(*watcher);
  EXPECT_TRUE(connect("watcher").silent());
  EXPECT_EQ(scene.dropped(DropCause::session_ended), 1u);
}

TEST_P(Resend, LeavesOutWhatWasAcknowledgedMeanwhile) {  // [MQTT-4.3.2-3] [MQTT3-4.3.2-1]
  publish("1", at_least_once);
  publish("2", at_least_once);
  watcher->send(mqtt::Puback{.packet_id = PacketId{1}});
  EXPECT_EQ(payloads_of(come_back().received()), "2");
}

TEST_P(Resend, OfALargeMessageIsWhole) {  // [MQTT-4.4.0-1] [MQTT3-4.4.0-1]
  const std::string payload(100'000, 'x');
  publish(payload, exactly_once);
  const auto again = come_back().expect<Publish>();
  EXPECT_TRUE(as_text(again.payload) == payload);
}

// The client's half: the broker sees its unacknowledged QoS 0 never again, for it does not keep it.
TEST_P(Resend, DoesNotConcernQos0) {
  publish("x", at_most_once);
  EXPECT_TRUE(come_back().silent());
}

TEST_P(Resend, BringsWhatTheClientDidNotAcknowledgeThoughItReceivedIt) {  // [MQTT-4.5.0-2] [MQTT3-4.5.0-2]
  publish("x", at_least_once);
  EXPECT_EQ(payloads_of(watcher->received()), "x");
  EXPECT_EQ(payloads_of(come_back().received()), "x");
}

struct Refusing {
  std::string name;
  QoS qos;
  mqtt::Packet answer;
};

const Refusing kRefusing[] = {
    {.name = "puback", .qos = at_least_once, .answer = mqtt::Puback{PacketId{1}, ReasonCode::quota_exceeded}},
    {.name = "pubrec", .qos = exactly_once, .answer = mqtt::Pubrec{PacketId{1}, ReasonCode::quota_exceeded}},
};

class RefusedByTheClient : public testing::TestWithParam<Refusing> {};
INSTANTIATE_TEST_SUITE_P(, RefusedByTheClient, testing::ValuesIn(kRefusing),
                         [](const auto& test) { return test.param.name; });

TEST_P(RefusedByTheClient, IsNotSentAgainAndIsCounted) {  // [MQTT-4.4.0-2]
  Scene scene;
  auto& watcher = scene.connect("watcher", {.session_expiry = 60, .manual = true}).subscribe("a");
  scene.publish({.topic = "a", .payload = "x", .qos = GetParam().qos});
  watcher.send(GetParam().answer);
  scene.cut(watcher);
  EXPECT_TRUE(scene.connect("watcher", {.clean_start = false}).silent());
  EXPECT_EQ(scene.dropped(DropCause::refused_by_client), 1u);
}

TEST(ResendAcrossVersions, GoesOnInTheVersionOfTheNewConnection) {  // [MQTT-4.4.0-1] [MQTT3-4.4.0-1]
  Scene scene;
  auto& old = scene.connect(
      "watcher", {.version = ProtocolVersion::v3_1_1, .clean_start = false, .manual = true});
  old.subscribe("a");
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once, .properties = {.content_type = "text"}});
  scene.cut(old);
  auto& back = scene.connect("watcher", {.clean_start = false, .session_expiry = 60});
  EXPECT_EQ(back.expect<Publish>().properties.text(mqtt::PropertyId::content_type), "text");
}

}  // namespace
}  // namespace pint::test
