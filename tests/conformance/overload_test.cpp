// Limits on what the broker holds for clients: messages that wait, subscriptions, retained messages, memory.
// What is too much is dropped or refused and counted; nobody else notices. (Bytes nobody reads:
// flow_control_outbox_test.cpp.)
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using enum ReasonCode;

core::EngineOptions with(const Limits& limits) {
  core::EngineOptions options = Scene::defaults();
  options.limits = limits;
  return options;
}

// queue_messages and queue_bytes

class FullQueue : public EachVersion {
 protected:
  FullQueue() : EachVersion(with({.queue_messages = 2})) {}
};
INSTANTIATE_TEST_SUITE_P(, FullQueue, kEachVersion, version_name);

TEST_P(FullQueue, DropsTheNewest) {
  scene.cut(connect_to_session("away").subscribe("t"));
  connect("publisher")
      .publish("t", "1", at_least_once)
      .publish("t", "2", at_least_once)
      .publish("t", "3", at_least_once);
  EXPECT_EQ(payloads_of(connect_to_session("away").received()), "1 2");
  EXPECT_EQ(scene.limit_hits("queue_messages"), 1u);
  EXPECT_EQ(scene.dropped(DropCause::queue_full), 1u);
}

TEST_P(FullQueue, AnswersThePublisherAsUsual) {
  scene.cut(connect_to_session("away").subscribe("t"));
  auto& publisher = connect("publisher").manual();
  publisher.publish("t", "1", at_least_once)
      .publish("t", "2", at_least_once)
      .publish("t", "3", at_least_once);
  EXPECT_EQ(publisher.pending(), 3u);
}

