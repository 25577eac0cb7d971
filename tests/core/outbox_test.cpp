// Outbox and ChunkPool: every byte once and in order, whatever the portions; and who pays for the memory.
#include "core/outbox.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"

namespace pint::core::test {
namespace {

// What the pool keeps for use again at most (outbox.cpp): chunks of these sizes.
constexpr std::size_t kHead = 128;
constexpr std::size_t kSmall = 1'024;
constexpr std::size_t kLarge = 32'768;
constexpr std::size_t kHeadKept = 256;
constexpr std::size_t kSmallKept = 256;
constexpr std::size_t kLargeKept = 32;

// The first bytes of the outbox, by gathering at most `pieces` pieces.
std::string gathered(const Outbox& outbox, std::size_t pieces = 64) {
  std::vector<ByteView> views(pieces);
  views.resize(outbox.gather(views));
  std::string out;
  for (const ByteView view : views) out += as_text(view);
  return out;
}

class OutboxTest : public ::testing::Test {
 protected:
  void share(Outbox& outbox, const std::string& payload) {
    const MessageRef message = StoredMessage::make({.topic = "t", .payload = as_bytes(payload)}, meter_);
    outbox.append_shared(message, message->payload());
  }

  MemoryMeter meter_;
  ChunkPool pool_{meter_};
};

TEST_F(OutboxTest, OwnsNothingWhileEmpty) {
  const Outbox outbox(pool_);
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(gathered(outbox), "");
  EXPECT_EQ(meter_.bytes, 0u);
}

TEST_F(OutboxTest, GivesWhatItWasGivenInOrder) {
  Outbox outbox(pool_);
  outbox.append(as_bytes("ab"));
  outbox.append({});
  share(outbox, "cd");
  share(outbox, "");
  std::ranges::copy(as_bytes("ef"), outbox.extend(2));
  EXPECT_EQ(outbox.bytes(), 6u);
  EXPECT_EQ(gathered(outbox), "abcdef");
}

TEST_F(OutboxTest, PutsSmallPiecesIntoOne) {
  Outbox outbox(pool_);
  for (int i = 0; i < 100; ++i) outbox.append(as_bytes("0123456789"));
  std::array<ByteView, 4> pieces;
  EXPECT_EQ(outbox.gather(pieces), 1u);
  EXPECT_EQ(pieces[0].size(), 1'000u);
}

TEST_F(OutboxTest, GathersNoMorePiecesThanThereIsRoomFor) {
  Outbox outbox(pool_);
  for (const char* text : {"a", "b", "c"}) share(outbox, text);
  EXPECT_EQ(gathered(outbox, 2), "ab");
  outbox.consume(2);
  EXPECT_EQ(gathered(outbox, 2), "c");
}

// Somebody who does not read must not cost the broker a multiple of limits.outbox_bytes.
TEST_F(OutboxTest, TakesLittleMoreThanItHolds) {
  Outbox outbox(pool_);
  for (int i = 0; i < 1'000; ++i) {
    outbox.append(as_bytes(std::string(40, 'h')));
    share(outbox, std::string(600, 'p'));
  }
  EXPECT_LT(meter_.bytes, outbox.bytes() * 3 / 2);
}

TEST_F(OutboxTest, TakesLittleMoreThanItHoldsWhenSmallAndLargeAlternate) {
  Outbox outbox(pool_);
  for (int i = 0; i < 1'000; ++i) {
    outbox.append(as_bytes(std::string(200, 's')));
    outbox.append(as_bytes(std::string(40, 'h')));
    share(outbox, std::string(1'000, 'p'));
  }
  EXPECT_LT(meter_.bytes, outbox.bytes() * 2);
}

TEST_F(OutboxTest, GoesOnInTheMiddleOfAPiece) {
  Outbox outbox(pool_);
  outbox.append(as_bytes("abc"));
  share(outbox, "def");
  outbox.consume(1);
  EXPECT_EQ(gathered(outbox), "bcdef");
  outbox.consume(3);
  EXPECT_EQ(gathered(outbox), "ef");
  outbox.append(as_bytes("gh"));
  EXPECT_EQ(gathered(outbox), "efgh");
  outbox.consume(4);
  EXPECT_TRUE(outbox.empty());
}

TEST_F(OutboxTest, TakesAPieceOfAnySizeInOne) {
  Outbox outbox(pool_);
  outbox.append(as_bytes("x"));
  const std::string large(100'000, 'l');
  std::ranges::copy(as_bytes(large), outbox.extend(large.size()));
  EXPECT_EQ(gathered(outbox), "x" + large);
}

TEST_F(OutboxTest, KeepsASharedMessageUntilItsLastByteIsSent) {
  Outbox outbox(pool_);
  share(outbox, "abc");
  const std::size_t message = meter_.bytes;
  EXPECT_GT(message, 3u);
  outbox.consume(2);
  EXPECT_EQ(meter_.bytes, message);
  outbox.consume(1);
  EXPECT_EQ(meter_.bytes, 0u);
}

TEST_F(OutboxTest, SharesOneMessageWithOthers) {
  Outbox first(pool_), second(pool_);
  const MessageRef message = StoredMessage::make({.topic = "t", .payload = as_bytes("abc")}, meter_);
  const std::size_t bytes = meter_.bytes;
  first.append_shared(message, message->payload());
  second.append_shared(message, message->payload());
  EXPECT_EQ(meter_.bytes, bytes);
  first.clear();
  EXPECT_EQ(gathered(second), "abc");
}

TEST_F(OutboxTest, IsEmptyAfterClear) {
  Outbox outbox(pool_);
  outbox.append(as_bytes("abc"));
  share(outbox, "def");
  outbox.clear();
  EXPECT_TRUE(outbox.empty());
  EXPECT_EQ(gathered(outbox), "");
  outbox.append(as_bytes("g"));
  EXPECT_EQ(gathered(outbox), "g");
}

TEST_F(OutboxTest, UsesChunksAgain) {
  for (int round = 0; round < 10; ++round) {
    Outbox outbox(pool_);
    for (int i = 0; i < 100; ++i) outbox.append(as_bytes(std::string(100, 'x')));
    EXPECT_EQ(meter_.bytes, kSmall + kLarge) << round;
  }
  EXPECT_EQ(meter_.bytes, kSmall + kLarge);  // they wait for the next one
}

TEST_F(OutboxTest, KeepsABoundedNumberOfSmallChunks) {
  std::vector<std::unique_ptr<Outbox>> outboxes;
  for (std::size_t i = 0; i < kSmallKept + 50; ++i) {
    outboxes.emplace_back(std::make_unique<Outbox>(pool_))->append(as_bytes("x"));
  }
  EXPECT_EQ(meter_.bytes, (kSmallKept + 50) * kSmall);
  outboxes.clear();
  EXPECT_EQ(meter_.bytes, kSmallKept * kSmall);
}

TEST_F(OutboxTest, KeepsABoundedNumberOfLargeChunks) {
  Outbox outbox(pool_);
  const std::string piece(kLarge, 'x');
  for (std::size_t i = 0; i < kLargeKept + 5; ++i) outbox.append(as_bytes(piece));
  outbox.clear();
  EXPECT_EQ(meter_.bytes, kLargeKept * kLarge);
}

TEST_F(OutboxTest, KeepsNoChunkOfAnOddSize) {
  Outbox outbox(pool_);
  outbox.append(as_bytes(std::string(kLarge + 1, 'x')));
  EXPECT_EQ(meter_.bytes, kLarge + 1);
  outbox.clear();
  EXPECT_EQ(meter_.bytes, 0u);
}

// Random pieces in, random portions out, compared with one long text.
class OutboxAtRandom : public OutboxTest, public ::testing::WithParamInterface<std::uint64_t> {
 protected:
  std::string random_text() {
    static constexpr std::size_t kSizes[] = {1, 2, 30, 200, 1'500, 40'000};
    std::string text(1 + random_.below(kSizes[random_.below(std::size(kSizes))]), '.');
    for (char& c : text) c = static_cast<char>('a' + next_letter_++ % 23);
    return text;
  }

  void put() {
    const std::string text = random_text();
    switch (random_.below(3)) {
      case 0: outbox_.append(as_bytes(text)); break;
      case 1: share(outbox_, text); break;
      default: std::ranges::copy(as_bytes(text), outbox_.extend(text.size())); break;
    }
    expected_ += text;
  }

  void take() {
    const std::string front = gathered(outbox_, 1 + random_.below(5));
    ASSERT_EQ(front, expected_.substr(0, front.size()));
    ASSERT_EQ(front.empty(), expected_.empty());
    const std::size_t portion = random_.below(front.size() + 1);
    outbox_.consume(portion);
    expected_.erase(0, portion);
  }

  Random random_{GetParam()};
  std::uint64_t next_letter_ = 0;
  std::string expected_;
  Outbox outbox_{pool_};
};

TEST_P(OutboxAtRandom, GivesEveryByteOnceAndInOrder) {
  for (int step = 0; step < 3'000; ++step) {
    if (random_.below(5) < 2)
      put();
    else
      take();
    ASSERT_EQ(outbox_.bytes(), expected_.size());
  }
  outbox_.clear();
  EXPECT_EQ(meter_.bytes % kHead, 0u);  // only chunks are left, no message
  EXPECT_LE(meter_.bytes, kHeadKept * kHead + kSmallKept * kSmall + kLargeKept * kLarge);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OutboxAtRandom, ::testing::Range(std::uint64_t{1}, std::uint64_t{9}));

}  // namespace
}  // namespace pint::core::test
