// One way of one connection under faults, byte by byte, in a time that the test sets.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "fault/lane.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using namespace socket_effect;

constexpr Time kStart{1h};

class LaneTest : public testing::Test {
 protected:
  void apply(std::vector<SocketEffect> effects) {
    faults_.clear();
    for (SocketEffect& effect : effects) faults_.push_back({.name = "f", .effect = effect});
    std::vector<std::pair<const SocketFault*, std::uint64_t>> these;
    for (const SocketFault& fault : faults_) these.emplace_back(&fault, ++revision_);
    lane_.set_faults(these, now_);
  }
  // As the loop does: what finds room enters, at each deadline too, until so much time has passed; what is
  // due leaves. One line for each portion: "12 ms: abc".
  std::vector<std::string> run(std::string_view bytes, Duration duration) {
    std::vector<std::string> story;
    const Time until = now_ + duration;
    ByteView waiting = as_bytes(bytes);
    for (;;) {
      take(story);
      for (std::size_t room = 1; !waiting.empty() && (room = lane_.room(now_)) > 0;) {
        const ByteView front = waiting.first(std::min(room, waiting.size()));
        lane_.enter(front, now_);
        waiting = waiting.subspan(front.size());
        take(story);
      }
      const std::optional<Time> due = lane_.next_deadline();
      if (!due || *due > until || lane_.end_due(now_)) break;
      EXPECT_GT(*due, now_) << "a deadline that is over would keep the loop busy";
      if (*due <= now_) break;
      now_ = *due;
      lane_.tick(now_);
    }
    now_ = until;
    take(story);
    return story;
  }
  void take(std::vector<std::string>& story) {
    for (ByteView due = lane_.front(now_); !due.empty(); due = lane_.front(now_)) {
      story.push_back(std::to_string((now_ - kStart) / 1ms) + " ms: " + std::string(as_text(due)));
      lane_.pop(due.size());
    }
  }
  std::string passed(std::string_view bytes) {
    std::string all;
    for (const std::string& line : run(bytes, 0s)) all += line.substr(line.find(": ") + 2);
    return all;
  }

  fault::Lane lane_{7};
  std::vector<SocketFault> faults_;
  std::uint64_t revision_ = 0;
  Time now_ = kStart;
};

using Story = std::vector<std::string>;

TEST_F(LaneTest, LatencyMovesBytesByItsDelay) {
  apply({Latency{.delay = 200ms}});
  EXPECT_EQ(run("a", 100ms), Story{});
  EXPECT_EQ(run("b", 400ms), (Story{"200 ms: a", "300 ms: b"}));
  EXPECT_FALSE(lane_.next_deadline());
}

TEST_F(LaneTest, LatenciesAddUp) {
  apply({Latency{.delay = 20ms}, Latency{.delay = 5ms}});
  EXPECT_EQ(run("a", 1s), Story{"25 ms: a"});
}

TEST_F(LaneTest, JitterIsWithinItsBoundAndKeepsTheOrder) {
  apply({Latency{.delay = 10ms, .jitter = 50ms}});
  std::vector<Time> left;
  for (int i = 0; i < 200; ++i) {
    const std::string byte(1, static_cast<char>('a' + i % 26));
    lane_.enter(as_bytes(byte), now_);
  }
  for (int i = 0; i < 200; ++i) {
    now_ = std::max(now_, *lane_.next_deadline());
    EXPECT_EQ(as_text(lane_.front(now_)), std::string(1, static_cast<char>('a' + i % 26)));
    lane_.pop(1);
    left.push_back(now_);
  }
  EXPECT_GE(left.front(), kStart + 10ms);
  EXPECT_LE(left.back(), kStart + 60ms);
  EXPECT_LT(left.front(), left.back());  // it does vary
}

TEST_F(LaneTest, BandwidthGivesEachByteItsTime) {
  apply({Bandwidth{.bytes_per_second = 10}});
  EXPECT_EQ(run("abc", 1s), (Story{"100 ms: a", "200 ms: b", "300 ms: c"}));
  EXPECT_EQ(run("d", 1s), Story{"1100 ms: d"});  // time that was not used is not saved up
}

