// Receiving: a conversation cut into any portions is the same conversation. [MQTT-4.2.0-1]
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.hpp"
#include "mqtt/encode.hpp"
#include "support/wires.hpp"

namespace pint::test {
namespace {

using mqtt::PacketId;
using enum ProtocolVersion;

constexpr std::uint32_t kMaximumPacketSize = 5'000;

struct Conversation {
  const char* name;
  ProtocolVersion version;
  std::vector<mqtt::Packet> packets;  // behind CONNECT
  std::string behind = {};            // raw bytes at the end
};
void PrintTo(const Conversation& conversation, std::ostream* out) { *out << conversation.name; }

Bytes bytes_of(const Conversation& conversation) {
  Bytes out = connect_bytes("sender", conversation.version);
  for (const mqtt::Packet& packet : conversation.packets) mqtt::encode(out, packet, conversation.version);
  const ByteView behind = as_bytes(conversation.behind);
  out.insert(out.end(), behind.begin(), behind.end());
  return out;
}

// All that can be seen of it afterwards.
struct Outcome {
  std::string to_sender;
  std::string to_watcher;
  std::uint64_t packets_received = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t protocol_errors = 0;
  bool finished = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

class Hearing {
 public:
  explicit Hearing(ProtocolVersion version) : wires_(options()) {
    watcher_ = wires_.connect("watcher", version);
    wires_.subscribe(watcher_, "#", QoS::exactly_once, version);
    sender_ = wires_.open();
  }
  void hear(ByteView bytes) { wires_.receive(sender_, bytes); }
  [[nodiscard]] Outcome outcome() {
    const Stats stats = wires_.engine().stats();
    return {wires_.take(sender_),  wires_.take(watcher_),  stats.packets_received,
            stats.bytes_received,  stats.protocol_errors,  wires_.engine().finished(sender_)};
  }

