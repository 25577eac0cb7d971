// Mailbox and MessageQueue: the two places where threads meet.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <pint/error.hpp>
#include <pint/message_queue.hpp>

#include "net/mailbox.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using net::Mailbox;

net::Publish message(std::string topic) { return {{.topic = std::move(topic)}}; }

TEST(Mailbox, RefusesUnlessOpen) {
  Mailbox mailbox(1'000'000);
  EXPECT_EQ(mailbox.post(message("a"), Mailbox::Bound::counted, true), Errc::not_running);
  mailbox.open();
  EXPECT_FALSE(mailbox.post(message("a"), Mailbox::Bound::counted, true));
  mailbox.close();
  EXPECT_EQ(mailbox.post(message("a"), Mailbox::Bound::counted, true), Errc::not_running);
}

TEST(Mailbox, GivesCommandsInOrder) {
  Mailbox mailbox(1'000'000);
  mailbox.open();
  EXPECT_TRUE(mailbox.empty());
  for (const char* topic : {"1", "2", "3"}) mailbox.post(message(topic), Mailbox::Bound::counted, true);
  EXPECT_FALSE(mailbox.empty());
  std::vector<net::Command> taken;
  ASSERT_TRUE(mailbox.take(taken));
  ASSERT_EQ(taken.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(std::get<net::Publish>(taken[i]).message.topic, std::to_string(i + 1));
  }
  taken.clear();
  EXPECT_FALSE(mailbox.take(taken));
}

TEST(Mailbox, IsFullByBytesUntilTaken) {
  Mailbox mailbox(1);
  mailbox.open();
  EXPECT_FALSE(mailbox.post(message("fits, because it is empty"), Mailbox::Bound::counted, true));
  EXPECT_EQ(mailbox.post(message("a"), Mailbox::Bound::counted, true), Errc::queue_full);
  EXPECT_FALSE(mailbox.post(net::Stop{}, Mailbox::Bound::exempt, true));
  std::vector<net::Command> taken;
  mailbox.take(taken);
  EXPECT_FALSE(mailbox.post(message("a"), Mailbox::Bound::counted, true));
}

TEST(Mailbox, WakesThePollerOnlyWhenItWasEmpty) {
  Mailbox mailbox(1'000'000);
  mailbox.open();
  net::Poller poller;
  ASSERT_FALSE(poller.add(mailbox.waker()));
  const auto woken = [&poller] {
    // A poller that was woken returns at once, with nothing ready; otherwise this would take for ever.
    return poller.wait(net::kForever).empty();
  };
  mailbox.post(message("a"), Mailbox::Bound::counted, true);
  EXPECT_TRUE(woken());
  std::vector<net::Command> taken;
  mailbox.take(taken);
  taken.clear();
  mailbox.post(message("b"), Mailbox::Bound::counted, true);
  EXPECT_TRUE(woken());
}

TEST(Mailbox, DropsWhatWasNotTakenWhenItCloses) {
  Mailbox mailbox(1'000'000);
  mailbox.open();
  const auto watched = std::make_shared<int>(1);
  mailbox.post(net::Task([watched](core::Engine&, Time) {}), Mailbox::Bound::exempt, true);
  EXPECT_EQ(watched.use_count(), 2);
  mailbox.close();
  EXPECT_EQ(watched.use_count(), 1);
}

TEST(MessageQueue, GivesMessagesInOrderOfArrival) {
  MessageQueue queue;
  EXPECT_FALSE(queue.try_pop().has_value());
  queue.push({.topic = "1"});
  queue.push({.topic = "2"});
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(queue.try_pop()->topic, "1");
  EXPECT_EQ(queue.pop(0ms)->topic, "2");
  EXPECT_FALSE(queue.pop(0ms).has_value());
}

TEST(MessageQueue, WakesWhoWaits) {
  MessageQueue queue;
  std::thread pushing([&queue] { queue.push({.topic = "a"}); });
  EXPECT_EQ(queue.pop(10s)->topic, "a");
  pushing.join();
}

TEST(MessageQueue, DropsAndCountsWhatFindsItFull) {
  MessageQueue queue(1);
  EXPECT_TRUE(queue.push({.topic = "1"}));
  EXPECT_FALSE(queue.push({.topic = "2"}));
  EXPECT_EQ(queue.dropped(), 1u);
  EXPECT_EQ(queue.pop(0ms)->topic, "1");
  EXPECT_TRUE(queue.push({.topic = "3"}));
}

TEST(MessageQueue, ClosedGivesWhatIsLeftAndTakesNothing) {
  MessageQueue queue;
  queue.push({.topic = "1"});
  queue.close();
  EXPECT_FALSE(queue.push({.topic = "2"}));
  EXPECT_EQ(queue.pop(10s)->topic, "1");
  EXPECT_FALSE(queue.pop(std::chrono::hours{1}).has_value());  // at once
}

}  // namespace
}  // namespace pint::test
