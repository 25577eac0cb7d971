// Broker time that the test moves: hours pass in milliseconds, one deadline after the other, and real clients
// keep their connections.
#include <gtest/gtest.h>

#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <pint/testkit.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using mqtt::PropertyId;
using mqtt::PropertyList;

PropertyList session_expiry(std::uint32_t seconds) {
  PropertyList properties;
  properties.add(PropertyId::session_expiry_interval, seconds);
  return properties;
}

class VirtualTime : public testing::Test {
 protected:
  // A client that keeps its Session for a day after it has gone.
  WireClient connect_for_a_day(std::string_view client_id, mqtt::Connect connect = {}) {
    const PropertyList properties = session_expiry(86'400);
    connect.properties = properties.view();
    WireClient client(broker_.port());
    client.connect(client_id, connect);
    return client;
  }
  TestBroker broker_;
};

TEST_F(VirtualTime, StandsStillUntilTheTestMovesIt) {
  EXPECT_EQ(broker_.now(), 0s);
  broker_.advance(90min);
  EXPECT_EQ(broker_.now(), 90min);
  broker_.publish("a/b", "");
  EXPECT_EQ(broker_.await(published("a/b")).at, 90min);
}

TEST_F(VirtualTime, ASessionExpires) {  // [MQTT-3.1.2-23]
  connect_for_a_day("dev-1").close();
  broker_.await(disconnected("dev-1"));
  broker_.advance(24h - 1s);
  EXPECT_EQ(broker_.broker().clients().size(), 1u);
  broker_.advance(1s);
  EXPECT_TRUE(broker_.broker().clients().empty());
  EXPECT_EQ(broker_.await(session_ended("dev-1")).at, 24h);
}

TEST_F(VirtualTime, AWillIsDelayed) {  // [MQTT-3.1.3-9]
  PropertyList delay;
  delay.add(PropertyId::will_delay_interval, 3'600u);
  const mqtt::WillView will{.topic = "dev-1/gone", .payload = as_bytes("!"), .properties = delay.view()};
  WireClient client = connect_for_a_day("dev-1", {.will = will});
  broker_.cut("dev-1");
  const Record record = broker_.advance_until(published("dev-1/gone"), 2h);
  EXPECT_EQ(record.at, 1h);
  EXPECT_EQ(broker_.now(), 1h);
}

TEST_F(VirtualTime, AMessageExpires) {  // [MQTT-3.3.2-5]
  connect_for_a_day("dev-1").subscribe("a/b", QoS::at_least_once);
  broker_.await(disconnected("dev-1"));
  Message message{.topic = "a/b", .payload = "1", .qos = QoS::at_least_once};
  message.properties.message_expiry = std::chrono::seconds{3'600};
  broker_.publish(message);
  message.properties.message_expiry = std::chrono::seconds{7'200};
  message.payload = "2";
  broker_.publish(message);
  broker_.advance(90min);
  WireClient client(broker_.port());
  client.send(mqtt::Connect{.clean_start = false, .client_id = "dev-1"});
  client.expect<mqtt::Connack>();
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "2");
  broker_.verify(dropped("a/b").client("dev-1").detail_contains("expired"), times(1));
}

TEST_F(VirtualTime, ARetainedMessageExpires) {  // [MQTT-3.3.2-5]
  Message message{.topic = "a/b", .payload = "1", .retain = true};
  message.properties.message_expiry = std::chrono::hours{10};
  broker_.publish(message);
  broker_.advance(10h - 1s);
  EXPECT_EQ(broker_.broker().retained().size(), 1u);
  broker_.advance(1s);
  EXPECT_TRUE(broker_.broker().retained().empty());
  EXPECT_EQ(broker_.broker().stats().retained_messages, 0u);
}

TEST_F(VirtualTime, KeepAliveOfARealSocketStaysOnTheMachinesTime) {
  WireClient client = connect_for_a_day("dev-1", {.keep_alive = 60});
  broker_.advance(24h);
  client.ping();
  broker_.verify(disconnected(), never());
}

TEST_F(VirtualTime, AConnectTimeoutOfARealSocketStaysOnTheMachinesTime) {
  WireClient client(broker_.port());
  broker_.advance(24h);
  client.connect("dev-1");
}

TEST_F(VirtualTime, KeepAlivePassesOnDemand) {  // [MQTT-3.1.2-22]
  WireClient client = connect_for_a_day("dev-1", {.keep_alive = 60});
  broker_.expire_keep_alive("dev-*");
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::keep_alive_timeout);
  broker_.verify(disconnected("dev-1").detail_contains("keep alive"), times(1));
}

TEST(VirtualKeepAlive, PassesWithBrokerTimeIfToldTo) {  // [MQTT-3.1.2-22]
  TestBroker broker({.keep_alive_on_virtual_time = true});
  WireClient client(broker.port());
  client.connect("dev-1", {.keep_alive = 3'600});
  broker.advance(90min - 1s);
  client.ping();
  broker.advance(90min - 1s);
  broker.verify(disconnected(), never());
  const Record record = broker.advance_until(disconnected("dev-1"), 2s);
  EXPECT_EQ(record.at, 180min - 1s);
  EXPECT_EQ(record.reason, ReasonCode::keep_alive_timeout);
}

TEST(VirtualKeepAlive, HasTheConnectTimeoutWithIt) {
  TestBroker broker({.keep_alive_on_virtual_time = true});
  WireClient client(broker.port());
  broker.settle();
  broker.advance_until(refused(), 10s);
  client.expect_close();
}

TEST_F(VirtualTime, StopsAtEachDeadlineSoThatNoTwoMerge) {
  for (const std::uint32_t seconds : {30u, 10u, 20u}) {
    const PropertyList properties = session_expiry(seconds);
    WireClient client(broker_.port());
    client.connect("dev-" + std::to_string(seconds), {.properties = properties.view()});
  }
  broker_.verify(disconnected(), times(3));
  broker_.advance(1h);
  const auto ended =
      broker_.verify_order({session_ended("dev-10"), session_ended("dev-20"), session_ended("dev-30")});
  EXPECT_EQ(ended[0].at, 10s);
  EXPECT_EQ(ended[1].at, 20s);
  EXPECT_EQ(ended[2].at, 30s);
}

TEST_F(VirtualTime, AdvanceUntilStopsAtWhatIsThereAlready) {
  broker_.publish("a/b", "");
  broker_.advance_until(published("a/b"), 1h);
  EXPECT_EQ(broker_.now(), 0s);
}

TEST_F(VirtualTime, AdvanceUntilSaysWhatDidNotHappen) {
  try {
    broker_.advance_until(published("a/b"), 1h);
    FAIL() << "it did not fail";
  } catch (const TestFailure& failure) {
    EXPECT_TRUE(
        std::string_view(failure.what()).starts_with("Nothing within 3600 s of broker time: published a/b"))
        << failure.what();
  }
  EXPECT_EQ(broker_.now(), 1h);
}

TEST_F(VirtualTime, MovesWhileClientsSend) {
  std::jthread busy([&](const std::stop_token& enough) {
    WireClient client(broker_.port());
    client.connect("busy");
    while (!enough.stop_requested()) client.publish("a/b", "1").ping();
  });
  broker_.await(published("a/b"));
  for (int i = 0; i < 20; ++i) broker_.advance(1min);
  busy.request_stop();
  busy.join();
  EXPECT_EQ(broker_.now(), 20min);
}

TEST_F(VirtualTime, HandlersMayPublishMeanwhile) {
  PropertyList delay;
  delay.add(PropertyId::will_delay_interval, 10u);
  broker_.add_rule("gone", [&](const Message&) { broker_.publish("alarm", "1"); });
  connect_for_a_day("dev-1", {.will = mqtt::WillView{.topic = "gone", .properties = delay.view()}}).reset();
  broker_.await(disconnected("dev-1"));
  EXPECT_EQ(broker_.advance_until(published("alarm"), 1min).at, 10s);
}

TEST(WallTime, IsTheMachines) {
  TestBroker broker({.clock = Clock::wall});
  broker.publish("a/b", "");
  EXPECT_GT(broker.await(published("a/b")).at, 0s);
  EXPECT_GT(broker.now(), 0s);
  EXPECT_THROW(broker.advance(1s), std::logic_error);
  EXPECT_THROW(broker.advance_until(published(), 1s), std::logic_error);
}

}  // namespace
}  // namespace pint::test
