// The loop by hand: a real engine and real sockets, but turns are taken by the test, in a time that it sets.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <string>

#include "net/turned_loop.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

class Loop : public TurnedLoop {};

TEST_F(Loop, SleepsForEverWhenIdle) {
  settle();
  EXPECT_EQ(loop_->timeout(), net::kForever);
  WireClient client(port_);
  connect(client, "c");  // without Keep Alive
  settle();
  EXPECT_EQ(loop_->timeout(), net::kForever);
}

TEST_F(Loop, WaitsForTheEnginesDeadline) {  // [MQTT-3.1.2-22]
  WireClient client(port_);
  client.send(mqtt::Connect{.keep_alive = 10, .client_id = "c"});
  run_until_readable(client);
  client.expect<mqtt::Connack>();
  settle();
  EXPECT_EQ(loop_->timeout(), 15s);
  time_.advance(15s);
  EXPECT_EQ(loop_->timeout(), 0s);
  run_until_readable(client);
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::keep_alive_timeout);
}

TEST_F(Loop, ClosesAClientThatDoesNotEndItsSideAfterASecond) {
  WireClient client(port_);
  connect(client, "c");
  client.send(ByteView(Bytes{0xF1, 0}));  // AUTH with a flag that is reserved
  run_until_readable(client);
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::malformed_packet);
  client.expect_close();  // the broker's side has ended
  settle();
  EXPECT_EQ(loop_->timeout(), 1s);
  time_.advance(1s);
  settle();
  EXPECT_EQ(loop_->timeout(), net::kForever);
  EXPECT_THROW(client.send(ByteView(Bytes(4 << 20, 0))), WireError);  // nobody is there any more
}

TEST_F(Loop, ForgetsAClientThatEndsItsSideAtOnce) {
  WireClient client(port_);
  connect(client, "c");
  client.send(mqtt::Disconnect{});
  run_until_readable(client);
  client.expect_close();
  EXPECT_EQ(loop_->timeout(), 1s);
  client.close();
  run_until([&] { return loop_->timeout() == net::kForever; });
}

TEST_F(Loop, ClosesAClientThatDoesNotTakeItsLastBytesAfterASecond) {
  WireClient client(port_, {.receive_buffer = 4'096});
  connect(client, "c");
  client.send(
      mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .properties = {}, .requests = {{.topic_filter = "#"}}});
  run_until_readable(client);
  client.expect<mqtt::Suback>();
  const std::string payload(8 << 20, 'x');
  engine_.publish({.topic = "big", .payload = payload}, 0, time_.now());
  settle();
  ASSERT_GT(engine_.clients()[0].outbox_bytes, 0u);
  engine_.disconnect("c", ReasonCode::administrative_action, time_.now());
  settle();
  EXPECT_EQ(loop_->timeout(), 1s);
  time_.advance(1s);
  settle();
  EXPECT_EQ(loop_->timeout(), net::kForever);
  EXPECT_THROW(client.expect<mqtt::Publish>(), WireError);  // cut off in the middle
}

TEST_F(Loop, GivesUpOnAClientThatGoesOnSendingWhileItIsClosed) {
  WireClient client(port_);
  connect(client, "c");
  client.send(ByteView(Bytes{0xF1, 0}));
  run_until_readable(client);
  EXPECT_EQ(loop_->timeout(), 1s);
  const Bytes junk(64 << 10, 0);
  std::size_t sent = 0;
  run_until([&] {
    if (loop_->timeout() == net::kForever) return true;  // forgotten, though no time has passed
    sent += client.send_some(junk);
    return false;
  });
  EXPECT_GT(sent, 1u << 20);
}

// Lowers how many descriptors the process may have to what it has now.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::dup(0);
    ::close(lowest_free);
    rlimit lowered = before_;
    lowered.rlim_cur = static_cast<rlim_t>(lowest_free);
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;

 private:
  rlimit before_{};
};

