// Clients that do not read: limits.outbox_bytes bounds what the broker holds for them, and back-pressure what
// they can make it hold.
#include <algorithm>

#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;

constexpr std::size_t kOutboxBytes = 2'000;
constexpr std::size_t kMessages = 50;
constexpr std::size_t kPayloadBytes = 100;

class Outbox : public EachVersion {
 protected:
  Outbox() : EachVersion(small_outbox()) {}
  static core::EngineOptions small_outbox() {
    core::EngineOptions options = Scene::defaults();
    options.limits.outbox_bytes = kOutboxBytes;
    return options;
  }
  std::size_t outbox_bytes(const Peer& peer) { return scene.engine().outbox(peer.id())->bytes(); }
  bool wants_bytes(const Peer& peer) { return scene.engine().wants_bytes(peer.id()); }
};

class SlowSubscriber : public Outbox {
 protected:
  void publish_many(QoS qos) {
    for (std::size_t i = 0; i < kMessages; ++i) {
      scene.publish(
          {.topic = "a", .payload = std::to_string(i) + std::string(kPayloadBytes, 'x'), .qos = qos});
    }
  }
  Peer& slow = connect("slow").subscribe("a").stop_reading();
  Peer& quick = connect("quick").subscribe("a");
};
INSTANTIATE_TEST_SUITE_P(, SlowSubscriber, kEachVersion, version_name);

TEST_P(SlowSubscriber, IsNotHeldMoreThanTheLimitAndOnePacket) {
  publish_many(at_most_once);
  EXPECT_GE(outbox_bytes(slow), kOutboxBytes);
  EXPECT_LT(outbox_bytes(slow), kOutboxBytes + 2 * kPayloadBytes);
}

TEST_P(SlowSubscriber, LosesTheNewestQos0AndItIsCounted) {
  publish_many(at_most_once);
  const Arrivals received = slow.read_on().received();
  EXPECT_EQ(received.front().payload.front(), '0');
  EXPECT_EQ(received.size() + scene.dropped(DropCause::outbox_full), kMessages);
  EXPECT_EQ(scene.limit_hits("outbox_bytes"), scene.dropped(DropCause::outbox_full));
}

TEST_P(SlowSubscriber, LosesNoQos1) {
  publish_many(at_most_once);
  publish_many(at_least_once);
  const Arrivals received = slow.read_on().received();
  EXPECT_EQ(std::ranges::count(received, at_least_once, &Arrived::qos), static_cast<long>(kMessages));
}

TEST_P(SlowSubscriber, LosesNoQos2) {
  publish_many(at_most_once);
  publish_many(exactly_once);
  const Arrivals received = slow.read_on().received();
  EXPECT_EQ(std::ranges::count(received, exactly_once, &Arrived::qos), static_cast<long>(kMessages));
}

TEST_P(SlowSubscriber, DoesNotDisturbOthers) {
  publish_many(at_most_once);
  EXPECT_EQ(quick.received().size(), kMessages);
}

TEST_P(SlowSubscriber, GetsQos0AgainOnceItReads) {
  publish_many(at_most_once);
  slow.read_on().received();
  scene.publish({.topic = "a", .payload = "new"});
  EXPECT_EQ(slow.received(), one("a", "new"));
}

// A client that asks and does not read the answers.
class BackPressure : public Outbox {
 protected:
  void ask_much() {
    for (std::size_t i = 0; i < kOutboxBytes; ++i) client.send(mqtt::Pingreq{});
  }
  Peer& client = connect("client").stop_reading();
};
INSTANTIATE_TEST_SUITE_P(, BackPressure, kEachVersion, version_name);

TEST_P(BackPressure, IsNotThereAtFirst) { EXPECT_TRUE(wants_bytes(client)); }

TEST_P(BackPressure, StopsReadingAClientThatDoesNotRead) {
  ask_much();
  EXPECT_FALSE(wants_bytes(client));
}

TEST_P(BackPressure, DoesNotStopReadingOthers) {
  auto& other = connect("other");
  ask_much();
  EXPECT_TRUE(wants_bytes(other));
}

TEST_P(BackPressure, EndsWhenTheClientReads) {
  ask_much();
  client.read_on();
  EXPECT_TRUE(wants_bytes(client));
  EXPECT_EQ(client.pending(), kOutboxBytes);  // nothing was lost
}

TEST_P(BackPressure, TellsTheHostToReadAgain) {
  ask_much();
  core::Engine& engine = scene.engine();
  engine.outbox(client.id())->consume(outbox_bytes(client));
  engine.clear_touched();
  engine.flushed(client.id(), scene.now());
  EXPECT_EQ(std::ranges::count(engine.touched(), client.id()), 1);
}

TEST_P(BackPressure, LastsWhileALittleIsReadOnly) {
  ask_much();
  core::Engine& engine = scene.engine();
  engine.outbox(client.id())->consume(100);
  engine.flushed(client.id(), scene.now());
  EXPECT_FALSE(wants_bytes(client));
}

}  // namespace
}  // namespace pint::test
