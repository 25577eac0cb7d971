// The application's handlers: what on_connect, on_disconnect, on_event, on_socket and log are told, in which
// order, and what they may do.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>
#include <string>

#include <pint/broker.hpp>

#include "support/inbox.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using mqtt::PropertyId;

TEST(Handlers, OnConnectTellsWhoCameAndWhatWasGranted) {
  Inbox<ClientConnected> connected;
  Options options{.listeners = {Listener::tcp(0)}};
  options.on_connect = [&](const ClientConnected& event) { connected.put(event); };
  Broker broker(options);
  broker.start();

  WireClient five(broker.port());
  mqtt::PropertyList properties;
  properties.add(PropertyId::session_expiry_interval, 60);
  five.connect("five",
               {.clean_start = false, .keep_alive = 30, .properties = properties.view(), .user_name = "ann"});
  ClientConnected event = connected.take();
  EXPECT_EQ(event.client.client_id, "five");
  EXPECT_EQ(event.client.user_name, "ann");
  EXPECT_EQ(event.client.remote_address, five.local_address());
  EXPECT_EQ(event.client.version, ProtocolVersion::v5);
  EXPECT_FALSE(event.clean_start);
  EXPECT_FALSE(event.session_present);
  EXPECT_EQ(event.keep_alive, 30s);
  EXPECT_EQ(event.session_expiry, 60s);

  five.send(mqtt::Disconnect{}).expect_close();
  WireClient again(broker.port(), {.version = ProtocolVersion::v3_1_1});
  again.connect("five", {.clean_start = false});
  event = connected.take();
  EXPECT_TRUE(event.session_present);
  EXPECT_EQ(event.client.version, ProtocolVersion::v3_1_1);
  EXPECT_EQ(event.client.user_name, "");
}

class Disconnects : public testing::Test {
 protected:
  Disconnects() : broker_(options()) { broker_.start(); }

  Options options() {
    Options made{.listeners = {Listener::tcp(0)}};
    made.on_disconnect = [this](const ClientDisconnected& event) { gone_.put(event); };
    return made;
  }

  Inbox<ClientDisconnected> gone_;
  Broker broker_;
};

TEST_F(Disconnects, ByTheClient) {
  WireClient client(broker_.port());
  client.connect("c");
  client.send(mqtt::Disconnect{.reason = ReasonCode::disconnect_with_will_message});
  client.expect_close();
  const ClientDisconnected event = gone_.take();
  EXPECT_EQ(event.client.client_id, "c");
  EXPECT_EQ(event.cause, DisconnectCause::client_disconnected);
  EXPECT_EQ(event.reason, ReasonCode::disconnect_with_will_message);
  EXPECT_TRUE(event.asked_for_it);
  EXPECT_FALSE(event.session_kept);
}

TEST_F(Disconnects, ByTheEndOfTheTransport) {
  WireClient client(broker_.port());
  client.connect("c");
  client.close();
  const ClientDisconnected event = gone_.take();
  EXPECT_EQ(event.cause, DisconnectCause::client_closed);
  EXPECT_FALSE(event.asked_for_it);
}

TEST_F(Disconnects, ByReset) {
  WireClient client(broker_.port());
  client.connect("c");
  client.reset();
  EXPECT_EQ(gone_.take().cause, DisconnectCause::transport_failed);
}

TEST_F(Disconnects, ByProtocolError) {  // [MQTT-3.1.0-2]
  WireClient client(broker_.port());
  client.connect("c");
  client.send(mqtt::Connect{.client_id = "c"});
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::protocol_error);
  client.expect_close();
  const ClientDisconnected event = gone_.take();
  EXPECT_EQ(event.cause, DisconnectCause::protocol_error);
  EXPECT_EQ(event.reason, ReasonCode::protocol_error);
  EXPECT_FALSE(event.explanation.empty());
}

TEST_F(Disconnects, ByTheApplication) {
  WireClient client(broker_.port());
  client.connect("c");
  EXPECT_FALSE(broker_.disconnect("c", ReasonCode::use_another_server));
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::use_another_server);
  client.expect_close();
  EXPECT_EQ(gone_.take().cause, DisconnectCause::disconnected_by_application);
  EXPECT_EQ(broker_.disconnect("c"), Errc::unknown_client);
}

TEST_F(Disconnects, ByStop) {
  WireClient client(broker_.port());
  client.connect("c");
  broker_.stop();
  EXPECT_EQ(gone_.take().cause, DisconnectCause::broker_stopping);
}

TEST_F(Disconnects, NobodyIsToldOfWhoNeverConnected) {  // [MQTT-3.1.0-1]
  WireClient stranger(broker_.port());
  stranger.send(mqtt::Pingreq{});
  stranger.expect_close();
  WireClient client(broker_.port());
  client.connect("c");
  client.close();
  EXPECT_EQ(gone_.take().client.client_id, "c");
}

