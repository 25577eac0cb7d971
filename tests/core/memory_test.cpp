// The memory meter: whatever happened, when nobody is left and nothing is stored, only pooled chunks are. A
// story runs twice on one engine, because what it leaks it leaks again.
#include <gtest/gtest.h>

#include <string>

#include "random_story.hpp"
#include "support/scene.hpp"
#include "support/wires.hpp"

namespace pint::test {
namespace {

// What may wait in the pool for use again (outbox.cpp): whole chunks of 128 bytes, 1 KiB and 32 KiB, up to a
// bound.
constexpr std::size_t kChunk = 128;  // the smallest; the others are multiples of it
constexpr std::size_t kPoolBytesMax = 256 * kChunk + 256 * 1'024 + 32 * 32'768;

const std::string kLarge(50'000, 'L');

void expect_only_chunks(core::Engine& engine) {
  const std::size_t bytes = engine.stats().memory_bytes;
  EXPECT_EQ(bytes % kChunk, 0u) << bytes << " bytes: some message or packet is still held";
  EXPECT_LE(bytes, kPoolBytesMax);
}

struct Story {
  const char* name;
  void (*tell)(Scene& scene);  // leaves no client connected
};
void PrintTo(const Story& story, std::ostream* out) { *out << story.name; }

ConnectTerms lasting() { return {.clean_start = false, .session_expiry = 60}; }

void small_and_large(Scene& scene) {
  auto& reader = scene.connect("reader").subscribe("#");
  auto& writer = scene.connect("writer");
  for (const QoS qos : {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once}) {
    writer.publish("a", "small", qos).publish("a", kLarge, qos);
  }
  scene.cut(reader).cut(writer);
}

void queued_until_the_session_expires(Scene& scene) {
  auto& reader = scene.connect("reader", lasting()).subscribe("#");
  scene.cut(reader);
  auto& writer = scene.connect("writer");
  for (int i = 0; i < 20; ++i) writer.publish("a", kLarge, QoS::at_least_once);
  scene.cut(writer);
}

void queued_until_the_client_returns(Scene& scene) {
  auto& reader = scene.connect("reader", lasting()).subscribe("#");
  scene.cut(reader);
  auto& writer = scene.connect("writer");
  for (int i = 0; i < 20; ++i) writer.publish("a", kLarge, QoS::exactly_once);
  scene.cut(writer);
  scene.cut(scene.connect("reader", lasting()));
}

void never_acknowledged(Scene& scene) {
  auto& reader = scene.connect("reader", lasting()).manual().subscribe("#");
  auto& writer = scene.connect("writer");
  for (int i = 0; i < 5; ++i) writer.publish("a", kLarge, QoS::exactly_once);
  scene.cut(writer).cut(reader);
  scene.cut(scene.connect("reader", lasting()).manual());  // all is sent again
}

void behind_a_closed_window(Scene& scene) {
  auto& reader = scene.connect("reader", {.receive_maximum = 1}).manual().subscribe("#");
  auto& writer = scene.connect("writer");
  for (int i = 0; i < 5; ++i) writer.publish("a", kLarge, QoS::at_least_once);
  scene.cut(writer).cut(reader);
}

void dropped_by_a_clean_start(Scene& scene) {
  auto& reader = scene.connect("reader", lasting()).subscribe("#");
  scene.cut(reader).publish({.topic = "a", .payload = kLarge, .qos = QoS::at_least_once});
  scene.cut(scene.connect("reader"));
}

void retained_and_removed(Scene& scene) {
  auto& writer = scene.connect("writer");
  writer.publish("a", "first", QoS::at_least_once, true).publish("a", kLarge, QoS::at_most_once, true);
  auto& reader = scene.connect("reader").subscribe("#");
  writer.publish("a", "", QoS::at_most_once, true);
  scene.cut(writer).cut(reader);
}

void retained_until_it_expires(Scene& scene) {
  scene.publish({.topic = "a", .payload = kLarge, .retain = true, .properties = {.message_expiry = 10s}});
}

void will_not_sent(Scene& scene) {
  scene.connect("sensor", {.will = WillTerms{.topic = "gone", .payload = kLarge}}).disconnect();
}

void will_sent_late(Scene& scene) {
  auto& reader = scene.connect("reader").subscribe("#");
  scene.cut(scene.connect(
      "sensor", {.will = WillTerms{.topic = "gone", .payload = kLarge, .delay = 10s}, .session_expiry = 60}));
  scene.advance(10s).cut(reader);
}

void will_replaced(Scene& scene) {
  const ConnectTerms terms{.clean_start = false,
                           .will = WillTerms{.topic = "gone", .payload = kLarge, .delay = 30s},
                           .session_expiry = 60};
  scene.cut(scene.connect("sensor", terms));
  scene.connect("sensor", lasting()).disconnect();
}

void half_a_packet(Scene& scene) {
  auto& writer = scene.connect("writer");
  writer.send_raw({0x30, 0x80, 0x01, 0x00, 0x01});
  scene.cut(writer);
}

void half_a_connect(Scene& scene) { scene.open().send_raw({0x10, 0x20, 0x00}); }  // until connect_timeout

void half_a_packet_behind_an_error(Scene& scene) {
  auto& writer = scene.connect("writer");
  writer.send_raw({0x30, 0x80, 0x01});
  writer.send_raw(std::string(126, '\xFF') + "\x30\x80\x01");  // the first one is malformed
  EXPECT_TRUE(writer.closed());
}

void taken_over(Scene& scene) {
  auto& first = scene.connect("reader", lasting()).manual().subscribe("#");
  scene.publish({.topic = "a", .payload = kLarge, .qos = QoS::at_least_once});
  first.send_raw({0x30, 0x80, 0x01});
  scene.cut(scene.connect("reader", lasting()));
}

constexpr Story kStories[] = {
    {"small_and_large", small_and_large},
    {"queued_until_the_session_expires", queued_until_the_session_expires},
    {"queued_until_the_client_returns", queued_until_the_client_returns},
    {"never_acknowledged", never_acknowledged},
    {"behind_a_closed_window", behind_a_closed_window},
    {"dropped_by_a_clean_start", dropped_by_a_clean_start},
    {"retained_and_removed", retained_and_removed},
    {"retained_until_it_expires", retained_until_it_expires},
    {"will_not_sent", will_not_sent},
    {"will_sent_late", will_sent_late},
    {"will_replaced", will_replaced},
    {"half_a_packet", half_a_packet},
    {"half_a_connect", half_a_connect},
    {"half_a_packet_behind_an_error", half_a_packet_behind_an_error},
    {"taken_over", taken_over},
};

class MemoryStory : public ::testing::TestWithParam<Story> {};

TEST_P(MemoryStory, LeavesOnlyChunks) {
  Scene scene;
  GetParam().tell(scene);
  scene.advance(1h);
  expect_only_chunks(scene.engine());
  const std::size_t once = scene.engine().stats().memory_bytes;
  GetParam().tell(scene);
  scene.advance(1h);
  EXPECT_EQ(scene.engine().stats().memory_bytes, once);
  EXPECT_EQ(scene.engine().stats().sessions, 0u);
}

INSTANTIATE_TEST_SUITE_P(Stories, MemoryStory, ::testing::ValuesIn(kStories),
                         [](const auto& suite) { return suite.param.name; });

class RandomMemory : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomMemory, LeavesOnlyChunks) {
  RandomStory story(GetParam());
  for (int step = 0; step < 2'000; ++step) story.step();
  story.end();
  const Stats stats = story.engine().stats();
  EXPECT_EQ(stats.sessions, 0u);
  EXPECT_EQ(stats.subscriptions, 0u);
  EXPECT_EQ(stats.retained_messages, 0u);
  expect_only_chunks(story.engine());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomMemory, ::testing::Range(std::uint64_t{1}, std::uint64_t{9}));

// A reader that does not read: its outbox holds the message, until the transport goes.
TEST(Memory, OfUnsentBytesIsFreedWithTheirConnection) {
  Wires wires;
  const auto reader = wires.connect("reader", ProtocolVersion::v5);
  wires.subscribe(reader, "#", QoS::at_most_once, ProtocolVersion::v5);
  const auto writer = wires.connect("writer", ProtocolVersion::v5);
  wires.receive(writer,
                bytes_of(mqtt::Publish{.topic = "a", .payload = as_bytes(kLarge)}, ProtocolVersion::v5));
  EXPECT_GE(wires.engine().stats().memory_bytes, kLarge.size());
  wires.engine().lost(reader, DisconnectCause::transport_failed, wires.now());
  expect_only_chunks(wires.engine());
}

TEST(Memory, OfARuleCallIsHeldUntilItWasMade) {
  Wires wires;
  wires.engine().add_rule("#", wires.now());
  (void)wires.engine().publish({.topic = "a", .payload = kLarge}, 0, wires.now());
  EXPECT_GE(wires.engine().stats().memory_bytes, kLarge.size());
  EXPECT_EQ(wires.engine().take_rule_calls().size(), 1u);
  EXPECT_EQ(wires.engine().stats().memory_bytes, 0u);
}

}  // namespace
}  // namespace pint::test
