// Socket faults between real sockets and a real engine, turn by turn, in a time that the test sets.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fault/shaper.hpp"
#include "net/turned_loop.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using namespace socket_effect;

class SocketFaultTest : public TurnedLoop {
 protected:
  void set(const SocketFault& fault) {
    shaper_.set(fault);
    loop_->shape(shaper_);
    settle();
  }
  void remove(std::string_view name) {
    ASSERT_TRUE(shaper_.remove(name));
    loop_->shape(shaper_);
    settle();
  }
  void advance(Duration duration) {
    time_.advance(duration);
    settle();
  }
  // Turns until broker time has come so far, a deadline at a time.
  void pass(Duration duration) {
    const Time until = time_.now() + duration;
    for (;;) {
      settle();
      const std::optional<Time> due = loop_->next_deadline();
      if (!due || *due > until) break;
      if (*due > time_.now()) time_.advance(*due - time_.now());
    }
    advance(until - time_.now());
  }
  void subscribe(WireClient& client) {
    client.send(mqtt::Subscribe{
        .packet_id = mqtt::PacketId{1}, .properties = {}, .requests = {{.topic_filter = "#"}}});
    run_until_readable(client);
    client.expect<mqtt::Suback>();
  }
  void publish(std::string_view payload) {
    engine_.publish({.topic = "n", .payload = std::string(payload)}, 0, time_.now());
    settle();
  }
  [[nodiscard]] std::string cause_of_disconnection() const {
    for (const Event& event : host_.events_) {
      if (const auto* gone = std::get_if<ClientDisconnected>(&event))
        return std::string(name_of(gone->cause));
    }
    return "still connected";
  }

  std::vector<fault::Applied> told_;
  fault::Shaper shaper_{1, [this](const fault::Applied& applied, Time) { told_.push_back(applied); }};
};

TEST_F(SocketFaultTest, LatencyToTheClientIsBrokerTime) {
  WireClient client(port_);
  connect(client, "dev-1");
  set({.name = "slow", .client = "dev-*", .way = Way::to_client, .effect = Latency{.delay = 10s}});
  client.send(mqtt::Pingreq{});
  run_until([&] { return loop_->timeout() == 10s; });
  EXPECT_FALSE(client.readable());
  advance(9'999ms);
  EXPECT_FALSE(client.readable());
  advance(1ms);
  run_until_readable(client);
  client.expect<mqtt::Pingresp>();
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].client_id, "dev-1");
  EXPECT_EQ(told_[0].remote_address, client.local_address());
}

TEST_F(SocketFaultTest, LatencyFromTheClientDelaysWhatTheBrokerSees) {
  WireClient client(port_);
  connect(client, "c");
  set({.name = "slow", .way = Way::from_client, .effect = Latency{.delay = 1h}});
  client.publish("n", "x");
  run_until([&] { return loop_->next_deadline().has_value(); });
  EXPECT_EQ(engine_.stats().publishes_received, 0u);
  advance(1h);
  EXPECT_EQ(engine_.stats().publishes_received, 1u);
}

TEST_F(SocketFaultTest, OthersAreNotDelayed) {
  WireClient slow(port_);
  WireClient fast(port_);
  connect(slow, "slow");
  connect(fast, "fast");
  set({.client = "slow", .effect = Latency{.delay = 1h}});
  for (WireClient* client : {&slow, &fast}) client->send(mqtt::Pingreq{});
  run_until_readable(fast);
  fast.expect<mqtt::Pingresp>();
  settle();
  EXPECT_FALSE(slow.readable());
}

TEST_F(SocketFaultTest, AFaultFindsAClientByTheNameInItsConnect) {
  set({.client = "dev-*", .way = Way::to_client, .effect = Latency{.delay = 1s}});
  WireClient client(port_);
  client.send(mqtt::Connect{.client_id = "dev-1"});
  run_until([&] { return !told_.empty(); });
  EXPECT_FALSE(client.readable());
  advance(1s);
  run_until_readable(client);
  client.expect<mqtt::Connack>();
}

