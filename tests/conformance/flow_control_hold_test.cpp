// limits.hold_publishers: a fast publisher and a slow subscriber lose nothing, one that stands still stops
// nobody for longer than that.
#include <algorithm>

#include "mqtt/encode.hpp"
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;

constexpr std::size_t kOutboxBytes = 4'000;  // so that high water is 1,000 and low water 750
constexpr std::size_t kMessages = 50;        // more than an outbox holds
constexpr std::size_t kPayloadBytes = 100;
constexpr std::size_t kPacketBytes = 2 * kPayloadBytes;  // at most

core::EngineOptions holding(std::chrono::milliseconds hold = 1'000ms) {
  core::EngineOptions options = Scene::defaults();
  options.limits = {
      .inflight = 2, .queue_messages = 20, .outbox_bytes = kOutboxBytes, .hold_publishers = hold};
  return options;
}

std::string payload(std::size_t number) {
  return std::to_string(1'000 + number) + std::string(kPayloadBytes, 'x');
}

class Hold : public EachVersion {
 protected:
  explicit Hold(core::EngineOptions options = holding()) : EachVersion(options) {}
  void publish_many(Peer& from, std::string_view topic, QoS qos = at_most_once) {
    for (std::size_t i = 0; i < kMessages; ++i) from.publish(topic, payload(i), qos);
  }
  void expect_all(const Arrivals& arrived) {
    ASSERT_EQ(arrived.size(), kMessages);
    for (std::size_t i = 0; i < kMessages; ++i) EXPECT_EQ(arrived[i].payload, payload(i));
  }
  bool read(const Peer& peer) { return scene.engine().wants_bytes(peer.id()); }
  std::size_t outbox_bytes(const Peer& peer) { return scene.engine().outbox(peer.id())->bytes(); }
  ClientState state_of(std::string_view client_id) {
    for (ClientState& client : scene.engine().clients()) {
      if (client.client.client_id == client_id) return std::move(client);
    }
    ADD_FAILURE() << "no such client";
    return {};
  }
  Peer& slow = connect("slow").subscribe("t").stop_reading();
  Peer& publisher = connect("publisher");
};
INSTANTIATE_TEST_SUITE_P(, Hold, kEachVersion, version_name);

TEST_P(Hold, BeginsWhenTheReceiverIsFull) {
  publisher.publish("t", payload(0));
  EXPECT_TRUE(read(publisher));
  publish_many(publisher, "t");
  EXPECT_FALSE(read(publisher));
  EXPECT_TRUE(state_of("publisher").held);
  EXPECT_FALSE(state_of("slow").stalled);
}

TEST_P(Hold, IsOfThoseOnlyWhoPublishToTheReceiver) {
  auto& other = connect("other");
  publish_many(publisher, "t");
  other.publish("elsewhere", "1");
  EXPECT_TRUE(read(other));
  other.publish("t", "1");
  EXPECT_FALSE(read(other));
}

TEST_P(Hold, StopsAtThePacketThatFilledTheReceiver) {
  publish_many(publisher, "t");
  EXPECT_LE(outbox_bytes(slow), kOutboxBytes / 4 + kPacketBytes);
}

TEST_P(Hold, LosesNothingAndKeepsTheOrder) {
  publish_many(publisher, "t");
  expect_all(slow.read_on().received());
  EXPECT_EQ(scene.dropped(DropCause::outbox_full), 0u);
  EXPECT_TRUE(read(publisher));
}

TEST_P(Hold, LosesNothingThatCameInOnePiece) {
  Bytes all;
  for (std::size_t i = 0; i < kMessages; ++i) {
    mqtt::encode(all, mqtt::Publish{.topic = "t", .payload = as_bytes(payload(i))}, publisher.version());
  }
  const std::size_t half = all.size() / 2 + 7;  // in the middle of a packet
  publisher.send_raw(as_text(ByteView(all).first(half)));
  publisher.send_raw(as_text(ByteView(all).subspan(half)));
  EXPECT_LE(outbox_bytes(slow), kOutboxBytes / 4 + kPacketBytes);
  expect_all(slow.read_on().received());
}

TEST_P(Hold, EndsBelowLowWaterAndNotBefore) {
  publish_many(publisher, "t");
  core::Engine& engine = scene.engine();
  engine.outbox(slow.id())->consume(outbox_bytes(slow) - kOutboxBytes / 16 * 3 - 1);
  engine.flushed(slow.id(), scene.now());
  EXPECT_FALSE(read(publisher));
  engine.outbox(slow.id())->consume(1);
  engine.flushed(slow.id(), scene.now());
  EXPECT_GT(outbox_bytes(slow), kOutboxBytes / 4);  // the publisher has gone on, to the next high water
}

TEST_P(Hold, TellsTheHostToReadAgain) {
  for (std::size_t i = 0; read(publisher); ++i) publisher.publish("t", payload(i));
  core::Engine& engine = scene.engine();
  engine.clear_touched();
  engine.outbox(slow.id())->clear();
  engine.flushed(slow.id(), scene.now());
  EXPECT_TRUE(read(publisher));
  EXPECT_EQ(std::ranges::count(engine.touched(), publisher.id()), 1);
}

TEST_P(Hold, OfAPublisherWithTwoFullReceiversEndsWithTheLast) {
  auto& slower = connect("slower").subscribe("t").stop_reading();
  publish_many(publisher, "t");
  slow.read_on();
  EXPECT_FALSE(read(publisher));
  EXPECT_LE(outbox_bytes(slower), kOutboxBytes / 4 + 2 * kPacketBytes);
  expect_all(slower.read_on().received());
  expect_all(slow.received());
}

TEST_P(Hold, EndsWithTheReceiversConnection) {
  publish_many(publisher, "t");
  scene.cut(slow);
  EXPECT_TRUE(read(publisher));
  EXPECT_FALSE(scene.engine().holds_publishers());
}

TEST_P(Hold, AnswersComeWhenItEnds) {
  publisher.manual();
  publish_many(publisher, "t");
  publisher.publish("t", "", at_least_once);
  publisher.send(mqtt::Pingreq{});
  EXPECT_TRUE(publisher.silent());
  slow.read_on();
  publisher.expect<mqtt::Puback>();
  publisher.expect<mqtt::Pingresp>();
}

TEST_P(Hold, OfAPublisherWhoseConnectionEndsLosesNothing) {
  auto& quick = connect("quick").subscribe("t");
  constexpr std::size_t kSent = 30;  // they all fit into an outbox
  for (std::size_t i = 0; i < kSent; ++i) publisher.publish("t", payload(i));
  ASSERT_LT(quick.pending(), kSent);
  scene.cut(publisher);
  EXPECT_EQ(quick.received().size(), kSent);
}

TEST_P(Hold, DoesNotConcernTheApplication) {
  for (std::size_t i = 0; i < kMessages; ++i) scene.publish({.topic = "t", .payload = payload(i)});
  EXPECT_GE(outbox_bytes(slow), kOutboxBytes);
  EXPECT_GT(scene.dropped(DropCause::outbox_full), 0u);
}

// A client that is held may have sent what nobody has read. [MQTT-3.1.2-22]
class HoldForLong : public Hold {
 protected:
  HoldForLong() : Hold(holding(60s)) {}
};
INSTANTIATE_TEST_SUITE_P(, HoldForLong, kEachVersion, version_name);

TEST_P(HoldForLong, DoesNotCountAsSilence) {
  auto& alive = connect("alive", {.keep_alive = 2});
  publish_many(alive, "t");
  scene.advance(30s);
  EXPECT_FALSE(alive.closed());
  slow.read_on();
  scene.advance(4s);
  EXPECT_TRUE(alive.closed());
}

// A receiver that stays full.

class Stalled : public Hold {
 protected:
  void stall() {
    publish_many(publisher, "t");
    scene.advance(999ms);
    EXPECT_FALSE(read(publisher));
    scene.advance(1ms);
  }
};
INSTANTIATE_TEST_SUITE_P(, Stalled, kEachVersion, version_name);

TEST_P(Stalled, HoldsNobody) {
  stall();
  EXPECT_TRUE(read(publisher));
  EXPECT_TRUE(state_of("slow").stalled);
  publish_many(publisher, "t");
  EXPECT_TRUE(read(publisher));
}

TEST_P(Stalled, IsCountedAndTold) {
  stall();
  EXPECT_EQ(scene.limit_hits("hold_publishers"), 1u);
  const auto reached = scene.events<LimitReached>();
  ASSERT_FALSE(reached.empty());
  EXPECT_EQ(reached.front().limit, "hold_publishers");
  EXPECT_EQ(reached.front().client_id, "slow");
}

TEST_P(Stalled, OnlyThenLosesTheNewestAndItIsCounted) {
  EXPECT_EQ(scene.dropped(DropCause::outbox_full), 0u);
  stall();
  EXPECT_GE(outbox_bytes(slow), kOutboxBytes);
  const Arrivals received = slow.read_on().received();
  EXPECT_EQ(received.size() + scene.dropped(DropCause::outbox_full), kMessages);
  EXPECT_GT(scene.dropped(DropCause::outbox_full), 0u);
}

TEST_P(Stalled, HoldsAgainOnceItHasDrained) {
  stall();
  slow.read_on().received();
  EXPECT_FALSE(state_of("slow").stalled);
  slow.stop_reading();
  publish_many(publisher, "t");
  EXPECT_FALSE(read(publisher));
  expect_all(slow.read_on().received());
}

// What is delivered to it is no reason not to hear it: or its Keep Alive would pass. [MQTT-3.1.2-22]
TEST_P(Stalled, IsHeard) {
  stall();
  EXPECT_TRUE(read(slow));
  slow.send(mqtt::Pingreq{}).read_on();
  slow.expect_among<mqtt::Pingresp>();
}

TEST_P(Stalled, IsNotReadWhenItsAnswersPileUp) {
  stall();
  for (std::size_t i = 0; i < kOutboxBytes; ++i) slow.send(mqtt::Pingreq{});
  EXPECT_FALSE(read(slow));
  slow.read_on();
  EXPECT_TRUE(read(slow));
}

TEST_P(Stalled, OfItsOwnMessagesGoesOn) {
  auto& own = connect("own").subscribe("own").stop_reading();
  publish_many(own, "own");
  EXPECT_FALSE(read(own));
  scene.advance(1s);
  EXPECT_TRUE(read(own));
}

TEST_P(Stalled, TwoThatPublishToEachOtherGoOn) {
  auto& one = connect("one").subscribe("to/one").stop_reading();
  auto& two = connect("two").subscribe("to/two").stop_reading();
  publish_many(one, "to/two");
  publish_many(two, "to/one");
  EXPECT_FALSE(read(one));
  EXPECT_FALSE(read(two));
  scene.advance(1s);
  EXPECT_TRUE(read(one));
  EXPECT_TRUE(read(two));
}

// QoS 1 and 2 wait in the Session, which is as bounded.

TEST_P(Hold, BeginsWhenTheQueueIsHalfFull) {
  connect("careful").manual().subscribe("q");
  publish_many(publisher, "q", at_least_once);
  EXPECT_FALSE(read(publisher));
  EXPECT_EQ(state_of("careful").queued, 11u);  // one more than half of queue_messages
}

TEST_P(Hold, LosesNoQos1EitherToAClientThatAcknowledgesLate) {
  auto& careful = connect("careful").manual().subscribe("q");
  publish_many(publisher, "q", at_least_once);
  Arrivals arrived;
  for (auto publishes = careful.publishes(); !publishes.empty(); publishes = careful.publishes()) {
    for (const mqtt::Publish& each : publishes) {
      arrived.push_back({.topic = "q", .payload = std::string(as_text(each.payload))});
      careful.send(mqtt::Puback{.packet_id = each.packet_id});
    }
  }
  expect_all(arrived);
  EXPECT_EQ(scene.dropped(DropCause::queue_full), 0u);
}

TEST_P(Hold, IsNeverForAClientThatIsAway) {
  auto& away = connect_to_session("away").subscribe("q");
  scene.cut(away);
  publish_many(publisher, "q", at_least_once);
  EXPECT_TRUE(read(publisher));
  EXPECT_GT(scene.dropped(DropCause::queue_full), 0u);
}

TEST_P(Hold, EndsWhenAReceiverWithAFullQueueGoesAway) {
  auto& careful = connect_to_session("careful").manual().subscribe("q");
  publish_many(publisher, "q", at_least_once);
  scene.cut(careful);
  EXPECT_TRUE(read(publisher));
}

// 0: never

class NoHold : public Hold {
 protected:
  NoHold() : Hold(holding(0ms)) {}
};
INSTANTIATE_TEST_SUITE_P(, NoHold, kEachVersion, version_name);

TEST_P(NoHold, DropsAtOnce) {
  publish_many(publisher, "t");
  EXPECT_TRUE(read(publisher));
  EXPECT_GE(outbox_bytes(slow), kOutboxBytes);
  EXPECT_GT(scene.dropped(DropCause::outbox_full), 0u);
  EXPECT_EQ(scene.limit_hits("hold_publishers"), 0u);
}

}  // namespace
}  // namespace pint::test