TEST_F(Loop, WithoutDescriptorsConnectionsWaitAndAreAcceptedLater) {
  settle();
  WireClient client(port_);
  client.send(mqtt::Connect{.client_id = "patient"});
  {
    const NoDescriptorsLeft scarcity;
    run_until([&] { return host_.exhausted == 1; });
    settle();  // which ends: a listener that cannot accept does not keep the loop busy
    EXPECT_EQ(loop_->timeout(), 100ms);
    time_.advance(100ms);
    run_until([&] { return host_.exhausted == 2; });
  }
  EXPECT_EQ(host_.accepted, 0);
  time_.advance(100ms);
  run_until_readable(client);
  EXPECT_EQ(client.expect<mqtt::Connack>().reason, ReasonCode::success);
  WireClient next(port_);
  connect(next, "next");
}

TEST_F(Loop, AnswersManyPacketsOfOneTurnWithOneWrite) {
  WireClient client(port_);
  connect(client, "c");
  Bytes pings;
  for (int i = 0; i < 100; ++i) pings.insert(pings.end(), {0xC0, 0});
  client.send(ByteView(pings));
  run_until_readable(client);
  for (int i = 0; i < 100; ++i) client.expect<mqtt::Pingresp>();  // nothing turns the loop while we read
}

TEST_F(Loop, ReadsOthersBesideAClientThatNeverPauses) {
  WireClient greedy(port_);
  WireClient modest(port_);
  connect(greedy, "greedy");
  connect(modest, "modest");
  Bytes publishes;
  for (int i = 0; i < 100'000; ++i) publishes.insert(publishes.end(), {0x30, 4, 0, 1, 'n', 0});
  std::size_t sent = greedy.send_some(publishes);
  modest.send(mqtt::Pingreq{});
  run_until([&] {
    sent += greedy.send_some(ByteView(publishes).subspan(sent % publishes.size()));
    return modest.readable();
  });
}

// Without early flushes, what goes beyond limits.outbox_bytes in one turn would be dropped, however fast its
// receiver is.
TEST_F(Loop, WritesEarlyInATurnThatMakesMuchOutput) {
  constexpr int kFits = 32;  // messages in an outbox
  core::Engine engine({.limits = {.outbox_bytes = 512u << 10}});
  net::Loop loop(engine, mailbox_, time_, host_);
  net::Listener listener({.address = "127.0.0.1", .port = 0}, {});
  WireClient client(listener.port());
  loop.add(std::move(listener));
  client.send(mqtt::Connect{.client_id = "c"});
  client.send(
      mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .properties = {}, .requests = {{.topic_filter = "#"}}});
  while (engine.stats().subscriptions == 0) loop.turn(true);
  for (int i = 0; i < 3 * kFits; ++i) {
    mailbox_.post(net::Publish{{.topic = "n", .payload = std::string(16 << 10, 'x')}},
                  net::Mailbox::Bound::exempt, true);
  }
  loop.turn(true);
  client.expect<mqtt::Connack>();
  client.expect<mqtt::Suback>();
  // The socket took some early; how many depends on the kernel.
  for (int i = 0; i < kFits + 4; ++i) {
    while (!client.readable()) loop.turn(false);
    EXPECT_EQ(client.expect<mqtt::Publish>().payload.size(), 16u << 10);
  }
}

TEST_F(Loop, CarriesOutHandlersCommandsInTheSameTurn) {
  engine_.add_rule("in", time_.now());
  WireClient client(port_);
  connect(client, "c");
  client.send(mqtt::Subscribe{
      .packet_id = mqtt::PacketId{1}, .properties = {}, .requests = {{.topic_filter = "out"}}});
  run_until_readable(client);
  client.expect<mqtt::Suback>();
  int turns_before_the_call = -1;
  host_.on_call = [&](const core::RuleCall&) {
    turns_before_the_call = turns_;
    EXPECT_FALSE(
        mailbox_.post(net::Publish{{.topic = "out", .payload = "1"}}, net::Mailbox::Bound::counted, false));
  };
  client.publish("in", "");
  run_until_readable(client);
  EXPECT_EQ(client.expect<mqtt::Publish>().topic, "out");
  EXPECT_EQ(turns_, turns_before_the_call + 1);
}