TEST_F(SocketFaultTest, AStallBeforeConnectLeavesTheClientWithoutConnack) {
  set({.name = "mute", .client = "", .effect = Stall{}});
  WireClient client(port_);
  client.send(mqtt::Connect{.client_id = "c"});
  settle();
  EXPECT_FALSE(client.readable());
  remove("mute");
  run_until_readable(client);
  client.expect<mqtt::Connack>();
}

TEST_F(SocketFaultTest, RemovingAFaultLetsGoWhatItHeldInOrder) {
  WireClient client(port_);
  connect(client, "c");
  subscribe(client);
  set({.name = "slow", .effect = Latency{.delay = 1h}});
  for (const char* payload : {"1", "2", "3"}) publish(payload);
  EXPECT_FALSE(client.readable());
  remove("slow");
  publish("4");
  for (const char* payload : {"1", "2", "3", "4"}) {
    EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), payload);
  }
  EXPECT_TRUE(shaper_.idle());
}

TEST_F(SocketFaultTest, BandwidthSpreadsALargeMessageOverTime) {
  WireClient client(port_);
  connect(client, "c");
  subscribe(client);
  set({.name = "thin", .way = Way::to_client, .effect = Bandwidth{.bytes_per_second = 100'000}});
  const std::string payload(500'000, 'x');
  publish(payload);
  for (int second = 0; second < 4; ++second) {
    pass(1s);
    EXPECT_GT(engine_.clients()[0].outbox_bytes, 0u);  // it waits where slow clients' messages wait
  }
  pass(1s);
  EXPECT_EQ(engine_.clients()[0].outbox_bytes, 0u);
  pass(1s);  // for the last bytes of the packet, which is more than its payload
  EXPECT_EQ(client.expect<mqtt::Publish>().payload.size(), payload.size());
}

TEST_F(SocketFaultTest, SlicesArriveByteByByteAndMakeOnePacket) {
  WireClient client(port_);
  connect(client, "c");
  set({.effect = Slice{.bytes = 1, .pause = 1s}});
  client.send(mqtt::Pingreq{});
  settle();
  EXPECT_FALSE(client.readable());
  pass(1s);
  run_until_readable(client);
  pass(1s);
  client.expect<mqtt::Pingresp>();
}

TEST_F(SocketFaultTest, ACorruptedByteReachesTheEngine) {
  WireClient client(port_);
  connect(client, "c");
  set({.way = Way::from_client, .effect = CorruptByte{.offset = 1}});
  client.send(mqtt::Pingreq{});  // whose second byte is the Remaining Length, 0
  run_until([&] { return !told_.empty(); });
  for (int i = 0; i < 300; ++i) client.send_some(Bytes(1, 0));
  run_until_readable(client);
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::malformed_packet);
}

TEST_F(SocketFaultTest, ATruncatedPacketIsFollowedByFin) {
  WireClient client(port_);
  connect(client, "c");
  subscribe(client);
  set({.way = Way::to_client, .effect = EndAfter{.bytes = 3}});
  publish("longer than that");
  EXPECT_THROW(client.expect<mqtt::Publish>(), WireError);
  EXPECT_EQ(cause_of_disconnection(), name_of(DisconnectCause::transport_failed));
}

TEST_F(SocketFaultTest, FinNowEndsIdleConnections) {
  WireClient client(port_);
  WireClient other(port_);
  connect(client, "c");
  connect(other, "other");
  set({.client = "c", .effect = EndAfter{}});
  run_until_readable(client);
  client.expect_fin();
  EXPECT_FALSE(other.readable());
  EXPECT_EQ(engine_.stats().clients_connected, 1u);
}

TEST_F(SocketFaultTest, RstNowEndsIdleConnections) {
  WireClient client(port_);
  connect(client, "c");
  set({.client = "c", .effect = EndAfter{.by_reset = true}});
  run_until_readable(client);
  client.expect_reset();
  EXPECT_EQ(cause_of_disconnection(), name_of(DisconnectCause::transport_failed));
}

TEST_F(SocketFaultTest, RstAfterSoManyBytesFromTheClient) {
  WireClient client(port_);
  connect(client, "c");
  set({.way = Way::from_client, .effect = EndAfter{.bytes = 4, .by_reset = true}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(engine_.stats().clients_connected, 1u);
    client.send(mqtt::Pingreq{});
    run_until_readable(client);
    if (i == 0) client.expect<mqtt::Pingresp>();
  }
  EXPECT_EQ(engine_.stats().clients_connected, 0u);
}

TEST_F(SocketFaultTest, StalledReadingLosesNothingAndDoesNotSeeTheEnd) {
  WireClient client(port_);
  connect(client, "c");
  set({.name = "deaf", .way = Way::from_client, .effect = Stall{}});
  client.publish("n", "x").close();
  settle();
  EXPECT_EQ(engine_.stats().publishes_received, 0u);
  EXPECT_EQ(engine_.stats().clients_connected, 1u);
  remove("deaf");
  run_until([&] { return engine_.stats().clients_connected == 0; });
  EXPECT_EQ(engine_.stats().publishes_received, 1u);
}

TEST_F(SocketFaultTest, StalledWritingIsASlowClientsBackPressure) {
  WireClient client(port_);
  connect(client, "c");
  subscribe(client);
  set({.name = "stuck", .way = Way::to_client, .effect = Stall{}});
  publish(std::string(1'000, 'x'));
  EXPECT_FALSE(client.readable());
  EXPECT_GT(engine_.clients()[0].outbox_bytes, 1'000u);
  EXPECT_EQ(loop_->timeout(), net::kForever);
  remove("stuck");
  EXPECT_EQ(client.expect<mqtt::Publish>().payload.size(), 1'000u);
}

// While the engine's back-pressure holds the client, what is on its way waits in the lane; then it goes on,
// though nothing comes from the socket any more.
TEST_F(SocketFaultTest, BytesOnTheirWayOutlastBackPressure) {
  constexpr int kPings = 2'000;
  core::Engine engine({.limits = {.outbox_bytes = 2'048}, .sys_interval = {}});
  net::Loop loop(engine, mailbox_, time_, host_);
  net::Listener listener({.address = "127.0.0.1", .port = 0}, {});
  WireClient client(listener.port());
  loop.add(std::move(listener));
  client.send(mqtt::Connect{.client_id = "c"});
  while (!client.readable()) loop.turn(false);
  client.expect<mqtt::Connack>();
  shaper_.set({.name = "slices", .way = Way::from_client, .effect = Slice{.bytes = 100}});
  shaper_.set({.name = "late", .way = Way::from_client, .effect = Latency{.delay = 1s}});
  shaper_.set({.name = "stuck", .way = Way::to_client, .effect = Stall{}});
  loop.shape(shaper_);
  Bytes pings;
  for (int i = 0; i < kPings; ++i) pings.insert(pings.end(), {0xC0, 0});
  client.send(ByteView(pings));
  for (int i = 0; i < 1'000; ++i) loop.turn(false);  // until all of it is on its way
  time_.advance(1s);
  for (int i = 0; i < 10; ++i) loop.turn(false);
  ASSERT_LT(engine.stats().packets_received, kPings);  // it was held
  EXPECT_EQ(loop.timeout(), net::kForever);
  ASSERT_TRUE(shaper_.remove("stuck"));
  loop.shape(shaper_);
  for (int i = 0; i < kPings; ++i) {
    while (!client.readable() && loop.timeout() == Duration::zero()) loop.turn(false);
    ASSERT_TRUE(client.readable()) << "the loop has come to rest after " << i;
    client.expect<mqtt::Pingresp>();
  }
}

TEST_F(SocketFaultTest, BehindAPulledCableNobodySeesTheOther) {
  WireClient client(port_);
  client.send(mqtt::Connect{.keep_alive = 10, .client_id = "c"});
  run_until_readable(client);
  client.expect<mqtt::Connack>();
  set({.name = "cable", .effect = HalfOpen{}});
  client.send(mqtt::Pingreq{});
  advance(14s);
  EXPECT_EQ(engine_.stats().clients_connected, 1u);
  advance(1s);  // Keep Alive
  EXPECT_EQ(engine_.stats().clients_connected, 0u);
  advance(1h);
  EXPECT_FALSE(client.readable());  // no DISCONNECT, no FIN
  client.send_some(Bytes(2u << 20, 0));
  settle();
  EXPECT_FALSE(client.readable());
  remove("cable");
  run_until_readable(client);
  client.expect_reset();
  EXPECT_EQ(loop_->timeout(), net::kForever);
}

TEST_F(SocketFaultTest, ACableThatIsPutBackInTimeLosesNothing) {
  WireClient client(port_);
  connect(client, "c");
  subscribe(client);
  set({.name = "cable", .effect = HalfOpen{}});
  client.send(mqtt::Pingreq{});
  publish("kept");
  EXPECT_FALSE(client.readable());
  remove("cable");
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "kept");
  run_until_readable(client);
  client.expect<mqtt::Pingresp>();
}

TEST_F(SocketFaultTest, AClientThatGoesBehindAPulledCableIsForgottenInTheEnd) {
  WireClient client(port_);
  connect(client, "c");
  set({.name = "cable", .effect = HalfOpen{}});
  engine_.disconnect("c", ReasonCode::administrative_action, time_.now());
  settle();
  client.close();
  settle();
  remove("cable");  // there is nobody left to reset
  EXPECT_EQ(loop_->timeout(), net::kForever);
}

TEST_F(SocketFaultTest, ADelayedDisconnectArrivesThoughLingeringIsOver) {
  WireClient client(port_);
  connect(client, "c");
  set({.effect = Latency{.delay = 1min}});
  engine_.disconnect("c", ReasonCode::administrative_action, time_.now());
  settle();
  advance(59s);
  EXPECT_FALSE(client.readable());
  advance(1s);
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::administrative_action);
  client.expect_fin();
}

TEST_F(SocketFaultTest, TheClientsEndIsDelayedBehindItsBytes) {
  WireClient client(port_);
  connect(client, "c");
  set({.effect = Latency{.delay = 5s}});
  client.publish("n", "x").close();
  run_until([&] { return loop_->next_deadline().has_value(); });
  settle();
  EXPECT_EQ(engine_.stats().clients_connected, 1u);
  advance(5s);
  EXPECT_EQ(engine_.stats().publishes_received, 1u);
  EXPECT_EQ(engine_.stats().clients_connected, 0u);
}

TEST_F(SocketFaultTest, ConnectionsAreRefusedByRst) {
  set({.name = "no", .effect = RefuseConnections{}});
  WireClient client(port_);
  run_until_readable(client);
  client.expect_reset();
  EXPECT_EQ(host_.accepted, 0);
  ASSERT_EQ(told_.size(), 1u);
  EXPECT_EQ(told_[0].name, "no");
  remove("no");
  WireClient next(port_);
  connect(next, "next");
}

TEST_F(SocketFaultTest, ConnectionsThatAreNotAcceptedWait) {
  set({.name = "full", .effect = StopAccepting{}});
  WireClient client(port_);
  client.send(mqtt::Connect{.client_id = "c"});
  settle();
  EXPECT_EQ(host_.accepted, 0);
  EXPECT_EQ(loop_->timeout(), net::kForever);
  remove("full");
  run_until_readable(client);
  client.expect<mqtt::Connack>();
}

TEST_F(SocketFaultTest, FaultsGoOnBehindAPause) {
  WireClient client(port_);
  connect(client, "c");
  loop_->pause();
  set({.effect = EndAfter{.by_reset = true}});
  EXPECT_FALSE(client.readable());
  loop_->resume();
  run_until_readable(client);
  client.expect_reset();
}

TEST_F(SocketFaultTest, ShuttingDownDoesNotWaitForDelays) {
  WireClient client(port_);
  connect(client, "c");
  set({.effect = Latency{.delay = 1h}});
  loop_->shut_down(1h);  // which would not return
  client.expect_close();
}

TEST_F(SocketFaultTest, AFastFlowUnderAFaultStaysInOrderAndLosesNothing) {
  WireClient subscriber(port_);
  connect(subscriber, "subscriber");
  subscribe(subscriber);
  WireClient publisher(port_);
  connect(publisher, "publisher");
  set({.effect = Slice{.bytes = 700}});
  constexpr int kMessages = 2'000;
  int sent = 0;
  for (int i = 0; i < kMessages; ++i) {
    while (sent < kMessages && sent < i + 100) publisher.publish("n", std::to_string(sent++));
    run_until_readable(subscriber);
    ASSERT_EQ(as_text(subscriber.expect<mqtt::Publish>().payload), std::to_string(i));
  }
}

}  // namespace
}  // namespace pint::test
