// TestBroker: one line in a test, with real clients; many at once; and what it refuses.
#include <gtest/gtest.h>
#include <mosquitto.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <pint/testkit.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

// A client nobody here wrote: libmosquitto, with the thread it brings.
class MosquittoClient {
 public:
  MosquittoClient(const std::string& client_id, std::uint16_t port)
      : client_(mosquitto_new(client_id.c_str(), true, nullptr), &mosquitto_destroy) {
    if (mosquitto_connect(client_.get(), "127.0.0.1", port, 60) != MOSQ_ERR_SUCCESS)
      throw std::runtime_error("mosquitto_connect failed");
    mosquitto_loop_start(client_.get());
  }
  ~MosquittoClient() {
    mosquitto_disconnect(client_.get());
    mosquitto_loop_stop(client_.get(), false);
  }
  MosquittoClient(const MosquittoClient&) = delete;
  MosquittoClient& operator=(const MosquittoClient&) = delete;

  void subscribe(const std::string& filter) {
    mosquitto_subscribe(client_.get(), nullptr, filter.c_str(), 1);
  }
  void publish(const std::string& topic, const std::string& payload) {
    mosquitto_publish(client_.get(), nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(),
                      1, false);
  }

 private:
  std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client_;
};

TEST(TestBroker, SeesWhatARealClientDoes) {
  TestBroker broker;
  MosquittoClient device("dev-1", broker.port());
  broker.await(connected("dev-1"));
  device.publish("dev-1/temp", "21.5");
  const Record record = broker.await(published("+/temp").client("dev-1").qos(QoS::at_least_once));
  EXPECT_EQ(record.payload, "21.5");
  broker.verify(sent(PacketType::puback).client("dev-1"), times(1));
}

TEST(TestBroker, RemovesTheSubscribeRaceOfARealClient) {
  TestBroker broker;
  MosquittoClient device("dev-1", broker.port());
  device.subscribe("cmd/#");
  broker.await_subscription("cmd/#", "dev-1");
  broker.publish({.topic = "cmd/on", .payload = "1", .qos = QoS::at_least_once});
  EXPECT_EQ(broker.await(received(PacketType::puback).client("dev-1")).client_id, "dev-1");
}

TEST(TestBroker, ListensOnLoopbackAtAPortOfItsOwn) {
  TestBroker first;
  TestBroker second;
  EXPECT_NE(first.port(), second.port());
  EXPECT_EQ(first.url(), "mqtt://127.0.0.1:" + std::to_string(first.port()));
}

TEST(TestBroker, SaysThatItCannotStart) {
  EXPECT_THROW(TestBroker({.listeners = {{.address = "nowhere", .port = 0}}}), Error);
}

TEST(TestBroker, ManyServeInParallel) {
  std::vector<std::jthread> threads;
  std::vector<std::size_t> found(16);
  for (std::size_t i = 0; i < found.size(); ++i) {
    threads.emplace_back([&found, i] {
      TestBroker broker;
      WireClient client(broker.port());
      client.connect("client-" + std::to_string(i));
      client.publish("a/b", std::to_string(i));
      broker.await(published("a/b").payload(std::to_string(i)));
      found[i] = broker.journal(published()).size();
    });
  }
  for (std::jthread& thread : threads) thread.join();
  EXPECT_EQ(found, std::vector<std::size_t>(16, 1));
}

TEST(TestBroker, GivesTheBrokerForEverythingElse) {
  TestBroker broker;
  WireClient client(broker.port());
  client.connect("dev-1");
  ASSERT_EQ(broker.broker().clients().size(), 1u);
  EXPECT_EQ(broker.broker().clients()[0].client.client_id, "dev-1");
}

TEST(TestBroker, CallsTheHandlersOfItsOptions) {
  std::vector<std::string> told;
  TestBroker broker(
      {.broker = {.on_connect = [&](const ClientConnected& event) { told.push_back(event.client.client_id); },
                  .on_event =
                      [&](const Event& event) {
                        told.push_back(std::holds_alternative<PacketSeen>(event) ? "packet" : "event");
                      }}});
  WireClient client(broker.port());
  client.connect("dev-1");
  broker.stop();
  // Connected, disconnected, Session ended. Packets are in the journal, but the options did not ask for them.
  EXPECT_EQ(told, (std::vector<std::string>{"dev-1", "event", "event", "event"}));
}

TEST(TestBroker, RefusesWhatCanNeverBe) {
  TestBroker broker;
  EXPECT_THROW(broker.publish("a/#", ""), std::invalid_argument);
  EXPECT_THROW(broker.add_rule("a/#/b", [](const Message&) {}), std::invalid_argument);
  EXPECT_THROW(broker.await(published(), -1s), std::invalid_argument);
  EXPECT_THROW(broker.advance(-1s), std::invalid_argument);
  EXPECT_THROW(broker.advance(std::chrono::hours{24 * 365 * 101}), std::invalid_argument);
  EXPECT_THROW(broker.verify_order({}), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(at_least(0)), std::invalid_argument);
  EXPECT_THROW(broker.await_subscription("a/#/b"), std::invalid_argument);
  EXPECT_THROW(TestBroker({.patience = -1s}), std::invalid_argument);
}

TEST(TestBroker, CanOnlyBeReadOnceStopped) {
  TestBroker broker;
  broker.publish("a/b", "1");
  broker.stop();
  EXPECT_EQ(broker.journal(published("a/b")).size(), 1u);
  EXPECT_EQ(broker.last_sequence(), broker.journal().size());
  EXPECT_THROW(broker.publish("a/b", "2"), std::logic_error);
  EXPECT_THROW(broker.await(published()), std::logic_error);
  EXPECT_THROW(broker.settle(), std::logic_error);
  EXPECT_THROW(broker.advance(1s), std::logic_error);
  EXPECT_THROW(broker.reset(), std::logic_error);
  EXPECT_THROW(broker.kick("*"), std::logic_error);
  EXPECT_THROW(static_cast<void>(broker.now()), std::logic_error);
}

TEST(TestBroker, ToldToStopWhileSomebodyWaitsLetsThemGo) {
  TestBroker broker;
  std::jthread stopper([&] { broker.stop(); });
  EXPECT_THROW(
      {
        while (true) broker.await(published("never"), 1ms);
      },
      std::exception);
  stopper.join();
}

TEST(TestBroker, RefusesToWaitInAHandler) {
  TestBroker broker;
  std::string refused;
  broker.add_rule("a/b", [&](const Message&) {
    try {
      broker.await(published("never"));
    } catch (const std::logic_error& error) {
      refused = error.what();
    }
  });
  broker.publish("a/b", "");
  broker.settle();
  EXPECT_EQ(refused, "await() was called in a handler, on the broker thread, and would wait for itself");
}

TEST(TestBroker, LetsAHandlerReadTheJournal) {
  TestBroker broker;
  std::size_t seen = 0;
  broker.add_rule("a/b", [&](const Message&) { seen = broker.journal(published("a/b")).size(); });
  broker.publish("a/b", "");
  broker.settle();
  EXPECT_EQ(seen, 1u);
}

TEST(TestBroker, CanBeMoved) {
  TestBroker first;
  TestBroker second = std::move(first);
  second.publish("a/b", "1");
  EXPECT_EQ(second.journal(published("a/b")).size(), 1u);
}

}  // namespace
}  // namespace pint::test