 private:
  static core::EngineOptions options() {
    core::EngineOptions options = Wires::quiet();
    options.limits.maximum_packet_size = kMaximumPacketSize;
    return options;
  }
  Wires wires_;
  core::ConnectionId watcher_, sender_;
};

const std::string kLarge(3'000, 'L');

std::vector<mqtt::Packet> everything(ByteView large) {
  return {mqtt::Subscribe{.packet_id = PacketId{1},
                          .requests = {{"own/#", {.qos = QoS::exactly_once}}, {"x", {}}}},
          mqtt::Publish{.topic = "a", .payload = as_bytes("qos 0")},
          mqtt::Publish{.qos = QoS::at_least_once,
                        .topic = "own/a",
                        .packet_id = PacketId{2},
                        .payload = as_bytes("qos 1")},
          mqtt::Puback{.packet_id = PacketId{1}},
          mqtt::Publish{.qos = QoS::exactly_once,
                        .retain = true,
                        .topic = "b",
                        .packet_id = PacketId{3},
                        .payload = as_bytes("qos 2")},
          mqtt::Pubrel{.packet_id = PacketId{3}},
          mqtt::Pingreq{},
          mqtt::Publish{.topic = "large", .payload = large},
          mqtt::Unsubscribe{.packet_id = PacketId{4}, .topic_filters = {"x", "own/#"}},
          mqtt::Disconnect{}};
}

std::vector<Conversation> conversations() {
  std::vector<mqtt::Packet> three = {mqtt::Publish{.topic = "a", .payload = as_bytes("1")}, mqtt::Pingreq{},
                                     mqtt::Publish{.topic = "a", .payload = as_bytes("2")}};
  return {
      {"everything_v3_1_1", v3_1_1, everything(as_bytes(kLarge))},
      {"everything_v5", v5, everything(as_bytes(kLarge))},
      {"stops_within_a_packet", v5, three, std::string("\x30\x20\x00\x01", 4)},
      {"ends_malformed", v5, three, std::string("\x36\x05\x00\x01" "abc", 7)},
      {"ends_with_a_length_of_five_bytes", v5, three, "\x30\xFF\xFF\xFF\xFF\x01"},
      {"ends_with_a_packet_too_large", v5, three, "\x30\x89\x27"},  // announces 5,001 + 3 bytes
      {"talks_on_after_an_error", v3_1_1, three, std::string("\x00\x00\x30\x03\x00\x01" "a", 7)},
  };
}

class Portions : public ::testing::TestWithParam<Conversation> {
 protected:
  void SetUp() override {
    bytes_ = bytes_of(GetParam());
    Hearing hearing(GetParam().version);
    hearing.hear(bytes_);
    whole_ = hearing.outcome();
  }

  // Cut after each of these positions (rising).
  Outcome cut_at(const std::vector<std::size_t>& positions) const {
    Hearing hearing(GetParam().version);
    std::size_t from = 0;
    for (const std::size_t to : positions) {
      hearing.hear(ByteView(bytes_).subspan(from, to - from));
      from = to;
    }
    hearing.hear(ByteView(bytes_).subspan(from));
    Outcome outcome = hearing.outcome();
    if (outcome.finished)
      outcome.bytes_received = whole_.bytes_received;  // what came too late is not counted
    return outcome;
  }

  Bytes bytes_;
  Outcome whole_;
};

TEST_P(Portions, OfTwoAreTheSameAsOne) {
  for (std::size_t position = 0; position <= bytes_.size(); ++position) {
    ASSERT_EQ(cut_at({position}), whole_) << "cut after " << position << " of " << bytes_.size() << " bytes";
  }
}

TEST_P(Portions, OfOneByteAreTheSameAsOne) {
  std::vector<std::size_t> positions(bytes_.size());
  for (std::size_t i = 0; i < bytes_.size(); ++i) positions[i] = i;
  EXPECT_EQ(cut_at(positions), whole_);
}

TEST_P(Portions, AtRandomAreTheSameAsOne) {
  Random random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::size_t> positions;
    for (std::size_t at = random.below(20); at < bytes_.size(); at += 1 + random.below(40))
      positions.push_back(at);
    ASSERT_EQ(cut_at(positions), whole_) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(Conversations, Portions, ::testing::ValuesIn(conversations()),
                         [](const auto& suite) { return suite.param.name; });

// The conversations do what they are meant to.
TEST(Receive, ConversationsGoWhereTheyShould) {
  for (const Conversation& conversation : conversations()) {
    Hearing hearing(conversation.version);
    hearing.hear(bytes_of(conversation));
    const Outcome outcome = hearing.outcome();
    const bool breaks = std::string_view(conversation.name).find("ends") == 0 || !conversation.behind.empty();
    const bool stops = std::string_view(conversation.name).starts_with("stops");
    EXPECT_EQ(outcome.protocol_errors, breaks && !stops ? 1u : 0u) << conversation.name;
    EXPECT_EQ(outcome.finished, !stops) << conversation.name;
    EXPECT_NE(outcome.to_watcher, "") << conversation.name;
  }
}

class HalfAPacket : public ::testing::Test {
 protected:
  [[nodiscard]] std::size_t memory() { return wires_.engine().stats().memory_bytes; }
  Wires wires_;
  core::ConnectionId sender_ = wires_.connect("sender", v5);
  Bytes packet_ = pint::test::bytes_of(mqtt::Publish{.topic = "a", .payload = as_bytes(kLarge)}, v5);
};

TEST_F(HalfAPacket, CostsItsBytesUntilTheRestComes) {
  const std::size_t before = memory();
  for (std::size_t size = 1; size < packet_.size(); ++size) {
    wires_.receive(sender_, ByteView(packet_).subspan(size - 1, 1));
    ASSERT_EQ(memory(), before + size);
  }
  wires_.receive(sender_, ByteView(packet_).last(1));
  EXPECT_EQ(memory(), before);
  EXPECT_EQ(wires_.engine().stats().publishes_received, 1u);
}

TEST_F(HalfAPacket, IsNotKeptBeyondWhatItNeeds) {
  const std::size_t before = memory();
  Bytes stream = packet_;
  stream.insert(stream.end(), packet_.begin(), packet_.begin() + 10);
  wires_.receive(sender_, ByteView(stream).first(100));
  wires_.receive(sender_, ByteView(stream).subspan(100));
  EXPECT_EQ(memory(), before + 10);
}

TEST_F(HalfAPacket, GoesWithItsConnection) {
  const std::size_t before = memory();
  wires_.receive(sender_, ByteView(packet_).first(1'000));
  EXPECT_EQ(memory(), before + 1'000);
  wires_.engine().lost(sender_, DisconnectCause::client_closed, wires_.now());
  EXPECT_EQ(memory(), before);
}

TEST(Receive, IgnoresConnectionsThatAreGone) {
  Wires wires;
  const auto id = wires.connect("sender", v5);
  wires.engine().lost(id, DisconnectCause::client_closed, wires.now());
  wires.receive(id, pint::test::bytes_of(mqtt::Publish{.topic = "a", .payload = {}}, v5));
  EXPECT_EQ(wires.engine().stats().publishes_received, 0u);
  EXPECT_EQ(wires.engine().outbox(id), nullptr);
  EXPECT_TRUE(wires.engine().finished(id));
}

}  // namespace
}  // namespace pint::test