TEST_F(Loop, HandlersThatNeverStopLetOthersHaveTheirTurn) {
  engine_.add_rule("again", time_.now());
  int calls = 0;
  host_.on_call = [&](const core::RuleCall&) {
    ++calls;
    EXPECT_FALSE(mailbox_.post(net::Publish{{.topic = "again"}}, net::Mailbox::Bound::counted, false));
  };
  engine_.publish({.topic = "again"}, 0, time_.now());
  loop_->turn(false);
  EXPECT_LE(calls, 16);
  EXPECT_EQ(loop_->timeout(), 0s);  // the rest is for the next turn, without waiting
  WireClient client(port_);
  connect(client, "c");
}

TEST_F(Loop, LinksAreClosedInWireTime) {
  WireClient client(port_);
  connect(client, "c");
  client.send(ByteView(Bytes{0xF1, 0}));  // AUTH with a flag that is reserved
  run_until_readable(client);
  time_.advance_wire(1s - 1ns);
  settle();
  EXPECT_EQ(loop_->timeout(), 1ns);
  time_.advance_wire(1ns);
  settle();
  EXPECT_EQ(loop_->timeout(), net::kForever);
}

TEST_F(Loop, DoesNotWaitForATimeThatDoesNotPass) {
  WireClient client(port_);
  client.send(mqtt::Connect{.keep_alive = 10, .client_id = "c"});
  run_until_readable(client);
  time_.advance_wire(1h);
  settle();
  EXPECT_EQ(loop_->timeout(), net::kForever);
  EXPECT_EQ(loop_->next_deadline(), time_.now() + 15s);
}

TEST_F(Loop, CallsAJobWhenAllOfItsTurnIsWritten) {
  WireClient client(port_);
  connect(client, "c");
  client.send(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{.topic_filter = "a"}}});
  run_until_readable(client);
  client.expect<mqtt::Suback>();
  bool called = false;
  bool written = false;
  post(net::Job{[&] {
    called = true;
    written = client.readable();
  }});
  post(net::Publish{{.topic = "a", .payload = "1"}});
  loop_->turn(false);
  EXPECT_FALSE(called);
  loop_->run_jobs();
  EXPECT_TRUE(written);
}

TEST_F(Loop, AJobMayTakeTurnsAndOthersWaitForIt) {
  WireClient client(port_);
  connect(client, "c");
  std::string order;
  post(net::Job{[&] {
    post(net::Job{[&] { order += " second"; }});
    client.send(mqtt::Pingreq{});
    loop_->settle();
    client.expect<mqtt::Pingresp>();
    order += "first";
  }});
  loop_->turn(false);
  loop_->run_jobs();
  EXPECT_EQ(order, "first second");
}

TEST_F(Loop, SettlesThoughAHandlerNeverStops) {
  engine_.add_rule("a", time_.now());
  int calls = 0;
  host_.on_call = [&](const core::RuleCall&) {
    ++calls;
    post(net::Publish{{.topic = "a"}});
  };
  post(net::Publish{{.topic = "a"}});
  loop_->settle();
  EXPECT_GT(calls, 100);
  EXPECT_EQ(loop_->timeout(), Duration::zero());  // it goes on
}

TEST_F(Loop, CallsNoJobOnceItIsToStop) {
  bool called = false;
  post(net::Job{[&] { called = true; }});
  post(net::Stop{0s});
  loop_->run();
  EXPECT_FALSE(called);
}

TEST_F(Loop, ShutsDownAfterAStopCommand) {
  WireClient client(port_);
  connect(client, "c");
  mailbox_.post(net::Publish{{.topic = "kept", .payload = "1", .retain = true}}, net::Mailbox::Bound::counted,
                true);
  mailbox_.post(net::Stop{0s}, net::Mailbox::Bound::exempt, true);
  mailbox_.post(net::Publish{{.topic = "late", .payload = "1", .retain = true}}, net::Mailbox::Bound::counted,
                true);
  loop_->run();
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::server_shutting_down);
  client.expect_close();
  ASSERT_EQ(engine_.retained("#").size(), 1u);
  EXPECT_EQ(engine_.retained("#")[0].topic, "kept");
  EXPECT_THROW(WireClient{port_}, WireError);
}

}  // namespace
}  // namespace pint::test
