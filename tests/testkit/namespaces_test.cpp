// Namespaces: TestBrokers behind one port, with real clients that do not see each other.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include <pint/shared_port.hpp>
#include <pint/testkit.hpp>

#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

class Namespaces : public testing::Test {
 protected:
  TestBroker left_;
  TestBroker right_;
  SharedPort port_;
  SharedPort::Place left_place_ = port_.add("left-", left_.broker());
  SharedPort::Place right_place_ = port_.add("right-", right_.broker());
};

TEST_F(Namespaces, EachJournalHasItsOwnClientsOnly) {
  WireClient left(port_.port());
  WireClient right(port_.port());
  left.connect("left-1");
  right.connect("device", {.user_name = "right-user"});
  left.publish("a", "1").ping();
  right.publish("a", "2").ping();
  EXPECT_EQ(left_.verify(published("a"), times(1)).front().client_id, "left-1");
  EXPECT_EQ(right_.verify(published("a"), times(1)).front().client_id, "device");
  left_.verify(connected(), times(1));
  right_.verify(connected(), times(1));
}

TEST_F(Namespaces, SubscribersRetainedMessagesAndStubsAreApart) {
  right_.add_stub(when(published("a")).reply("b", "right"));
  WireClient left(port_.port());
  WireClient right(port_.port());
  left.connect("left-1");
  right.connect("right-1");
  left.subscribe("b");
  right.subscribe("b");
  left.publish("a", "1", QoS::at_most_once, true).ping();  // nothing came before PINGRESP
  right.publish("a", "2");
  EXPECT_EQ(as_text(right.expect<mqtt::Publish>().payload), "right");
  EXPECT_EQ(left_.broker().retained().size(), 1u);
  EXPECT_TRUE(right_.broker().retained().empty());
}

TEST_F(Namespaces, TimeAndResetAreOfOneAlone) {
  WireClient left(port_.port());
  WireClient right(port_.port());
  left.connect("left-1");
  right.connect("right-1");
  left_.advance(1h);
  EXPECT_EQ(right_.now(), 0s);
  left_.reset();
  left.expect_close();
  right.ping();
  right_.verify(connected("right-1"), times(1));
}

TEST_F(Namespaces, TestsMayRunSideBySide) {
  const auto run = [&](TestBroker& broker, const std::string& prefix) {
    for (int i = 0; i < 20; ++i) {
      WireClient client(port_.port());
      client.connect(prefix + std::to_string(i));
      client.publish("a", prefix).ping();
    }
    broker.verify(published("a").client(prefix + "*").payload(prefix), times(20));
    broker.verify(connected(), times(20));
  };
  std::jthread other([&] { run(left_, "left-"); });
  run(right_, "right-");
}

}  // namespace
}  // namespace pint::test
