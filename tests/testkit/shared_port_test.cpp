// Several brokers behind one port, with real sockets.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <pint/broker.hpp>
#include <pint/shared_port.hpp>

#include "mqtt/encode.hpp"
#include "support/wire_client.hpp"
#include "testkit/shared_port.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

class SharedPortTest : public testing::Test {
 protected:
  SharedPortTest() {
    left_.start();
    right_.start();
  }
  static std::vector<std::string> names(const Broker& broker) {
    std::vector<std::string> names;
    for (const ClientState& state : broker.clients()) names.push_back(state.client.client_id);
    return names;
  }
  static Bytes encoded(const mqtt::Packet& packet, ProtocolVersion version = ProtocolVersion::v5) {
    Bytes bytes;
    mqtt::encode(bytes, packet, version);
    return bytes;
  }

  Broker left_{{.listeners = {Listener::tcp(0)}}};
  Broker right_{{.listeners = {Listener::tcp(0)}}};
  SharedPort port_;
  SharedPort::Place left_place_ = port_.add("left-", left_);
  SharedPort::Place right_place_ = port_.add("right-", right_);
};

using Names = std::vector<std::string>;

TEST_F(SharedPortTest, TheClientIdentifierSaysWhoseAClientIs) {
  WireClient left(port_.port());
  WireClient right(port_.port());
  left.connect("left-1");
  right.connect("right-1");
  EXPECT_EQ(names(left_), Names{"left-1"});
  EXPECT_EQ(names(right_), Names{"right-1"});
}

TEST_F(SharedPortTest, BrokersBehindOnePortDoNotSeeEachOther) {
  WireClient left(port_.port());
  WireClient right(port_.port());
  left.connect("left-1");
  right.connect("right-1");
  right.subscribe("#");
  left.publish("n", "x").ping();
  right.ping();  // nothing came before PINGRESP
}

TEST_F(SharedPortTest, TheUserNameMaySayItToo) {
  WireClient client(port_.port());
  client.connect("device", {.user_name = "right-user"});
  EXPECT_EQ(names(right_), Names{"device"});
}

TEST_F(SharedPortTest, TheLongerPrefixWinsAndThenTheUserName) {
  Broker longer({.listeners = {Listener::tcp(0)}});
  longer.start();
  const auto place = port_.add("left-long-", longer);
  WireClient first(port_.port());
  first.connect("left-long-1", {.user_name = "left-"});
  EXPECT_EQ(names(longer), Names{"left-long-1"});

  Broker user({.listeners = {Listener::tcp(0)}});
  user.start();
  const auto same_size = port_.add("user-", user);  // as long as "left-"
  WireClient second(port_.port());
  second.connect("left-2", {.user_name = "user-2"});
  EXPECT_EQ(names(user), Names{"left-2"});
}

TEST_F(SharedPortTest, AnEmptyPrefixTakesWhoIsNobodyElses) {
  Broker others({.listeners = {Listener::tcp(0)}});
  others.start();
  const auto place = port_.add("", others);
  WireClient stranger(port_.port());
  stranger.connect("stranger");
  WireClient left(port_.port());
  left.connect("left-1");
  EXPECT_EQ(names(others), Names{"stranger"});
}

TEST_F(SharedPortTest, WhoIsNobodysIsRefused) {
  WireClient v5(port_.port());
  v5.send(mqtt::Connect{.client_id = "stranger"});
  EXPECT_EQ(v5.expect<mqtt::Connack>().reason, ReasonCode::client_identifier_not_valid);
  v5.expect_fin();
  WireClient v3(port_.port(), {.version = ProtocolVersion::v3_1_1});
  v3.send(mqtt::Connect{.version = ProtocolVersion::v3_1_1, .client_id = "stranger"});
  EXPECT_EQ(v3.expect<mqtt::Connack>().reason, ReasonCode::client_identifier_not_valid);  // return code 2
  v3.expect_fin();
}