TEST(Handlers, ConnectIsToldBeforeTheClientsMessages) {
  Inbox<std::string> told;
  Options options{.listeners = {Listener::tcp(0)}};
  options.on_connect = [&](const ClientConnected&) { told.put("connect"); };
  Broker broker(options);
  broker.add_rule("#", [&](std::string_view topic, std::string_view) { told.put(std::string(topic)); });
  broker.start();
  WireClient client(broker.port());
  const Bytes connect_and_publish = {0x10, 13, 0, 4, 'M', 'Q',  'T', 'T', 4, 2,
                                     0,    0,  0, 1, 'c', 0x30, 3,   0,   1, 'm'};
  client.send(ByteView(connect_and_publish));
  EXPECT_EQ(told.take(), "connect");
  EXPECT_EQ(told.take(), "m");
}

TEST(Handlers, MayAskTheBroker) {
  Inbox<std::size_t> answers;
  std::optional<Broker> broker;
  Options options{.listeners = {Listener::tcp(0)}};
  options.on_connect = [&](const ClientConnected&) {
    answers.put(broker->clients().size());
    answers.put(broker->stats().clients_connected);
    answers.put(broker->retained("#").size());
    answers.put(broker->port() == 0 ? 0 : 1);
    EXPECT_TRUE(broker->running());
  };
  broker.emplace(options);
  broker->start();
  broker->publish({.topic = "r", .payload = "1", .retain = true});
  WireClient client(broker->port());
  client.connect("c");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(answers.take(), 1u);
}

TEST(Handlers, MayPublishToTheClientThatCameAndThenSendItAway) {
  std::optional<Broker> broker;
  Options options{.listeners = {Listener::tcp(0)}};
  options.on_event = [&](const Event& event) {
    const auto* subscribed = std::get_if<ClientSubscribed>(&event);
    if (!subscribed) return;
    broker->publish(subscribed->topic_filter, "welcome");
    EXPECT_FALSE(broker->disconnect(subscribed->client_id, ReasonCode::quota_exceeded));
  };
  broker.emplace(options);
  broker->start();
  WireClient client(broker->port());
  client.connect("c");
  client.subscribe("hello");
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "welcome");
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::quota_exceeded);
}

TEST(Handlers, ThatAlwaysThrowDoNotStopTheBroker) {
  Options options{.listeners = {Listener::tcp(0)}};
  options.on_event = [](const Event&) { throw std::runtime_error("no"); };
  options.on_connect = [](const ClientConnected&) { throw 1; };
  options.log = [](LogLevel, std::string_view) { throw 2; };
  Broker broker(options);
  broker.start();
  WireClient client(broker.port());
  client.connect("c");
  client.ping();
  EXPECT_EQ(broker.stats().handlers_failed, 2u);  // not those that fail on the news of their failure
}

TEST(Handlers, OnSocketGetsListenersBeforeBindAndConnectionsAfterAccept) {
  Inbox<std::pair<SocketStage, bool>> sockets;  // and whether the socket has a peer
  Options options{.listeners = {Listener::tcp(0)}};
  options.on_socket = [&](NativeSocket socket, SocketStage stage) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const bool has_peer = ::getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
    sockets.put({stage, has_peer});
  };
  Broker broker(options);
  broker.start();
  WireClient client(broker.port());
  EXPECT_EQ(sockets.take(), std::pair(SocketStage::before_bind, false));
  EXPECT_EQ(sockets.take(), std::pair(SocketStage::after_accept, true));
}

TEST(Handlers, OnSocketThatThrowsAfterAcceptIsCounted) {
  Options options{.listeners = {Listener::tcp(0)}};
  options.on_socket = [](NativeSocket, SocketStage stage) {
    if (stage == SocketStage::after_accept) throw std::runtime_error("no");
  };
  Broker broker(options);
  broker.start();
  EXPECT_EQ(WireClient(broker.port()).connect("c").reason, ReasonCode::success);
  EXPECT_EQ(broker.stats().handlers_failed, 1u);
}

TEST(Handlers, TheLogTellsALifeInLines) {
  Inbox<std::pair<LogLevel, std::string>> lines;
  Options options{.name = "test", .listeners = {Listener::tcp(0)}};
  options.log = [&](LogLevel level, std::string_view line) { lines.put({level, std::string(line)}); };
  Broker broker(options);
  broker.start();
  EXPECT_EQ(lines.take(), std::pair(LogLevel::info, "test listens at " + broker.url()));
  WireClient client(broker.port());
  client.connect("c\n", {.keep_alive = 7});  // a control character, which must not break the line
  EXPECT_EQ(lines.take(), std::pair(LogLevel::info, "c? connected from " + client.local_address() +
                                                        " (MQTT 5.0, keep alive 7 s)"));
  client.subscribe("a/#", QoS::at_least_once);
  EXPECT_EQ(lines.take(), std::pair(LogLevel::debug, std::string("c? subscribed to a/# (QoS 1)")));
  client.send(mqtt::Disconnect{}).expect_close();
  const auto [level, gone] = lines.take();
  EXPECT_EQ(level, LogLevel::info);
  EXPECT_EQ(gone.substr(0, 29), "c? is gone, client disconnect");
  EXPECT_EQ(lines.take().second, "session of c? ended");
  broker.stop();
  EXPECT_EQ(lines.take().second, "test has stopped");
}

}  // namespace
}  // namespace pint::test
