// A flood beside clients that send little: who comes first, and how much of the flood others wait for. No
// clock: what is counted are packets and turns.
#include "net/flood_budget.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "core/interceptor.hpp"
#include "net/turned_loop.hpp"

namespace pint::test {
namespace {

using net::FloodBudget;

constexpr std::size_t kKilo = 1'024;

TEST(FloodBudget, IsAWholeBufferAlone) {
  FloodBudget budget;
  for (int turn = 0; turn < 3; ++turn) {
    EXPECT_EQ(budget.bytes(), FloodBudget::kAloneBytes);
    budget.received(FloodBudget::kAloneBytes);
    budget.end_turn(1, FloodBudget::kAloneBytes, 4'000);
  }
}

TEST(FloodBudget, IsAThousandPacketsBesideOthers) {
  FloodBudget budget;
  budget.received(100);
  budget.end_turn(1, 256 * kKilo, 4 * kKilo);  // 64 bytes a packet
  EXPECT_EQ(budget.bytes(), 64'000u);
}

TEST(FloodBudget, IsSharedByThoseWhoFlood) {
  FloodBudget budget;
  budget.received(100);
  budget.end_turn(4, 256 * kKilo, 4 * kKilo);
  EXPECT_EQ(budget.bytes(), 16'000u);
}

TEST(FloodBudget, HasBounds) {
  FloodBudget budget;
  budget.received(100);
  budget.end_turn(1, 256 * kKilo, 100'000'000);  // to many receivers
  EXPECT_EQ(budget.bytes(), FloodBudget::kLeastBytes);
  budget.received(100);
  budget.end_turn(1, 256 * kKilo, 16);  // of 16 kB
  EXPECT_EQ(budget.bytes(), FloodBudget::kAloneBytes);
}

TEST(FloodBudget, ForgetsOthersInTheEnd) {
  FloodBudget budget;
  budget.received(100);
  budget.end_turn(1, 256 * kKilo, 4 * kKilo);
  int turns = 0;
  for (; budget.bytes() != FloodBudget::kAloneBytes; ++turns) {
    ASSERT_LT(turns, 10'000);
    budget.received(64'000);
    budget.end_turn(1, 64'000, 1'000);
  }
  EXPECT_GT(turns, 100);
}

// A flood of small messages that nobody gets, a client that says something now and then, and who reads it.
class FairLoop : public TurnedLoop {
 protected:
  // Sees each packet before it is handled, and takes none.
  class Watch : public core::Interceptor {
   public:
    explicit Watch(FairLoop& test) : test_(test) {}
    bool take(const core::PassingPacket& packet, Time, std::vector<core::Return>&) override {
      if (packet.client_id == "reader") test_.reader_id_ = packet.connection;
      if (packet.direction == Direction::received) test_.see(packet.client_id);
      return false;
    }
    [[nodiscard]] std::optional<Time> next_deadline() const override { return {}; }
    void tick(Time, std::vector<core::Return>&) override {}
    void ended(core::ConnectionId) override {}

   private:
    FairLoop& test_;
  };

  FairLoop() {
    engine_.set_interceptor(&watch_);
    connect(greedy_, "greedy");
    connect(modest_, "modest");
    connect(reader_, "reader");
    reader_.send(mqtt::Subscribe{
        .packet_id = mqtt::PacketId{1}, .properties = {}, .requests = {{.topic_filter = "m"}}});
    run_until_readable(reader_);
    reader_.expect<mqtt::Suback>();
    for (int i = 0; i < 100'000; ++i) flood_.insert(flood_.end(), {0x30, 4, 0, 1, 'n', 0});
  }

  void see(std::string_view client_id) {
    if (client_id == "modest") {
      greedy_before_modest_ = greedy_packets_[turns_];
      modest_turn_ = turns_;
    }
    if (client_id != "greedy") return;
    ++greedy_packets_[turns_];
    if (modest_turn_ == turns_ && !written_before_more_)
      written_before_more_ = engine_.outbox(reader_id_)->empty();
  }
  // Turns with the flood alone until it has more than fits into one.
  void flood_until_more_is_there() {
    run_until([&] {
      flood_some();
      return greedy_packets_[turns_ - 1] > 0 && loop_->timeout() == Duration::zero();
    });
  }
  void flood_some() { sent_ += greedy_.send_some(ByteView(flood_).subspan(sent_ % flood_.size())); }
  void say_something() {
    modest_.send(mqtt::Publish{.topic = "m"});
    modest_turn_ = -1;
    run_until([&] {
      flood_some();
      return modest_turn_ >= 0;
    });
  }

  Watch watch_{*this};
  WireClient greedy_{port_};
  WireClient modest_{port_};
  WireClient reader_{port_};
  Bytes flood_;
  std::size_t sent_ = 0;
  core::ConnectionId reader_id_;
  std::map<int, int> greedy_packets_;  // by turn
  int modest_turn_ = -1;
  int greedy_before_modest_ = -1;
  std::optional<bool> written_before_more_;  // the message of the modest one, before the turn's flood
};

TEST_F(FairLoop, WhoSaysLittleComesBeforeTheRestOfAFlood) {
  flood_until_more_is_there();
  say_something();
  EXPECT_EQ(greedy_before_modest_, 0);
  EXPECT_GT(greedy_packets_[modest_turn_], 0);
  EXPECT_EQ(written_before_more_, true);
}

TEST_F(FairLoop, AFloodGivesLessWhileOthersAreAbout) {
  flood_until_more_is_there();
  say_something();
  for (int i = 0; i < 3; ++i) {
    const int before = turns_;
    run_until([&] {
      flood_some();
      return turns_ > before;
    });
    EXPECT_GT(greedy_packets_[before], 0);
    EXPECT_LE(greedy_packets_[before], 1'010);  // packets that shares cut in two
  }
}

}  // namespace
}  // namespace pint::test
