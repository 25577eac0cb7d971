// Patterns: which records a test means.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string_view>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;

TEST(Patterns, SayWhatHappenedAndRefineIt) {
  TestBroker broker;
  example::Device device("dev-1", broker.port());
  broker.await(connected("dev-1"));
  device.publish("dev-1/state", R"({"celsius": 21.5, "door": "open"})");
  //! [patterns]
  broker.verify(connected("dev-*").version(ProtocolVersion::v5));
  broker.verify(published("+/state").client("dev-1").qos(QoS::at_least_once).retain(false));
  broker.verify(published("+/state").payload_json("/celsius", "21.5").payload_contains("door"));
  broker.verify(received(PacketType::publish).topic("dev-1/#").dup(false));
  broker.verify(sent(PacketType::puback).client("dev-1"));

  const Pattern report = published("dev-1/state");  // a value, to keep and to refine further
  broker.verify(report.payload_json("/celsius", "22"), never());
  //! [patterns]
  const auto is_short = [](std::string_view payload) { return payload.size() < 100; };
  broker.verify(report.payload_where("is short", is_short));
}

TEST(Patterns, ThatCanNeverMatchAreRefused) {
  EXPECT_THROW(published("a/#/b"), std::invalid_argument);                         // no Topic Filter
  EXPECT_THROW(sent(PacketType::connack).payload("21.5"), std::invalid_argument);  // it has none
  EXPECT_THROW(published().payload_json("celsius", "21"), std::invalid_argument);  // no JSON pointer
}

}  // namespace