TEST_F(LaneTest, BandwidthHoldsForMuch) {
  apply({Bandwidth{.bytes_per_second = 1'000}});
  std::string arrived;
  for (const std::string& line : run(std::string(2'500, 'x'), 2s))
    arrived += line.substr(line.find(": ") + 2);
  EXPECT_EQ(arrived.size(), 2'000u);
}

TEST_F(LaneTest, TheNarrowestBandwidthHolds) {
  apply({Bandwidth{.bytes_per_second = 1'000'000}, Bandwidth{.bytes_per_second = 2}});
  EXPECT_EQ(run("ab", 1s), (Story{"500 ms: a", "1000 ms: b"}));
}

TEST_F(LaneTest, SlicesAreBoundedAndPauseBetweenThem) {
  apply({Slice{.bytes = 3, .pause = 10ms}});
  EXPECT_EQ(run("abcdefgh", 1s), (Story{"0 ms: abc", "10 ms: def", "20 ms: gh"}));
}

TEST_F(LaneTest, SlicesWithoutPauseComeAtOnceEachByItself) {
  apply({Slice{.bytes = 2}});
  EXPECT_EQ(run("abcde", 0s), (Story{"0 ms: ab", "0 ms: cd", "0 ms: e"}));
}

TEST_F(LaneTest, SlicesBandwidthAndLatencyTogether) {
  apply({Slice{.bytes = 2, .pause = 5ms}, Bandwidth{.bytes_per_second = 100}, Latency{.delay = 1s}});
  EXPECT_EQ(run("abcd", 2s), (Story{"1020 ms: ab", "1045 ms: cd"}));
}

TEST_F(LaneTest, WhatFindsNoRoomStaysOutside) {
  apply({Latency{.delay = 1h}});
  lane_.enter(Bytes(fault::Lane::kBytesMax, 'x'), now_);
  EXPECT_EQ(lane_.room(now_), 0u);
  now_ += 1h;
  lane_.pop(10);
  EXPECT_EQ(lane_.room(now_), 10u);
}

TEST_F(LaneTest, AStallHoldsWhatIsInsideAndAdmitsNothing) {
  lane_.enter(as_bytes("a"), now_);
  apply({Stall{}});
  EXPECT_EQ(lane_.room(now_), 0u);
  EXPECT_TRUE(lane_.front(now_).empty());
  EXPECT_FALSE(lane_.next_deadline());
  apply({});
  EXPECT_EQ(passed("b"), "ab");
}

TEST_F(LaneTest, OneByteIsCorruptedWhereItWasAsked) {
  EXPECT_EQ(passed("before"), "before");
  apply({CorruptByte{.offset = 2}});
  const std::string text = passed("abcdef");
  ASSERT_EQ(text.size(), 6u);
  EXPECT_EQ(text.substr(0, 2), "ab");
  EXPECT_NE(text[2], 'c');
  EXPECT_EQ(text.substr(3), "def");
  EXPECT_EQ(passed("abcdef"), "abcdef");
}

TEST_F(LaneTest, ProbabilityZeroCorruptsNothingAndOneEverything) {
  const std::string text(1'000, 'x');
  apply({CorruptBytes{.probability = 0}});
  EXPECT_EQ(passed(text), text);
  apply({CorruptBytes{.probability = 1}});
  EXPECT_EQ(passed(text).find('x'), std::string::npos);
}

TEST_F(LaneTest, AboutAsManyBytesAreCorruptedAsAsked) {
  apply({CorruptBytes{.probability = 0.1}});
  const std::string text = passed(std::string(100'000, 'x'));
  const auto changed = text.size() - static_cast<std::size_t>(std::ranges::count(text, 'x'));
  EXPECT_GT(changed, 9'000u);
  EXPECT_LT(changed, 11'000u);
}

TEST_F(LaneTest, TheSameSeedReplaysAndAnotherDoesNot) {
  const SocketFault corrupt{.effect = CorruptBytes{.probability = 0.5}};
  const SocketFault late{.effect = Latency{.delay = 1ms, .jitter = 1s}};
  const auto story_of = [&](std::uint64_t seed) {
    fault::Lane lane(seed);
    lane.set_faults({{&corrupt, 1}, {&late, 2}}, kStart);
    std::vector<std::pair<Time, Bytes>> story;
    for (int i = 0; i < 20; ++i) lane.enter(as_bytes("twenty times"), kStart + i * 1s);
    while (const std::optional<Time> due = lane.next_deadline()) {
      const ByteView front = lane.front(*due);
      story.emplace_back(*due, Bytes(front.begin(), front.end()));
      lane.pop(front.size());
    }
    return story;
  };
  EXPECT_EQ(story_of(1), story_of(1));
  EXPECT_NE(story_of(1), story_of(2));
}

TEST_F(LaneTest, TruncationCutsBehindItsLastByteAndThenEnds) {
  EXPECT_EQ(passed("before"), "before");
  apply({EndAfter{.bytes = 4, .by_reset = true}, Latency{.delay = 1s}});
  EXPECT_EQ(run("abc", 2s), Story{"1000 ms: abc"});
  EXPECT_FALSE(lane_.end_due(now_));
  EXPECT_EQ(run("defgh", 500ms), Story{});
  EXPECT_FALSE(lane_.end_due(now_));  // not before the byte that it follows
  EXPECT_EQ(run("", 1s), Story{"3000 ms: d"});
  EXPECT_EQ(lane_.end_due(now_), fault::LaneEnd::reset);
  EXPECT_EQ(run("more", 2s), Story{});
}

TEST_F(LaneTest, AnEndAtOnceOvertakesWhatIsQueuedAndStalled) {
  apply({Latency{.delay = 1s}, Stall{}});
  lane_.enter(as_bytes("a"), now_);
  apply({Latency{.delay = 1s}, Stall{}, EndAfter{}});
  EXPECT_EQ(lane_.end_due(now_), fault::LaneEnd::fin);
}

TEST_F(LaneTest, AnEndAtOnceOvertakesAnEndThatIsOnItsWay) {
  apply({Latency{.delay = 1h}});
  lane_.end(fault::LaneEnd::closed, now_);
  apply({Latency{.delay = 1h}, EndAfter{.by_reset = true}});
  EXPECT_EQ(lane_.end_due(now_), fault::LaneEnd::reset);
}

TEST_F(LaneTest, ATruncationThatHasHappenedKeepsItsBytesWhenFaultsChange) {
  const SocketFault cut{.effect = EndAfter{.bytes = 1}};
  const SocketFault late{.effect = Latency{.delay = 1s}};
  const SocketFault other{.effect = Slice{.bytes = 9}};
  lane_.set_faults({{&cut, 1}, {&late, 2}}, now_);
  lane_.enter(as_bytes("ab"), now_);
  lane_.set_faults({{&cut, 1}, {&late, 2}, {&other, 3}}, now_);
  now_ += 1s;
  EXPECT_EQ(as_text(lane_.front(now_)), "a");
  lane_.pop(1);
  EXPECT_EQ(lane_.end_due(now_), fault::LaneEnd::fin);
}

TEST_F(LaneTest, ThePeersEndComesBehindItsBytesAndAsLate) {
  apply({Latency{.delay = 1s}});
  lane_.enter(as_bytes("last"), now_);
  now_ += 500ms;
  lane_.end(fault::LaneEnd::closed, now_);
  EXPECT_EQ(run("", 500ms), Story{"1000 ms: last"});
  EXPECT_FALSE(lane_.end_due(now_));
  EXPECT_EQ(lane_.next_deadline(), kStart + 1'500ms);
  EXPECT_EQ(lane_.end_due(kStart + 1'500ms), fault::LaneEnd::closed);
}

TEST_F(LaneTest, RemovingADelayLetsGoWhatItHeld) {
  apply({Latency{.delay = 1h}});
  EXPECT_EQ(run("a", 1s), Story{});
  apply({});
  EXPECT_EQ(run("b", 0s), (Story{"1000 ms: a", "1000 ms: b"}));
}

TEST_F(LaneTest, AShorterDelayHoldsForWhatIsOnItsWayALongerOneDoesNot) {
  apply({Latency{.delay = 10s}});
  lane_.enter(as_bytes("a"), now_);
  apply({Latency{.delay = 2s}});
  EXPECT_EQ(lane_.next_deadline(), kStart + 2s);
  apply({Latency{.delay = 1h}});
  EXPECT_EQ(lane_.next_deadline(), kStart + 2s);
}

TEST_F(LaneTest, FaultsThatStayGoOnCountingWhenOthersChange) {
  const SocketFault cut{.effect = EndAfter{.bytes = 5}};
  const SocketFault late{.effect = Latency{.delay = 1ms}};
  lane_.set_faults({{&cut, 1}}, now_);
  EXPECT_EQ(passed("abc"), "abc");
  lane_.set_faults({{&cut, 1}, {&late, 2}}, now_);
  EXPECT_EQ(run("defg", 1s), Story{"1 ms: de"});
}

TEST_F(LaneTest, WhatNobodyCanTakeIsNoDeadline) {
  apply({Latency{.delay = 1ms}});
  lane_.enter(as_bytes("a"), now_);
  lane_.set_blocked(true);
  EXPECT_FALSE(lane_.next_deadline());
  lane_.set_blocked(false);
  EXPECT_EQ(lane_.next_deadline(), kStart + 1ms);
}

}  // namespace
}  // namespace pint::test
