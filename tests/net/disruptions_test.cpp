// What tests do to a whole loop: cut by RST, pause, down, adopt. By hand, turn by turn.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

#include "mqtt/encode.hpp"
#include "net/turned_loop.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

class Disruptions : public TurnedLoop {
 protected:
  void subscribe(WireClient& client, std::string_view topic_filter) {
    client.send(mqtt::Subscribe{
        .packet_id = mqtt::PacketId{1}, .properties = {}, .requests = {{.topic_filter = topic_filter}}});
    run_until_readable(client);
    client.expect<mqtt::Suback>();
  }
  void publish(std::string_view topic, std::string_view payload) {
    engine_.publish({.topic = std::string(topic), .payload = std::string(payload)}, 0, time_.now());
  }
};

TEST_F(Disruptions, CutByResetLeavesWhatWasQueuedUnsent) {
  WireClient client(port_);
  connect(client, "c");
  subscribe(client, "#");
  publish("n", "never sent");
  ASSERT_TRUE(engine_.cut("c", true, time_.now()));
  run_until_readable(client);
  client.expect_reset();
  EXPECT_EQ(loop_->timeout(), net::kForever);  // there is nothing to linger for
}

TEST_F(Disruptions, CutWithoutResetSendsFin) {
  WireClient client(port_);
  connect(client, "c");
  ASSERT_TRUE(engine_.cut("c", false, time_.now()));
  run_until_readable(client);
  client.expect_fin();
}

TEST_F(Disruptions, RestartResetsEverybody) {
  WireClient first(port_);
  WireClient second(port_);
  connect(first, "first");
  connect(second, "second");
  engine_.restart({}, time_.now());
  settle();
  first.expect_reset();
  second.expect_reset();
}

TEST_F(Disruptions, APausedLoopSaysNothingAndLosesNothing) {
  WireClient client(port_);
  connect(client, "c");
  subscribe(client, "#");
  loop_->pause();
  for (int i = 0; i < 3; ++i) client.publish("from/client", std::to_string(i));
  publish("from/application", "x");
  settle();
  EXPECT_FALSE(client.readable());
  EXPECT_EQ(loop_->timeout(), net::kForever);  // hanging is not being busy
  loop_->resume();
  run_until_readable(client);
  EXPECT_EQ(client.expect<mqtt::Publish>().topic, "from/application");
  for (int i = 0; i < 3; ++i) {
    run_until_readable(client);
    EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), std::to_string(i));
  }
}

TEST_F(Disruptions, WhoConnectsToAPausedLoopIsServedLater) {
  loop_->pause();
  WireClient client(port_);
  client.send(mqtt::Connect{.client_id = "c"});
  settle();
  EXPECT_EQ(host_.accepted, 0);
  EXPECT_FALSE(client.readable());
  loop_->resume();
  run_until_readable(client);
  EXPECT_EQ(client.expect<mqtt::Connack>().reason, ReasonCode::success);
}

TEST_F(Disruptions, APausedLoopHearsWhoSpokeBeforeTimeGoesOn) {
  WireClient talking(port_);
  WireClient silent(port_);
  for (WireClient* client : {&talking, &silent}) {
    client->send(mqtt::Connect{.keep_alive = 10, .client_id = client == &talking ? "talking" : "silent"});
    run_until_readable(*client);
    client->expect<mqtt::Connack>();
  }
  loop_->pause();
  talking.send(mqtt::Pingreq{});
  settle();
  time_.advance(1h);
  settle();
  EXPECT_FALSE(silent.readable());
  // As a command, between reading and time in its turn.
  mailbox_.post(net::Task{[this](core::Engine&, Time) { loop_->resume(); }}, net::Mailbox::Bound::exempt,
                true);
  settle();
  talking.expect<mqtt::Pingresp>();
  EXPECT_EQ(silent.expect<mqtt::Disconnect>().reason, ReasonCode::keep_alive_timeout);
}

