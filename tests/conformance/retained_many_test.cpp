// More retained messages than an outbox or a send window takes: they go out as the client takes them, and
// none is lost. [section 3.3.1.3]
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using namespace std::string_literals;

constexpr std::size_t kOutboxBytes = 3'200;
constexpr std::size_t kAtOnceBytes = kOutboxBytes / 16;  // the store's share of an outbox
constexpr std::size_t kMessages = 50;
constexpr std::size_t kPacketBytes = 120;
constexpr bool kRetain = true;

std::string topic(std::size_t i) { return "t/" + std::to_string(100 + i); }
std::string payload(std::size_t i) { return std::to_string(i) + std::string(100, 'x'); }
const std::string kLast = topic(kMessages - 1);

class ManyRetained : public EachVersion {
 protected:
  ManyRetained() : EachVersion(small()) {}
  static core::EngineOptions small() {
    core::EngineOptions options = Scene::defaults();
    options.limits.outbox_bytes = kOutboxBytes;
    options.limits.inflight = 1;
    options.limits.queue_messages = 2;
    return options;
  }
  void retain_many(QoS qos) {
    for (std::size_t i = 0; i < kMessages; ++i)
      scene.publish({.topic = topic(i), .payload = payload(i), .qos = qos, .retain = true});
  }
  // A client that has subscribed, and reads nothing until told to.
  Peer& subscribe_unread(Peer& client, std::string_view filter = "t/#") {
    client.stop_reading();
    client.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{client.next_packet_id()},
                                .requests = {{filter, {.qos = exactly_once}}}});
    return client;
  }
  std::size_t outbox_bytes(const Peer& peer) { return scene.engine().outbox(peer.id())->bytes(); }
  std::uint64_t memory_bytes() { return scene.engine().stats().memory_bytes; }
  std::uint64_t all_dropped() {
    std::uint64_t all = 0;
    for (const Stats::Dropped& each : scene.engine().stats().dropped) all += each.count;
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(, ManyRetained, kEachVersion, version_name);

void expect_each_once(const Arrivals& arrivals, QoS qos) {
  ASSERT_EQ(arrivals.size(), kMessages);
  for (std::size_t i = 0; i < kMessages; ++i) {
    EXPECT_EQ(arrivals[i],
              (Arrived{.topic = topic(i), .payload = payload(i), .qos = qos, .retain = kRetain}));
  }
}

// What came for one topic: the first two characters of each payload ("-": none), and "r" for RETAIN 1.
std::string of_topic(const Arrivals& arrivals, std::string_view name) {
  std::string out;
  for (const Arrived& each : arrivals) {
    if (each.topic != name) continue;
    out += each.payload.empty() ? "-"s : each.payload.substr(0, 2);
    out += each.retain ? "r " : " ";
  }
  return out;
}

TEST_P(ManyRetained, AllReachAClientThatReads) {  // [MQTT-3.3.1-9] [MQTT3-3.3.1-6]
  for (const QoS qos : {at_most_once, at_least_once, exactly_once}) {
    retain_many(qos);
    expect_each_once(connect("late").subscribe("t/#").received(), qos);
  }
  EXPECT_EQ(all_dropped(), 0u);
}

TEST_P(ManyRetained, WaitInTheStoreWhileTheClientDoesNotRead) {
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(connect("slow"));
  EXPECT_GT(outbox_bytes(slow), kAtOnceBytes);
  EXPECT_LT(outbox_bytes(slow), kAtOnceBytes + kPacketBytes);
  expect_each_once(slow.read_on().received(), at_most_once);
}

TEST_P(ManyRetained, WaitInTheStoreForTheSendWindow) {  // [MQTT-4.9.0-2]
  retain_many(at_least_once);
  Peer& slow = connect("slow").manual().subscribe("t/#");
  EXPECT_EQ(slow.received().size(), 1u);
  EXPECT_EQ(scene.engine().clients().front().queued, 0u);
  for (std::uint16_t id = 1; id < kMessages; ++id) {
    slow.send(mqtt::Puback{mqtt::PacketId{id}});
    EXPECT_EQ(slow.received(), (Arrivals{{topic(id), payload(id), at_least_once, kRetain}}));
  }
  EXPECT_EQ(all_dropped(), 0u);
}

TEST_P(ManyRetained, GoBeforeWhatWaitsForTheSendWindow) {
  retain_many(at_least_once);
  Peer& slow = connect("slow").manual().subscribe("#");
  scene.publish({.topic = "other", .payload = "new", .qos = at_least_once});
  Arrivals all = slow.received();
  for (std::uint16_t id = 1; id <= kMessages; ++id) {
    slow.send(mqtt::Puback{mqtt::PacketId{id}});
    for (const Arrived& each : slow.received()) all.push_back(each);
  }
  EXPECT_EQ(all.back().topic, "other");
  all.pop_back();
  expect_each_once(all, at_least_once);
}

TEST_P(ManyRetained, GoBehindWhatWaitedForTheSendWindowBefore) {  // [MQTT-4.6.0-6]
  Peer& slow = connect("slow").manual().subscribe("t/1");
  for (const char* text : {"A", "B", "C"})
    scene.publish({.topic = "t/1", .payload = text, .qos = at_least_once, .retain = true});
  slow.subscribe("t/#");
  Arrivals all = slow.received();
  for (std::uint16_t id = 1; id <= 3; ++id) {
    slow.send(mqtt::Puback{mqtt::PacketId{id}});
    for (const Arrived& each : slow.received()) all.push_back(each);
  }
  EXPECT_EQ(of_topic(all, "t/1"), "A B C Cr ");
}

TEST_P(ManyRetained, HoldNoPublisher) {
  retain_many(at_most_once);
  subscribe_unread(connect("slow"));
  Peer& publisher = connect("publisher").publish("t/new", "x");
  EXPECT_TRUE(scene.engine().wants_bytes(publisher.id()));
}

TEST_P(ManyRetained, ComeBeforeALaterMessageOfTheirTopic) {  // [MQTT-4.6.0-6]
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(connect("slow"));
  connect("publisher").publish(kLast, "A").publish(kLast, "B");
  const Arrivals all = slow.read_on().received();
  EXPECT_EQ(of_topic(all, kLast), "49r A B ");
  EXPECT_EQ(all.size(), kMessages + 2);
}

TEST_P(ManyRetained, ComeThoughReplacedMeanwhile) {
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(connect("slow"));
  connect("publisher").publish(kLast, "A", at_most_once, kRetain).publish(kLast, "B", at_most_once, kRetain);
  const Arrivals all = slow.read_on().received();
  EXPECT_EQ(of_topic(all, kLast), "49r A B ");
  EXPECT_EQ(all.size(), kMessages + 2);
}

TEST_P(ManyRetained, ComeThoughRemovedMeanwhile) {
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(connect("slow"));
  connect("publisher").publish(kLast, "", at_most_once, kRetain);
  EXPECT_EQ(of_topic(slow.read_on().received(), kLast), "49r - ");
}

TEST_P(ManyRetained, OfALaterTopicComeOnceOnly) {
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(connect("slow"));
  connect("publisher").publish("t/new", "A", at_most_once, kRetain);
  EXPECT_EQ(of_topic(slow.read_on().received(), "t/new"), "A ");
}

TEST_P(ManyRetained, OfATopicThatIsDoneComeOnceOnly) {
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(connect("slow"));
  connect("publisher").publish(topic(0), "A").publish(topic(0), "B", at_most_once, kRetain);
  EXPECT_EQ(of_topic(slow.read_on().received(), topic(0)), "0xr A B ");
}

TEST_P(ManyRetained, ArePutOffForAClientThatIsAway) {  // [MQTT-3.1.2-5]
  retain_many(at_least_once);
  Peer& slow = connect_manually_to_session("slow").subscribe("t/#");
  EXPECT_EQ(slow.received().size(), 1u);
  scene.cut(slow);
  connect("publisher").publish(kLast, "A", at_least_once);
  const Arrivals rest = connect_to_session("slow").received();
  EXPECT_EQ(rest.front().topic, topic(0));
  EXPECT_TRUE(rest.front().duplicate);
  EXPECT_EQ(of_topic(rest, kLast), "49r A ");
  EXPECT_EQ(rest.size(), kMessages + 1);
}

TEST_P(ManyRetained, EndWithTheSubscription) {
  retain_many(at_least_once);
  Peer& slow = connect("slow").manual().subscribe("t/#");
  slow.received();
  slow.unsubscribe("t/#").send(mqtt::Puback{mqtt::PacketId{1}});
  EXPECT_TRUE(slow.silent());
}

TEST_P(ManyRetained, EndWithTheSession) {
  retain_many(at_most_once);
  Peer& publisher = connect("publisher");
  std::array<std::uint64_t, 2> left{};
  for (std::uint64_t& bytes : left) {  // the first time leaves chunks to be used again
    Peer& slow = subscribe_unread(connect("slow"));
    const std::uint64_t before = memory_bytes();
    publisher.publish(kLast, "A");  // is noted, which takes memory
    EXPECT_GT(memory_bytes(), before + kLast.size());
    scene.cut(slow);
    bytes = memory_bytes();
  }
  EXPECT_EQ(left[0], left[1]);
  EXPECT_TRUE(connect("slow").silent());
  EXPECT_EQ(all_dropped(), 0u);
}

TEST_P(ManyRetained, ComeAllAgainForARepeatedSubscribe) {  // [MQTT-3.8.4-4] [MQTT3-3.8.4-3]
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(connect("slow"));
  const Arrivals all = subscribe_unread(slow).read_on().received();
  EXPECT_EQ(of_topic(all, topic(0)), "0xr 0xr ");
  EXPECT_EQ(of_topic(all, kLast), "49r ");  // of the first subscription there were a few only
}

TEST_P(ManyRetained, ComeOnceForEachOfTwoSubscriptions) {
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(subscribe_unread(connect("slow")), "t/+");
  connect("publisher").publish(topic(1), "A").publish(kLast, "B");
  const Arrivals all = slow.read_on().received();
  EXPECT_EQ(of_topic(all, topic(1)), "1xr 1xr A ");
  EXPECT_EQ(of_topic(all, kLast), "49r 49r B ");
  EXPECT_EQ(all.size(), 2 * kMessages + 2);
}

TEST_P(ManyRetained, ComeForEachOfManySubscriptions) {
  constexpr std::size_t kFilters = 2'000;
  std::vector<std::string> topics;
  for (std::size_t i = 0; i < kFilters; ++i) topics.push_back("s/" + std::to_string(10'000 + i));
  mqtt::Subscribe all{.packet_id = mqtt::PacketId{1}};
  mqtt::Unsubscribe odd{.packet_id = mqtt::PacketId{2}};
  for (std::size_t i = 0; i < kFilters; ++i) {
    scene.publish({.topic = topics[i], .payload = payload(i), .retain = true});
    all.requests.push_back({topics[i], {}});
    if (i % 2 == 1) odd.topic_filters.emplace_back(topics[i]);
  }
  Peer& slow = connect("slow").stop_reading().send(all).send(odd);
  std::size_t even = 0;
  for (const Arrived& each : slow.read_on().received()) {
    const std::size_t number = std::stoul(each.payload);
    EXPECT_EQ(each.topic, topics.at(number));
    even += number % 2 == 0 ? 1 : 0;
  }
  EXPECT_EQ(even, kFilters / 2);
}

class ManyRetainedIn5 : public ManyRetained {};
INSTANTIATE_TEST_SUITE_P(, ManyRetainedIn5, testing::Values(ProtocolVersion::v5), version_name);

TEST_P(ManyRetainedIn5, FollowAChangeOfTheSubscription) {
  retain_many(at_least_once);
  Peer& slow = connect("slow").manual().subscribe("t/#");
  slow.received();
  slow.subscribe("t/#", {.qos = at_most_once, .retain_handling = mqtt::RetainHandling::do_not_send});
  slow.send(mqtt::Puback{mqtt::PacketId{1}});
  const Arrivals rest = slow.received();
  EXPECT_EQ(rest.size(), kMessages - 1);
  EXPECT_EQ(std::ranges::count(rest, at_most_once, &Arrived::qos), static_cast<long>(rest.size()));
}

TEST_P(ManyRetainedIn5, GoOnWhenTheyNeedTheSendWindowNoMore) {
  retain_many(at_least_once);
  Peer& slow = connect("slow").manual().subscribe("t/#").stop_reading();
  slow.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{slow.next_packet_id()},
                            .requests = {{"t/#", {.retain_handling = mqtt::RetainHandling::do_not_send}}}});
  EXPECT_GT(outbox_bytes(slow), kAtOnceBytes);
}

TEST_P(ManyRetained, GoOnWhenThoseBeforeThemAreWantedNoMore) {
  retain_many(at_least_once);
  Peer& slow = connect("slow").manual().subscribe("t/#").subscribe("t/+", {.qos = at_most_once});
  slow.stop_reading().send(
      mqtt::Unsubscribe{.packet_id = mqtt::PacketId{slow.next_packet_id()}, .topic_filters = {"t/#"}});
  EXPECT_GT(outbox_bytes(slow), kAtOnceBytes);
}

TEST_P(ManyRetained, AreNotSentOnceExpired) {  // [MQTT-3.3.2-5]
  for (std::size_t i = 0; i < kMessages; ++i) {
    scene.publish({.topic = topic(i),
                   .payload = payload(i),
                   .retain = true,
                   .properties = {.message_expiry = seconds{60}}});
  }
  Peer& slow = subscribe_unread(connect("slow"));
  scene.advance(60s);
  const std::size_t sent = slow.read_on().received().size();
  EXPECT_GT(sent, 0u);
  EXPECT_LT(sent, 4u);
  EXPECT_EQ(scene.dropped(DropCause::expired), kMessages);  // told of the store
}

TEST_P(ManyRetained, AreLostToARestartThatLosesThem) {
  retain_many(at_most_once);
  Peer& slow = subscribe_unread(connect_to_session("slow"));
  scene.engine().restart({.retained = true}, scene.now());
  EXPECT_TRUE(slow.closed() || scene.engine().finished(slow.id()));
  EXPECT_TRUE(connect_to_session("slow").silent());
}

}  // namespace
}  // namespace pint::test
