// limits.hold_publishers with real sockets: a publisher that floods a slow subscriber waits in its own
// socket, and nothing is lost.
#include <algorithm>
#include <string>

#include "mqtt/encode.hpp"
#include "net/turned_loop.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPayloadBytes = 1'000;
constexpr std::size_t kMessages = 20'000;  // 20 MB: more than all sockets and an outbox take

class HoldingLoop : public TurnedLoop {
 protected:
  HoldingLoop() {
    connect(slow_, "slow");
    slow_.send(mqtt::Subscribe{
        .packet_id = mqtt::PacketId{1}, .properties = {}, .requests = {{.topic_filter = "t"}}});
    run_until_readable(slow_);
    slow_.expect<mqtt::Suback>();
    connect(publisher_, "publisher");
    for (std::size_t i = 0; i < kMessages; ++i) {
      const std::string payload = std::to_string(i) + std::string(kPayloadBytes, ' ');
      mqtt::encode(all_, mqtt::Publish{.topic = "t", .payload = as_bytes(payload)}, ProtocolVersion::v5);
    }
  }

  void send_some() { sent_ += publisher_.send_some(ByteView(all_).subspan(sent_)); }
  ClientState state_of(std::string_view client_id) {
    const std::vector<ClientState> clients = engine_.clients();
    const auto found = std::ranges::find(
        clients, client_id,
        [](const ClientState& each) -> const std::string& { return each.client.client_id; });
    return found == clients.end() ? ClientState{} : *found;
  }
  void flood_until_held() {
    run_until([&] {
      send_some();
      return state_of("publisher").held;
    });
  }
  std::uint64_t lost() const {
    std::uint64_t lost = 0;
    for (const Stats::Dropped& each : engine_.stats().dropped) lost += each.count;
    return lost;
  }
  // The subscriber reads everything; the publisher sends what is left.
  void read_all() {
    for (std::size_t i = 0; i < kMessages; ++i) {
      run_until([&] {
        send_some();
        return slow_.packet_arrived();
      });
      ASSERT_EQ(std::stoul(std::string(as_text(slow_.expect<mqtt::Publish>().payload))), i);
    }
  }

  WireClient slow_{port_, {.receive_buffer = 4'096}};
  WireClient publisher_{port_};
  Bytes all_;
  std::size_t sent_ = 0;
};

TEST_F(HoldingLoop, LosesNothing) {
  flood_until_held();
  read_all();
  EXPECT_EQ(lost(), 0u);
}

TEST_F(HoldingLoop, DoesNotReadAHeldPublisherAndSleeps) {
  flood_until_held();
  settle();
  const std::uint64_t read = engine_.stats().bytes_received;
  run_until([&] {  // as much as the system takes for it
    const std::size_t before = sent_;
    send_some();
    return sent_ == before;
  });
  settle();
  EXPECT_EQ(engine_.stats().bytes_received, read);
  EXPECT_LT(sent_, all_.size());
  EXPECT_EQ(loop_->timeout(), 1s);  // limits.hold_publishers
}

TEST_F(HoldingLoop, KeepsLittleOfWhatItHasRead) {
  flood_until_held();
  settle();
  EXPECT_LT(engine_.stats().memory_bytes, 4u << 20);
}

TEST_F(HoldingLoop, EndsInTime) {
  flood_until_held();
  time_.advance(1s);
  run_until([&] { return state_of("slow").stalled; });
  settle();
  EXPECT_FALSE(state_of("publisher").held);
  run_until([&] {
    send_some();
    return sent_ == all_.size() && lost() > 0;
  });
}

TEST_F(HoldingLoop, HandlesWhatItHasReadWhenThePublisherIsGone) {
  all_.resize(all_.size() / 4);  // so that the rest is in the sockets
  flood_until_held();
  while (sent_ < all_.size()) {
    const std::size_t before = sent_;
    send_some();
    if (sent_ == before) break;
  }
  const std::uint64_t handled = engine_.stats().publishes_received;
  publisher_.reset();
  time_.advance(1s);
  run_until([&] { return !state_of("publisher").connected; });
  EXPECT_GT(engine_.stats().publishes_received, handled);
}

}  // namespace
}  // namespace pint::test
