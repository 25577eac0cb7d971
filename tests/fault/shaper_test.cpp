// Which faults are at work on which connection, and what is told of it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fault/shaper.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using namespace socket_effect;

constexpr Time kStart{1h};
constexpr core::ConnectionId kFirst{.index = 0, .generation = 1};
constexpr core::ConnectionId kSecond{.index = 1, .generation = 1};

class ShaperTest : public testing::Test {
 protected:
  void see(core::ConnectionId connection, std::string_view client_id) {
    shaper_.see(connection, client_id, {.address = {127, 0, 0, 1}, .port = 9}, kStart);
  }
  void enter(core::ConnectionId connection, Way way) {
    shaper_.enter(*shaper_.find(connection), way, as_bytes("x"), kStart);
  }

  std::vector<std::string> told_;
  fault::Shaper shaper_{1, [this](const fault::Applied& applied, Time) {
                          told_.push_back(applied.name + ": " + applied.what + " (" + applied.client_id +
                                          " " + applied.remote_address + ")");
                        }};
};

TEST_F(ShaperTest, FaultsAreAtWorkWhereTheirPatternMatches) {
  shaper_.set({.name = "slow", .client = "dev-*", .effect = Latency{.delay = 1s}});
  see(kFirst, "dev-1");
  see(kSecond, "service");
  EXPECT_NE(shaper_.find(kFirst), nullptr);
  EXPECT_EQ(shaper_.find(kSecond), nullptr);
}

TEST_F(ShaperTest, TheEmptyPatternIsForThoseNotYetConnected) {
  shaper_.set({.name = "mute", .client = "", .effect = Stall{}});
  see(kFirst, "");
  ASSERT_NE(shaper_.find(kFirst), nullptr);
  EXPECT_EQ(shaper_.find(kFirst)->from_client.room(kStart), 0u);
  see(kFirst, "dev-1");
  shaper_.release(kFirst);
  EXPECT_EQ(shaper_.find(kFirst), nullptr);
}

TEST_F(ShaperTest, AConnectionThatHasEndedKeepsItsName) {
  shaper_.set({.name = "slow", .client = "dev-1", .effect = Latency{.delay = 1s}});
  see(kFirst, "dev-1");
  see(kFirst, "");
  shaper_.release(kFirst);
  EXPECT_NE(shaper_.find(kFirst), nullptr);
}

TEST_F(ShaperTest, AFaultOfOneWayLeavesTheOtherAlone) {
  shaper_.set({.name = "deaf", .way = Way::from_client, .effect = Stall{}});
  see(kFirst, "");
  EXPECT_EQ(shaper_.find(kFirst)->from_client.room(kStart), 0u);
  EXPECT_GT(shaper_.find(kFirst)->to_client.room(kStart), 0u);
}

TEST_F(ShaperTest, NamesAreUniqueAndSetReplaces) {
  EXPECT_TRUE(shaper_.add({.name = "f", .effect = Latency{.delay = 1s}}));
  EXPECT_FALSE(shaper_.add({.name = "f", .effect = Stall{}}));
  shaper_.set({.name = "f", .effect = Slice{.bytes = 3}});
  ASSERT_EQ(shaper_.list().size(), 1u);
  EXPECT_EQ(to_string(shaper_.list()[0].effect), "slice 3 bytes");
  EXPECT_TRUE(shaper_.remove("f"));
  EXPECT_FALSE(shaper_.remove("f"));
  EXPECT_TRUE(shaper_.idle());
}

TEST_F(ShaperTest, IsIdleOnlyWhenWhatItHeldIsThrough) {
  shaper_.set({.name = "slow", .effect = Latency{.delay = 1s}});
  see(kFirst, "c");
  enter(kFirst, Way::to_client);
  shaper_.clear();
  see(kFirst, "c");
  shaper_.release(kFirst);
  ASSERT_FALSE(shaper_.idle());
  EXPECT_EQ(shaper_.next_deadline(), kStart);  // which is now
  shaper_.find(kFirst)->to_client.pop(1);
  shaper_.release(kFirst);
  EXPECT_TRUE(shaper_.idle());
}

