// Faults, lint, hanging and refusing, and shared ports, as a TestBroker has them: with real sockets, and with
// the clock in the test's hand. What each fault does is tested where it is made.
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <pint/testkit.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

std::string failure_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const TestFailure& failure) {
    return failure.what();
  }
  return "it did not fail";
}

TEST(TestBrokerFaults, DropsAnAcknowledgementAndWritesItDown) {
  TestBroker broker;
  broker.faults().add({.name = "lost-ack", .on = sent(PacketType::puback), .action = drop(), .times = 1});
  WireClient client(broker.port());
  client.connect("dev-1");
  client.publish("a", "1", QoS::at_least_once).ping();  // PINGRESP comes first: there was no PUBACK
  client.publish("a", "2", QoS::at_least_once);
  client.expect<mqtt::Puback>();
  broker.verify(fault_applied("lost-ack").client("dev-1"), times(1));
  EXPECT_EQ(broker.faults().applied("lost-ack"), 1u);
}

TEST(TestBrokerFaults, AConnectionHasTheNameItWasAcceptedUnder) {
  TestBroker broker;
  broker.faults().add({.on = received(PacketType::connect), .action = drop(), .times = 1});
  WireClient client(broker.port());
  client.send(mqtt::Connect{.version = ProtocolVersion::v5, .clean_start = true, .client_id = "lost"});
  client.connect("taken");
  client.ping();
  broker.verify(received(PacketType::pingreq).client("taken"), times(1));
  broker.verify(received(PacketType::connect).client("taken"), times(2));  // both came on its connection
}

TEST(TestBrokerFaults, DelayInBrokerTime) {
  TestBroker broker;
  broker.faults().add({.on = sent(PacketType::publish), .action = delay(3h)});
  WireClient client(broker.port());
  client.connect("c");
  client.subscribe("a");
  broker.publish("a", "late");
  broker.advance(3h - 1ns);
  EXPECT_FALSE(client.readable());
  broker.advance(1ns);
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "late");
}

TEST(TestBrokerFaults, ThatAreRemovedLetGoOfWhatTheyHold) {
  TestBroker broker;
  broker.faults().add({.name = "hold", .on = sent(PacketType::publish), .action = hold()});
  WireClient client(broker.port());
  client.connect("c");
  client.subscribe("a");
  broker.publish("a", "1");
  broker.settle();
  EXPECT_FALSE(client.readable());
  EXPECT_TRUE(broker.faults().remove("hold"));
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "1");
}

TEST(TestBrokerFaults, OutcomesAreTakenOneAPacket) {
  TestBroker broker;
  broker.faults().next(PacketType::pingresp, {no_reply, ok});
  WireClient client(broker.port());
  client.connect("c");
  client.send(mqtt::Pingreq{}).ping();
  broker.verify(received(PacketType::pingreq).client("c"), times(2));
  broker.settle();
  EXPECT_FALSE(client.readable());
}

TEST(TestBrokerFaults, OnSocketsActInBrokerTime) {
  TestBroker broker;
  WireClient client(broker.port());
  client.connect("c");
  client.subscribe("a");
  broker.socket_faults().add({.client = "c", .way = Way::to_client, .effect = latency(2h)});
  broker.publish("a", "far");
  broker.advance(2h - 1ns);
  EXPECT_FALSE(client.readable());
  broker.advance(1ns);
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "far");
  broker.verify(fault_applied("latency").client("c"), times(1));
}

TEST(TestBrokerFaults, OnSocketsMayBeginAndEndMeanwhile) {
  TestBroker broker;
  WireClient client(broker.port());
  client.connect("c");
  client.subscribe("a");
  broker.socket_faults().add({.client = "c", .way = Way::to_client, .effect = stall()});
  broker.publish("a", "1");
  broker.settle();
  EXPECT_FALSE(client.readable());
  EXPECT_TRUE(broker.socket_faults().remove("stall"));
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "1");
}

TEST(TestBrokerFaults, AreNotToBeHadAfterStop) {
  TestBroker broker;
  Faults faults = broker.faults();
  SocketFaults socket_faults = broker.socket_faults();
  broker.stop();
  EXPECT_THROW(faults.clear(), std::logic_error);
  EXPECT_THROW(socket_faults.clear(), std::logic_error);
}

