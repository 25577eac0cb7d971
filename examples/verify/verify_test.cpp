// Waiting for what must happen, and looking for what must not. A failure says what happened instead.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;
using namespace std::chrono_literals;

// The failure that near_miss.txt shows.
std::string near_miss() {
  std::ifstream file(EXAMPLE_DIR "/near_miss.txt");
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Verify, WaitsForWhatMustHappen) {
  int heard = 0;
  TestBroker broker;
  //! [subscription]
  example::Device device("dev-1", broker.port());
  broker.await(connected("dev-1"));
  device.subscribe("cmd/#");
  broker.await_subscription("cmd/#", "dev-1");  // what is published now reaches the device
  broker.publish({.topic = "cmd/on", .payload = "1", .qos = QoS::at_least_once});
  const Record taken = broker.await(received(PacketType::puback).client("dev-1"));
  //! [subscription]
  device.publish("state", "on");
  //! [verify]
  const Record state = broker.await(published("state").after(taken));  // waits, and gives the record
  EXPECT_EQ(state.payload, "on");
  broker.verify(published("state"), times(1));  // waits for one, then looks whether there are more
  broker.verify(published("alarm"), never());   // what has arrived is looked at; no time passes
  broker.verify_order({published("cmd/on"), received(PacketType::puback), published("state")});
  const Verdict verdict = broker.check(published("state"), at_most(3));  // tells instead of throwing
  EXPECT_TRUE(verdict) << verdict.explanation;
  //! [verify]
  broker.add_rule("cmd/#", [&](const Message&) { ++heard; });  // on the broker thread
  broker.publish("cmd/off", "0");
  broker.settle();  // all that has arrived and was asked for is handled and written
  EXPECT_EQ(heard, 1);
}

TEST(Verify, SaysWhatHappenedInstead) {
  TestBroker broker;
  example::Device device("dev-1", broker.port());
  broker.await(connected("dev-1"));
  device.publish("dev-1/temp", "21.5", 0);
  broker.await(published());
  std::string text;
  try {
    broker.verify(published("dev-1/temp").qos(QoS::at_least_once), times(1), 10ms);
  } catch (const TestFailure& failure) {
    text = failure.what();
  }
  EXPECT_EQ(text, near_miss());
}

}  // namespace
