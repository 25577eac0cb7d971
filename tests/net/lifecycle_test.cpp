// A broker's life: start, where it listens, what start() refuses, stop, start again.
#include <gtest/gtest.h>

#include <array>
#include <future>
#include <thread>
#include <vector>

#include <pint/broker.hpp>

#include "net/listener.hpp"
#include "support/inbox.hpp"
#include "support/settle.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

Options on_any_port() { return {.listeners = {Listener::tcp(0)}}; }

std::string refusal_of(Broker& broker) {
  try {
    broker.start();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool has_ipv6_loopback() {
  try {
    net::Listener probe(Listener::tcp(0, "::1"), {});
    return true;
  } catch (const Error&) {
    return false;
  }
}

// There, an IPv6 listener must at least be refused in a way that helps.
void on_a_machine_without_ipv6() {
  Broker broker({.listeners = {Listener::tcp(0, "::1")}});
  EXPECT_NE(refusal_of(broker).find("choose"), std::string::npos);
}

TEST(Lifecycle, IsNothingBeforeStart) {
  Broker broker(on_any_port());
  EXPECT_FALSE(broker.running());
  EXPECT_EQ(broker.port(), 0);
  EXPECT_EQ(broker.url(), "");
  EXPECT_EQ(broker.name(), "pintbroker");
  EXPECT_EQ(broker.publish("a", "b"), Errc::not_running);
  EXPECT_EQ(broker.disconnect("nobody"), Errc::not_running);
  EXPECT_TRUE(broker.clients().empty());
  EXPECT_TRUE(broker.retained().empty());
  EXPECT_EQ(broker.stats().connections_accepted, 0u);
  broker.stop();
}

TEST(Lifecycle, AcceptsConnectionsOnceStartHasReturned) {
  Broker broker(on_any_port());
  broker.start();
  EXPECT_TRUE(broker.running());
  EXPECT_NE(broker.port(), 0);
  EXPECT_EQ(broker.url(), "mqtt://127.0.0.1:" + std::to_string(broker.port()));
  EXPECT_EQ(WireClient(broker.port()).connect("c").reason, ReasonCode::success);
}

TEST(Lifecycle, EveryListenerHasItsPort) {
  Broker broker({.listeners = {Listener::tcp(0), Listener::tcp(0)}});
  broker.start();
  EXPECT_NE(broker.port(0), broker.port(1));
  EXPECT_EQ(broker.port(2), 0);
  EXPECT_EQ(WireClient(broker.port(0)).connect("a").reason, ReasonCode::success);
  EXPECT_EQ(WireClient(broker.port(1)).connect("b").reason, ReasonCode::success);
}

TEST(Lifecycle, ABrokerNeedsNoListener) {
  Broker broker({.listeners = {}});
  broker.start();
  EXPECT_EQ(broker.port(), 0);
  EXPECT_EQ(broker.url(), "");
  EXPECT_FALSE(broker.publish({.topic = "a", .payload = "1", .retain = true}));
  EXPECT_EQ(broker.retained().size(), 1u);
}

TEST(Lifecycle, TheUrlOfAnyAddressIsLoopback) {
  Broker broker({.listeners = {Listener::tcp(0, "0.0.0.0")}});
  broker.start();
  EXPECT_EQ(broker.url(), "mqtt://127.0.0.1:" + std::to_string(broker.port()));
}

TEST(Lifecycle, ListensOnIpv6) {
  if (!has_ipv6_loopback()) return on_a_machine_without_ipv6();
  Inbox<std::string> remote_addresses;
  Options options{.listeners = {Listener::tcp(0, "::1")}};
  options.on_connect = [&](const ClientConnected& event) {
    remote_addresses.put(event.client.remote_address);
  };
  Broker broker(options);
  broker.start();
  EXPECT_EQ(broker.url(), "mqtt://[::1]:" + std::to_string(broker.port()));
  WireClient client(broker.port(), {.address = "::1"});
  client.connect("six");
  EXPECT_EQ(remote_addresses.take().substr(0, 6), "[::1]:");
}

TEST(Lifecycle, BrokersShareNothing) {
  Broker one(on_any_port());
  Broker two(on_any_port());
  one.start();
  two.start();
  WireClient to_one(one.port());
  WireClient to_two(two.port());
  to_one.connect("same");
  to_two.connect("same");
  to_one.subscribe("#");
  to_two.subscribe("#");
  one.publish("from", "one");
  two.publish("from", "two");
  EXPECT_EQ(as_text(to_one.expect<mqtt::Publish>().payload), "one");
  EXPECT_EQ(as_text(to_two.expect<mqtt::Publish>().payload), "two");
}

TEST(Lifecycle, APortInUseIsNamedWithTheMend) {
  Broker first(on_any_port());
  first.start();
  Broker second({.listeners = {Listener::tcp(first.port())}});
  EXPECT_EQ(refusal_of(second), "listener tcp 127.0.0.1:" + std::to_string(first.port()) +
                                    ": address in use; choose another port, or 0 for any");
  std::error_code error;
  second.start(error);
  EXPECT_EQ(error, Errc::listener_failed);
  EXPECT_FALSE(second.running());
  first.stop();
  second.start(error);
  EXPECT_FALSE(error);
}

TEST(Lifecycle, AnAddressOfAnotherMachineIsNamedWithTheMend) {
  Broker broker({.listeners = {Listener::tcp(0, "192.0.2.1")}});  // TEST-NET-1: nobody's
  EXPECT_EQ(
      refusal_of(broker),
      "listener tcp 192.0.2.1:0: this machine has no such address; choose one of its own, or 127.0.0.1");
}

TEST(Lifecycle, StartListsEveryInvalidOption) {
  Options options = on_any_port();
  options.limits.receive_maximum = 0;
  options.name.clear();
  Broker broker(options);
  EXPECT_EQ(
      refusal_of(broker),
      "name is empty: choose 1 to 65,535 bytes of UTF-8.\nlimits.receive_maximum is 0: choose 1 to 65535.");
  std::error_code error;
  broker.start(error);
  EXPECT_EQ(error, Errc::invalid_options);
}

TEST(Lifecycle, AFailingSocketHookIsAnErrorOfStart) {
  Options options = on_any_port();
  options.on_socket = [](NativeSocket, SocketStage) { throw std::runtime_error("no socket for you"); };
  Broker broker(options);
  EXPECT_EQ(refusal_of(broker), "the broker could not open its sockets: no socket for you");
  EXPECT_FALSE(broker.running());
}

TEST(Lifecycle, StartsOnce) {
  Broker broker(on_any_port());
  broker.start();
  std::error_code error;
  broker.start(error);
  EXPECT_EQ(error, Errc::already_running);
  EXPECT_TRUE(broker.running());
}

TEST(Lifecycle, StopTellsClientsAndClosesThem) {  // [MQTT-3.14.0-1]
  Broker broker(on_any_port());
  broker.start();
  WireClient five(broker.port());
  WireClient three(broker.port(), {.version = ProtocolVersion::v3_1_1});
  WireClient silent(broker.port());
  five.connect("five");
  three.connect("three");
  broker.stop();
  EXPECT_EQ(five.expect<mqtt::Disconnect>().reason, ReasonCode::server_shutting_down);
  five.expect_close();
  three.expect_close();
  silent.expect_close();
  EXPECT_FALSE(broker.running());
  EXPECT_EQ(broker.port(), 0);
  broker.stop();
}

TEST(Lifecycle, StopDeliversWhatWasPublishedBefore) {
  Broker broker(on_any_port());
  broker.start();
  WireClient client(broker.port());
  client.connect("c");
  client.subscribe("#");
  for (int i = 0; i < 1'000; ++i) broker.publish("n", std::to_string(i));
  broker.stop();
  for (int i = 0; i < 1'000; ++i)
    EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), std::to_string(i));
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::server_shutting_down);
}

TEST(Lifecycle, StopDoesNotWaitForClientsLongerThanItsGrace) {
  Broker broker(on_any_port());
  broker.start();
  WireClient client(broker.port(), {.receive_buffer = 4'096});
  client.connect("never-reads");
  client.subscribe("#");
  for (int i = 0; i < 8; ++i) broker.publish("big", std::string(1 << 20, 'x'));  // more than a socket holds
  EXPECT_EQ(broker.clients().size(), 1u);
  broker.stop(0ms);
  EXPECT_FALSE(broker.running());
}

TEST(Lifecycle, StartsAgainWithItsRulesAndWithoutItsMessages) {
  Inbox<std::string> heard;
  Broker broker(on_any_port());
  ASSERT_TRUE(
      broker.add_rule("#", [&](std::string_view topic, std::string_view) { heard.put(std::string(topic)); }));
  broker.start();
  broker.publish({.topic = "first", .payload = "1", .retain = true});
  EXPECT_EQ(heard.take(), "first");
  broker.stop();
  broker.start();
  EXPECT_TRUE(broker.retained().empty());
  broker.publish("second", "2");
  EXPECT_EQ(heard.take(), "second");
}

TEST(Lifecycle, ManyLives) {
  for (int i = 0; i < 200; ++i) {
    Broker broker(on_any_port());
    broker.start();
    WireClient client(broker.port());
    ASSERT_EQ(client.connect("c").reason, ReasonCode::success);
    broker.stop();
    ASSERT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::server_shutting_down);
  }
}

TEST(Lifecycle, ManyLivesOfOneBroker) {
  Broker broker(on_any_port());
  for (int i = 0; i < 50; ++i) {
    broker.start();
    ASSERT_EQ(WireClient(broker.port()).connect("c").reason, ReasonCode::success);
    broker.stop();
  }
}

TEST(Lifecycle, MovesWhileItRuns) {
  Broker first(on_any_port());
  first.start();
  const std::uint16_t port = first.port();
  WireClient client(port);
  client.connect("c");
  client.subscribe("#");
  Broker second(std::move(first));
  EXPECT_EQ(second.port(), port);
  second.publish("a", "1");
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "1");
  second = Broker(on_any_port());  // stops what it was
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::server_shutting_down);
  EXPECT_FALSE(second.running());
}

TEST(Lifecycle, RunReturnsWhenStoppedFromAnotherThread) {
  Inbox<std::string> log;
  Options options = on_any_port();
  options.log = [&](LogLevel, std::string_view line) { log.put(std::string(line)); };
  Broker broker(options);
  std::thread runner([&] { broker.run(); });
  log.take();  // it listens
  broker.stop();
  runner.join();
  EXPECT_FALSE(broker.running());
}

TEST(Lifecycle, CallsOfManyThreadsSurviveStop) {
  Broker broker(on_any_port());
  broker.start();
  std::vector<std::thread> threads;
  std::array<std::promise<void>, 4> begun;
  for (auto& promise : begun) {
    threads.emplace_back([&broker, &promise] {
      for (int i = 0; broker.publish("a", "1") != Errc::not_running; ++i) {
        const AddedRule rule = broker.add_rule("a", [](std::string_view, std::string_view) {});
        broker.remove_rule(rule.id);
        settle(broker);
        broker.disconnect("nobody");
        if (i == 10) promise.set_value();
      }
    });
  }
  for (auto& promise : begun) promise.get_future().wait();
  broker.stop();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pint::test