// Lint.

void reuse_a_packet_identifier(WireClient& client) {
  client.publish("a", "1", QoS::exactly_once);
  client.expect<mqtt::Pubrec>();
  client.publish("a", "2", QoS::exactly_once);  // 1 is still in use
  client.expect<mqtt::Pubrec>();
}

TEST(TestBrokerLint, FindsWhatAClientDidWrongAndNamesTheRecord) {
  TestBroker broker;
  WireClient client(broker.port());
  client.connect("dev-1");
  reuse_a_packet_identifier(client);
  const std::vector<Finding> findings = broker.findings();
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings.front().client_id, "dev-1");
  const std::vector<Record> publishes = broker.journal(received(PacketType::publish));
  EXPECT_EQ(findings.front().sequence, publishes.at(1).sequence);
}

TEST(TestBrokerLint, FailsTheTestOnceIfToldTo) {
  TestBroker broker({.lint = LintMode::fail});
  WireClient client(broker.port());
  client.connect("dev-1");
  broker.await(connected("dev-1"));
  reuse_a_packet_identifier(client);
  EXPECT_NE(failure_of([&] { broker.settle(); }).find("dev-1"), std::string::npos);
  broker.settle();
}

TEST(TestBrokerLint, TellsInTheEndWhatNothingHasThrown) {
  std::string told;
  {
    TestBroker broker({.lint = LintMode::fail, .on_failure = [&](const std::string& why) { told = why; }});
    WireClient client(broker.port());
    client.connect("dev-1");
    reuse_a_packet_identifier(client);
  }
  EXPECT_NE(told.find("dev-1"), std::string::npos);
}

TEST(TestBrokerLint, FindsNothingIfItIsOff) {
  TestBroker broker({.lint = LintMode::off});
  WireClient client(broker.port());
  client.connect("dev-1");
  reuse_a_packet_identifier(client);
  EXPECT_TRUE(broker.findings().empty());
}

// Hanging and refusing.

TEST(TestBrokerPause, AcceptsAndSaysNothingUntilResumed) {
  TestBroker broker;
  broker.pause();
  WireClient client(broker.port());
  client.send(mqtt::Connect{.client_id = "dev-1"});
  broker.settle();
  EXPECT_FALSE(client.readable());
  broker.advance(1h);  // does not hang either
  broker.resume();
  EXPECT_EQ(client.expect<mqtt::Connack>().reason, ReasonCode::success);
}

TEST(TestBrokerDown, RefusesOnThePortItKeeps) {
  TestBroker broker;
  WireClient before(broker.port());
  before.connect("before");
  broker.down();
  EXPECT_THROW(WireClient{broker.port()}, WireError);
  before.ping();
  broker.up();
  WireClient after(broker.port());
  after.connect("after");
}

TEST(TestBrokerReset, EndsFaultsFindingsAndHanging) {
  TestBroker broker;
  broker.faults().add({.on = sent(PacketType::connack), .action = drop()});
  broker.socket_faults().add({.effect = stall()});
  broker.pause();
  broker.down();
  broker.reset();
  EXPECT_TRUE(broker.faults().list().empty());
  EXPECT_TRUE(broker.socket_faults().list().empty());
  EXPECT_TRUE(broker.journal().empty());
  EXPECT_TRUE(broker.findings().empty());
  WireClient client(broker.port());
  client.connect("dev-1");
}

// Shared ports.

TEST(TestBrokerOnASharedPort, SeesItsOwnClientsOnly) {
  const SharedPort port;
  TestBroker left({.shared_port = port, .name_prefix = "left-"});
  TestBroker right({.shared_port = port, .name_prefix = "right-"});
  EXPECT_EQ(left.port(), right.port());
  EXPECT_EQ(left.url(), port.url());
  WireClient one(left.port());
  WireClient two(left.port());
  one.connect("left-1");
  two.connect("right-1");
  left.verify(connected(), times(1));
  right.verify(connected("right-1"), times(1));
  one.subscribe("a");
  two.publish("a", "1").ping();
  left.verify(published("a"), never());
  right.verify(published("a"), times(1));
}

}  // namespace
}  // namespace pint::test