TEST_F(Disruptions, AnEndThatCameWhilePausedIsSeenLater) {
  WireClient client(port_);
  connect(client, "c");
  loop_->pause();
  client.publish("last", "words").reset();
  settle();
  EXPECT_EQ(engine_.clients().size(), 1u);
  loop_->resume();
  run_until([&] { return engine_.clients().empty(); });
}

TEST_F(Disruptions, APausedLoopShutsDown) {
  WireClient client(port_);
  connect(client, "c");
  loop_->pause();
  loop_->shut_down(0s);
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::server_shutting_down);
}

TEST_F(Disruptions, ALoopThatIsDownRefusesAndKeepsThoseItHas) {
  WireClient client(port_);
  connect(client, "c");
  for (int i = 0; i < 2; ++i) {
    loop_->down();
    settle();
    EXPECT_THROW(WireClient{port_}, WireError);
    client.send(mqtt::Pingreq{});
    run_until_readable(client);
    client.expect<mqtt::Pingresp>();
    loop_->up();
    WireClient late(port_);
    connect(late, "late");
  }
}

TEST_F(Disruptions, ThePortOfALoopThatIsDownCannotBeTaken) {
  loop_->down();
  EXPECT_THROW((net::Listener{{.address = "127.0.0.1", .port = port_}, {}}), Error);
}

TEST_F(Disruptions, DownAndPausedBothHaveToEnd) {
  loop_->down();
  loop_->pause();
  loop_->up();
  WireClient client(port_);
  client.send(mqtt::Connect{.client_id = "c"});
  settle();
  EXPECT_EQ(host_.accepted, 0);
  loop_->resume();
  run_until_readable(client);
}

// A client's connection that somebody else has accepted, and read all from that had come.
class Adoption : public Disruptions {
 protected:
  net::Listener::Accepted accept(WireClient& client, const Bytes& expected) {
    client.send(ByteView(expected));
    net::Listener::Accepted accepted = others_.accept();
    EXPECT_EQ(accepted.outcome, net::Listener::Outcome::accepted);
    Bytes read(expected.size());
    EXPECT_EQ(::recv(accepted.socket.get(), read.data(), read.size(), MSG_WAITALL),
              static_cast<ssize_t>(read.size()));
    return accepted;
  }
  static Bytes connect_packet() {
    Bytes bytes;
    mqtt::encode(bytes, mqtt::Connect{.client_id = "c"}, ProtocolVersion::v5);
    return bytes;
  }

  net::Listener others_{{.address = "127.0.0.1", .port = 0}, {}};
  WireClient client_{others_.port()};
};

TEST_F(Adoption, ServesAConnectionThatSomebodyElseAccepted) {
  Bytes begun = connect_packet();
  begun.push_back(0xC0);  // the first half of PINGREQ
  loop_->adopt(accept(client_, begun), begun);
  run_until_readable(client_);
  EXPECT_EQ(client_.expect<mqtt::Connack>().reason, ReasonCode::success);
  EXPECT_EQ(std::get<ClientConnected>(host_.events_.back()).client.remote_address, client_.local_address());
  client_.send(ByteView(Bytes{0}));
  run_until_readable(client_);
  client_.expect<mqtt::Pingresp>();
}

TEST_F(Adoption, WaitsWhilePaused) {
  loop_->pause();
  loop_->adopt(accept(client_, connect_packet()), connect_packet());
  settle();
  EXPECT_FALSE(client_.readable());
  EXPECT_EQ(host_.accepted, 0);
  loop_->resume();
  run_until_readable(client_);
  client_.expect<mqtt::Connack>();
}

TEST_F(Adoption, IsRefusedByRstWhileDown) {
  loop_->down();
  loop_->adopt(accept(client_, connect_packet()), connect_packet());
  client_.expect_reset();
  EXPECT_EQ(host_.accepted, 0);
}

}  // namespace
}  // namespace pint::test