TEST(QueueBytesLimit, DropsTheNewest) {
  Scene scene(with({.queue_bytes = 1'000}));
  scene.cut(scene.connect("away", {.session_expiry = 60}).subscribe("t"));
  auto& publisher = scene.connect("publisher");
  publisher.publish("t", "fits", at_least_once).publish("t", std::string(1'000, 'x'), at_least_once);
  EXPECT_EQ(payloads_of(scene.connect("away", {.clean_start = false}).received()), "fits");
  EXPECT_EQ(scene.limit_hits("queue_bytes"), 1u);
  EXPECT_EQ(scene.dropped(DropCause::queue_full), 1u);
}

// subscriptions_per_client

class SubscriptionsLimit : public EachVersion {
 protected:
  SubscriptionsLimit() : EachVersion(with({.subscriptions_per_client = 2})) {}
  static std::vector<ReasonCode> subscribe(Peer& peer, std::vector<mqtt::SubscriptionRequest> requests) {
    peer.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = std::move(requests)});
    return peer.expect<mqtt::Suback>().reasons;
  }
  static ReasonCode too_many() {
    return GetParam() == ProtocolVersion::v5 ? quota_exceeded : unspecified_error;
  }
};
INSTANTIATE_TEST_SUITE_P(, SubscriptionsLimit, kEachVersion, version_name);

TEST_P(SubscriptionsLimit, RefusesOneMore) {
  auto& peer = connect("c");
  EXPECT_EQ(subscribe(peer, {{"a", {}}, {"b", {}}, {"c", {}}}),
            (std::vector{granted_qos_0, granted_qos_0, too_many()}));
  EXPECT_EQ(scene.limit_hits("subscriptions_per_client"), 1u);
}

TEST_P(SubscriptionsLimit, DoesNotKeepAClientFromChangingOneItHas) {  // [MQTT-3.8.4-3] [MQTT3-3.8.4-3]
  auto& peer = connect("c").subscribe("a").subscribe("b");
  EXPECT_EQ(subscribe(peer, {{"a", {.qos = at_least_once}}}), std::vector{granted_qos_1});
}

TEST_P(SubscriptionsLimit, IsEachClientsOwn) {
  connect("one").subscribe("a").subscribe("b");
  EXPECT_EQ(subscribe(connect("two"), {{"a", {}}}), std::vector{granted_qos_0});
}

TEST_P(SubscriptionsLimit, HasRoomAgainAfterUnsubscribe) {
  auto& peer = connect("c").subscribe("a").subscribe("b").unsubscribe("a");
  EXPECT_EQ(subscribe(peer, {{"c", {}}}), std::vector{granted_qos_0});
}

// retained_messages

class FullStore : public EachVersion {
 protected:
  FullStore() : EachVersion(with({.retained_messages = 1})) {}
};
INSTANTIATE_TEST_SUITE_P(, FullStore, kEachVersion, version_name);

TEST_P(FullStore, IsNotExceeded) {
  connect("publisher").publish("a", "kept", at_most_once, true).publish("b", "not kept", at_most_once, true);
  EXPECT_EQ(payloads_of(connect("late").subscribe("#").received()), "kept");
  EXPECT_EQ(scene.limit_hits("retained_messages"), 1u);
  EXPECT_EQ(scene.dropped(DropCause::retained_store_full), 1u);
}

TEST_P(FullStore, DoesNotKeepTheMessageFromSubscribers) {
  auto& watcher = connect("watcher").subscribe("#");
  connect("publisher").publish("a", "1", at_most_once, true).publish("b", "2", at_most_once, true);
  EXPECT_EQ(payloads_of(watcher.received()), "1 2");
}

TEST_P(FullStore, AllowsToReplaceAndToRemove) {
  auto& publisher = connect("publisher");
  publisher.publish("a", "old", at_most_once, true).publish("a", "new", at_most_once, true);
  EXPECT_EQ(payloads_of(connect("late").subscribe("#").received()), "new");
  publisher.publish("a", "", at_most_once, true).publish("b", "another", at_most_once, true);
  EXPECT_EQ(payloads_of(connect("later").subscribe("#").received()), "another");
}

// memory_bytes

class FullMemory : public EachVersion {
 protected:
  FullMemory() : EachVersion(with({.memory_bytes = 100'000})) {}
  // Message bytes beyond the limit, in the Session of a client that is away.
  void fill() {
    scene.cut(connect_to_session("away").subscribe("big"));
    connect("publisher").publish("big", std::string(100'000, 'x'), at_least_once);
  }
};
INSTANTIATE_TEST_SUITE_P(, FullMemory, kEachVersion, version_name);

TEST_P(FullMemory, RefusesNewClients) {  // [MQTT-3.1.4-2] [MQTT3-4.8.0-2]
  fill();
  const ReasonCode expected = GetParam() == ProtocolVersion::v5 ? quota_exceeded : server_unavailable;
  EXPECT_EQ(scene.refused("new", {.version = GetParam()}), expected);
  EXPECT_EQ(scene.limit_hits("memory_bytes"), 1u);
}

TEST_P(FullMemory, LetsTheClientInForWhomTheMessagesWait) {
  fill();
  EXPECT_EQ(payloads_of(connect_to_session("away").received()), std::string(100'000, 'x'));
  connect("new");
}

TEST_P(FullMemory, LetsNothingMoreWait) {
  scene.cut(connect_to_session("other").subscribe("t"));
  auto& publisher = connect("another publisher");
  fill();
  publisher.publish("t", "!", at_least_once);
  EXPECT_EQ(scene.dropped(DropCause::memory_full), 1u);
  EXPECT_EQ(scene.limit_hits("memory_bytes"), 1u);
}

TEST_P(FullMemory, StoresNoMoreRetainedMessages) {
  auto& publisher = connect("another publisher");
  fill();
  publisher.publish("t", "!", at_most_once, true);
  EXPECT_EQ(scene.dropped(DropCause::retained_store_full), 1u);
  EXPECT_TRUE(scene.engine().retained("#").empty());
}

TEST_P(FullMemory, LetsMessagesPassThroughToWhoReads) {
  auto& watcher = connect("watcher").subscribe("t");
  auto& publisher = connect("another publisher");
  fill();
  publisher.publish("t", "0").publish("t", "1", at_least_once);
  EXPECT_EQ(payloads_of(watcher.received()), "0 1");
}

TEST_P(FullMemory, HasRoomAgainWhenTheMessagesAreGone) {
  auto& taker = connect_to_session("taker").subscribe("big").stop_reading();
  connect("publisher").publish("big", std::string(100'000, 'x'), at_least_once);
  scene.refused("new", {.version = GetParam()});
  taker.read_on();
  connect("new");
}

}  // namespace
}  // namespace pint::test