TEST_F(SharedPortTest, TheRefusalArrivesThoughTheClientGoesOnSending) {
  WireClient client(port_.port());
  Bytes all = encoded(mqtt::Connect{.client_id = "stranger"});
  all.resize(all.size() + 100'000, 0);
  client.send(ByteView(all));
  EXPECT_EQ(client.expect<mqtt::Connack>().reason, ReasonCode::client_identifier_not_valid);
  client.expect_fin();
}

TEST_F(SharedPortTest, ABrokerThatIsStoppedIsUnavailable) {
  left_.stop();
  WireClient client(port_.port());
  client.send(mqtt::Connect{.client_id = "left-1"});
  EXPECT_EQ(client.expect<mqtt::Connack>().reason, ReasonCode::server_unavailable);
  client.expect_fin();
  left_.start();
  WireClient again(port_.port());
  again.connect("left-1");
}

TEST_F(SharedPortTest, WithItsPlaceEndsThatClientsCome) {
  WireClient early(port_.port());
  early.connect("left-early");
  left_place_ = {};
  WireClient late(port_.port());
  late.send(mqtt::Connect{.client_id = "left-late"});
  EXPECT_EQ(late.expect<mqtt::Connack>().reason, ReasonCode::client_identifier_not_valid);
  early.ping();
}

TEST_F(SharedPortTest, APrefixIsGivenOnce) {
  EXPECT_THROW(static_cast<void>(port_.add("left-", right_)), std::invalid_argument);
  left_place_ = {};
  left_place_ = port_.add("left-", right_);
  WireClient client(port_.port());
  client.connect("left-1");
  EXPECT_EQ(names(right_), Names{"left-1"});
}

TEST_F(SharedPortTest, ConnectMayComeByteByByteAndMoreMayFollowAtOnce) {
  WireClient slow(port_.port());
  for (const std::uint8_t byte : encoded(mqtt::Connect{.client_id = "left-slow"})) {
    slow.send(ByteView(&byte, 1));
  }
  EXPECT_EQ(slow.expect<mqtt::Connack>().reason, ReasonCode::success);
  WireClient hasty(port_.port());
  Bytes all = encoded(mqtt::Connect{.client_id = "left-hasty"});
  for (int i = 0; i < 10'000; ++i) all.insert(all.end(), {0xC0, 0});  // more than one read takes
  hasty.send(ByteView(all));
  EXPECT_EQ(hasty.expect<mqtt::Connack>().reason, ReasonCode::success);
  for (int i = 0; i < 10'000; ++i) hasty.expect<mqtt::Pingresp>();
}

TEST_F(SharedPortTest, WhatIsNoConnectIsClosed) {
  const Bytes too_large = {0x10, 0xFF, 0xFF, 0x7F};  // CONNECT of 2 MiB
  for (const Bytes& first : {Bytes{0xC0, 0}, Bytes{0, 0}, too_large}) {
    WireClient client(port_.port());
    client.send(ByteView(first));
    client.expect_close();
  }
}

TEST_F(SharedPortTest, BothEndsMayComeInAnyOrder) {
  auto port = std::make_unique<SharedPort>();
  const SharedPort::Place place = port->add("a", left_);
  const std::uint16_t number = port->port();
  EXPECT_EQ(port->url(), "mqtt://127.0.0.1:" + std::to_string(number));
  port.reset();  // the place keeps it
  WireClient client(number);
  client.connect("a");
}

TEST(SharedPortClosed, RefusesConnections) {
  std::uint16_t number = 0;
  {
    const SharedPort port;
    number = port.port();
    WireClient waiting(number);
    waiting.send(ByteView(Bytes{0x10}));
  }
  EXPECT_THROW(WireClient{number}, WireError);
}

// Eleven seconds pass from one look to the next.
class HastyTime : public net::TimeSource {
 public:
  Time now() override { return now_ += 11s; }

 private:
  Time now_{};
};

TEST(SharedPortTimeout, WhoSendsNoConnectInTimeIsClosed) {
  const auto port =
      std::make_shared<SharedPort::Implementation>(Listener::tcp(0), std::make_unique<HastyTime>());
  WireClient client(port->port());
  client.expect_close();
}

}  // namespace
}  // namespace pint::test
