// A correct client that does things by chance, on a network that breaks by chance, against the engine: the
// lint has nothing to say about it. Cuts lose what is on its way in both directions, so that all of resending
// comes about. A failure names its seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "base/random.hpp"
#include "linted_scene.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"

namespace pint::testkit::test {
namespace {

using namespace pint::test;
using enum ProtocolVersion;
using mqtt::PacketId;

constexpr int kSteps = 150;
constexpr std::uint64_t kSeeds = 60;

// What the client has sent and not yet been acknowledged for.
struct Open {
  PacketId id;
  std::string payload;
  QoS qos;
  bool released = false;
};

class ModelClient {
 public:
  ModelClient(LintedScene& scene, ProtocolVersion version, std::uint64_t seed)
      : scene_(scene), version_(version), random_(seed) {
    come_back();
  }

  void step() {
    switch (random_.below(10)) {
      case 0:
      case 1:
      case 2: return publish();
      case 3: return cut();
      case 4: return leave();
      case 5: return receive_a_message();
      default: return answer_some();
    }
  }
  [[nodiscard]] int resent() const { return resent_; }

 private:
  void come_back() {
    ConnectTerms terms{.version = version_, .clean_start = false, .manual = true};
    if (version_ == v5) terms.session_expiry = 3600;
    mqtt::Connack connack;
    peer_ = &scene_.connect("dev-1", terms, connack);
    unread_.clear();
    if (!std::exchange(subscribed_, true)) peer_->subscribe("to/dev");
    for (Open& open : open_) resend(open);
  }

  void resend(const Open& open) {
    ++resent_;
    if (open.released) {
      peer_->send(mqtt::Pubrel{.packet_id = open.id});
    } else {
      peer_->send(packet(open, true));
    }
  }

  static mqtt::Publish packet(const Open& open, bool duplicate) {
    return {.duplicate = duplicate,
            .qos = open.qos,
            .topic = "from/dev",
            .packet_id = open.id,
            .payload = as_bytes(open.payload)};
  }

  void publish() {
    if (open_.size() >= LintedScene::kReceiveMaximum) return;
    Open open{.id = free_id(),
              .payload = std::to_string(++messages_),
              .qos = static_cast<QoS>(1 + random_.below(2))};
    open_.push_back(open);
    peer_->send(packet(open, false));
  }

  PacketId free_id() const {
    std::uint16_t id = 1;
    while (
        std::any_of(open_.begin(), open_.end(), [&](const Open& open) { return open.id == PacketId{id}; })) {
      ++id;
    }
    return PacketId{id};
  }

  void receive_a_message() {
    scene_.publish({.topic = "to/dev", .payload = "x", .qos = static_cast<QoS>(random_.below(3))});
  }

  // The network breaks; what was unread is lost.
  void cut() {
    scene_.cut(*peer_);
    scene_.pass(std::chrono::seconds{11});
    come_back();
  }

  void leave() {
    answer_some(1'000);
    peer_->disconnect();
    come_back();
  }

  void answer_some() { answer_some(random_.below(4)); }
  void answer_some(std::uint64_t count) {
    unread_ += peer_->received_bytes();
    for (; count > 0 && !unread_.empty(); --count) {
      const auto frame = mqtt::next_frame(as_bytes(unread_), mqtt::kMaxPacketBytes);
      ASSERT_TRUE(frame && *frame);
      const std::string bytes(as_text((*frame)->bytes));
      unread_.erase(0, bytes.size());
      answer(bytes);
      unread_ += peer_->received_bytes();
    }
  }

  void answer(const std::string& bytes) {
    const auto frame = mqtt::next_frame(as_bytes(bytes), mqtt::kMaxPacketBytes);
    const auto packet = mqtt::decode(**frame, version_);
    ASSERT_TRUE(packet);
    if (const auto* publish = std::get_if<mqtt::Publish>(&*packet)) {
      if (publish->qos == QoS::at_least_once) peer_->send(mqtt::Puback{.packet_id = publish->packet_id});
      if (publish->qos == QoS::exactly_once) peer_->send(mqtt::Pubrec{.packet_id = publish->packet_id});
    } else if (const auto* pubrel = std::get_if<mqtt::Pubrel>(&*packet)) {
      peer_->send(mqtt::Pubcomp{.packet_id = pubrel->packet_id});
    } else if (const auto* puback = std::get_if<mqtt::Puback>(&*packet)) {
      done(puback->packet_id);
    } else if (const auto* pubcomp = std::get_if<mqtt::Pubcomp>(&*packet)) {
      done(pubcomp->packet_id);
    } else if (const auto* pubrec = std::get_if<mqtt::Pubrec>(&*packet)) {
      for (Open& open : open_) {
        if (open.id == pubrec->packet_id) open.released = true;
      }
      peer_->send(mqtt::Pubrel{.packet_id = pubrec->packet_id});
    }
  }

  void done(PacketId id) {
    std::erase_if(open_, [&](const Open& open) { return open.id == id; });
  }

  LintedScene& scene_;
  ProtocolVersion version_;
  Random random_;
  Peer* peer_ = nullptr;
  std::string unread_;
  std::deque<Open> open_;  // in the order of first sending
  int messages_ = 0;
  int resent_ = 0;
  bool subscribed_ = false;
};

class LintOfAModelClient : public testing::TestWithParam<ProtocolVersion> {};

INSTANTIATE_TEST_SUITE_P(, LintOfAModelClient, testing::Values(v3_1, v3_1_1, v5), [](const auto& version) {
  return version.param == v3_1 ? "V3_1" : version.param == v3_1_1 ? "V3_1_1" : "V5";
});

TEST_P(LintOfAModelClient, HasNothingToSay) {
  int resent = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    LintedScene scene;
    ModelClient client(scene, GetParam(), seed);
    for (int i = 0; i < kSteps; ++i) client.step();
    ASSERT_EQ(scene.found(), Nothing{}) << "seed " << seed;
    resent += client.resent();
  }
  EXPECT_GT(resent, 500) << "little was shown";
}

}  // namespace
}  // namespace pint::testkit::test
