// Life and death of connections and of the broker, and a clean one between tests.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <pint/testkit.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

class Life : public testing::Test {
 protected:
  // A client that keeps its Session for an hour, and has a Will.
  WireClient connect(std::string_view client_id, bool clean_start = true) {
    WireClient client(broker_.port());
    properties_ = {};
    properties_.add(mqtt::PropertyId::session_expiry_interval, 3'600u);
    session_present_ =
        client
            .connect(client_id, {.clean_start = clean_start,
                                 .properties = properties_.view(),
                                 .will = mqtt::WillView{.topic = "gone", .payload = as_bytes("!")}})
            .session_present;
    return client;
  }
  std::string failure_of_kick(std::string_view client) {
    try {
      broker_.kick(client);
    } catch (const TestFailure& failure) {
      return failure.what();
    }
    return "it did not fail";
  }
  mqtt::PropertyList properties_;
  bool session_present_ = false;
  TestBroker broker_;
};

TEST_F(Life, KickSaysWhyAndTheWillIsPublished) {  // [MQTT-3.14.0-1]
  WireClient client = connect("dev-1");
  broker_.kick("dev-1", ReasonCode::quota_exceeded);
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::quota_exceeded);
  client.expect_close();
  broker_.verify(will_published("gone").client("dev-1"), times(1));
}

TEST_F(Life, DropEndsWithoutAWord) {
  WireClient client = connect("dev-1");
  broker_.drop("dev-1");
  client.expect_fin();
  broker_.verify(disconnected("dev-1").detail_contains("cut by the test"), times(1));
  broker_.verify(sent(PacketType::disconnect), never());
}

TEST_F(Life, CutEndsByReset) {
  WireClient client = connect("dev-1");
  broker_.cut("dev-1");
  client.expect_reset();
  broker_.verify(will_published("gone").client("dev-1"), times(1));
}

TEST_F(Life, ANameMayStandForMany) {
  WireClient first = connect("dev-1");
  WireClient second = connect("dev-2");
  WireClient other = connect("other");
  broker_.drop("dev-*");
  first.expect_close();
  second.expect_close();
  other.ping();
}

TEST_F(Life, NobodyOfThatNameIsAFailureThatSaysWhoIsThere) {
  EXPECT_EQ(failure_of_kick("dev-1"), "kick(): no client dev-1 is connected; none is");
  WireClient client = connect("dev-2");
  EXPECT_EQ(failure_of_kick("dev-1"), "kick(): no client dev-1 is connected; those that are: dev-2");
}

TEST_F(Life, ARestartKeepsThePortAndWhatItIsTold) {
  const std::uint16_t port = broker_.port();
  broker_.publish({.topic = "kept", .payload = "1", .retain = true});
  WireClient client = connect("dev-1");
  broker_.restart();
  client.expect_close();
  EXPECT_EQ(broker_.port(), port);
  broker_.verify(will_published(), never());
  WireClient again = connect("dev-1", false);
  EXPECT_TRUE(session_present_);
  EXPECT_EQ(broker_.broker().retained().size(), 1u);
}

TEST_F(Life, ARestartLosesWhatItIsTold) {
  broker_.publish({.topic = "kept", .payload = "1", .retain = true});
  WireClient client = connect("dev-1");
  broker_.restart(Restart::lose_sessions | Restart::lose_retained);
  WireClient again = connect("dev-1", false);
  EXPECT_FALSE(session_present_);
  EXPECT_TRUE(broker_.broker().retained().empty());
}

TEST_F(Life, ARestartMayLoseWhatIsInflightAlone) {
  WireClient client = connect("dev-1");
  client.subscribe("a/b", QoS::at_least_once);
  broker_.publish({.topic = "a/b", .payload = "1", .qos = QoS::at_least_once});
  client.expect<mqtt::Publish>();
  broker_.restart(Restart::lose_inflight);
  WireClient again = connect("dev-1", false);
  EXPECT_TRUE(session_present_);
  again.ping();  // nothing comes before its answer
}

TEST_F(Life, ResetLeavesNothing) {
  broker_.publish({.topic = "kept", .payload = "1", .retain = true});
  int called = 0;
  broker_.add_rule("a/b", [&](const Message&) { ++called; });
  WireClient client = connect("dev-1");
  client.subscribe("c/#");
  broker_.advance(1h);
  const std::uint64_t last = broker_.last_sequence();
  broker_.reset();
  client.expect_close();
  EXPECT_TRUE(broker_.journal().empty());
  EXPECT_TRUE(broker_.broker().clients().empty());
  EXPECT_TRUE(broker_.broker().retained().empty());
  EXPECT_EQ(broker_.broker().stats().subscriptions, 0u);
  EXPECT_EQ(broker_.now(), 1h);
  broker_.publish("a/b", "");
  EXPECT_GT(broker_.await(published("a/b")).sequence, last);
  EXPECT_EQ(called, 0);
}

TEST(Reset, KeepsTheRulesOfTheOptions) {
  int called = 0;
  TestBroker broker(
      {.broker = {.rules = {{.topic_filter = "a/b", .on_message = [&](const Message&) { ++called; }}}}});
  broker.reset();
  broker.publish("a/b", "");
  broker.settle();
  EXPECT_EQ(called, 1);
}

TEST(Reset, NamesWhatIsLeft) {
  TestBroker* self = nullptr;
  TestBroker stubborn({.broker = {.on_disconnect = [&](const ClientDisconnected&) {
                         self->publish({.topic = "still/here", .payload = "1", .retain = true});
                       }}});
  self = &stubborn;
  WireClient client(stubborn.port());
  client.connect("dev-1");
  try {
    stubborn.reset();
    FAIL() << "it did not fail";
  } catch (const TestFailure& failure) {
    EXPECT_STREQ(failure.what(),
                 "reset() did not leave the broker clean: a message is retained in still/here");
  }
}

}  // namespace
}  // namespace pint::test