TEST_F(ShaperTest, NamesThoseWhoseTimeHasCome) {
  shaper_.set({.name = "slow", .client = "first", .effect = Latency{.delay = 1s}});
  shaper_.set({.name = "slower", .client = "second", .effect = Latency{.delay = 2s}});
  see(kFirst, "first");
  see(kSecond, "second");
  enter(kSecond, Way::to_client);
  enter(kFirst, Way::from_client);
  EXPECT_EQ(shaper_.next_deadline(), kStart + 1s);
  EXPECT_EQ(shaper_.due(kStart + 1s), std::vector{kFirst});
  EXPECT_EQ(shaper_.due(kStart + 2s), (std::vector{kFirst, kSecond}));
}

TEST_F(ShaperTest, TellsOnceForEachFaultConnectionAndWay) {
  shaper_.set({.name = "slow", .effect = Latency{.delay = 200ms}});
  see(kFirst, "dev-1");
  EXPECT_TRUE(told_.empty());  // nothing has been delayed yet
  for (int i = 0; i < 3; ++i) enter(kFirst, Way::to_client);
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0], "slow: latency 200 ms, to the client (dev-1 127.0.0.1:9)");
  enter(kFirst, Way::from_client);
  EXPECT_EQ(told_.size(), 2u);
  shaper_.set({.name = "slow", .effect = Latency{.delay = 1s}});
  see(kFirst, "dev-1");
  enter(kFirst, Way::to_client);
  EXPECT_EQ(told_.size(), 3u);  // it is another one now
}

TEST_F(ShaperTest, TellsWhatTakesEffectAtOnceAtOnce) {
  shaper_.set({.name = "gone", .client = "a", .effect = HalfOpen{}});
  shaper_.set({.name = "cut", .client = "b", .effect = EndAfter{.by_reset = true}});
  see(kFirst, "a");
  see(kSecond, "b");
  ASSERT_EQ(told_.size(), 4u);
  EXPECT_EQ(told_[0], "gone: half-open, to the client (a 127.0.0.1:9)");
  EXPECT_EQ(told_[2], "cut: rst, to the client (b 127.0.0.1:9)");
  EXPECT_TRUE(shaper_.find(kFirst)->half_open());
}

TEST_F(ShaperTest, AnUncorruptedByteIsNotTold) {
  shaper_.set({.name = "flip", .effect = CorruptByte{.offset = 1}});
  see(kFirst, "c");
  enter(kFirst, Way::to_client);
  EXPECT_TRUE(told_.empty());
  enter(kFirst, Way::to_client);
  EXPECT_EQ(told_.size(), 1u);
}

TEST_F(ShaperTest, FaultsAboutConnectingTouchNoConnection) {
  shaper_.set({.name = "no", .effect = RefuseConnections{}});
  see(kFirst, "");
  EXPECT_EQ(shaper_.find(kFirst), nullptr);
  EXPECT_TRUE(shaper_.refuses());
  EXPECT_FALSE(shaper_.stops_accepting());
  shaper_.tell_refused({.address = {127, 0, 0, 1}, .port = 9}, kStart);
  EXPECT_EQ(told_, std::vector<std::string>{"no: refuse connections ( 127.0.0.1:9)"});
}

TEST(SocketEffectText, SaysAllThatMatters) {
  EXPECT_EQ(to_string(Latency{.delay = 200ms, .jitter = 1'500us}), "latency 200 ms, jitter 1500 us");
  EXPECT_EQ(to_string(Bandwidth{.bytes_per_second = 9}), "bandwidth 9 bytes a second");
  EXPECT_EQ(to_string(Slice{.bytes = 3, .pause = 2s}), "slice 3 bytes, pause 2 s");
  EXPECT_EQ(to_string(CorruptBytes{.probability = 0.25}), "corrupt bytes with probability 0.25");
  EXPECT_EQ(to_string(CorruptByte{.offset = 7}), "corrupt byte 7");
  EXPECT_EQ(to_string(EndAfter{.bytes = 10, .by_reset = true}), "truncate after 10 bytes, rst");
  EXPECT_EQ(to_string(EndAfter{}), "fin");
}

}  // namespace
}  // namespace pint::test
