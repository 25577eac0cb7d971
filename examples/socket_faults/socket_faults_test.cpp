// A network that misbehaves below MQTT: late, cut off in the middle of a packet, dead without a word.
#include <gtest/gtest.h>

#include <string>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;
using namespace std::chrono_literals;

class SocketFaultsExample : public testing::Test {
 protected:
  SocketFaultsExample() {
    broker_.await(connected("dev-1"));
    device_.subscribe("cmd");
    broker_.await_subscription("cmd", "dev-1");
    broker_.await(sent(PacketType::suback));
    broker_.settle();
  }
  TestBroker broker_;
  example::Device device_{"dev-1", broker_.port(), {.clean_session = false, .session_expiry = 3'600}};
  const Message command_{.topic = "cmd", .payload = std::string(1'000, '!'), .qos = QoS::at_least_once};
  const Pattern acknowledged_ = received(PacketType::puback).client("dev-1");
};

TEST_F(SocketFaultsExample, ASlowNetworkTakesBrokerTimeOnly) {
  broker_.socket_faults().add({.client = "dev-*", .way = Way::to_client, .effect = latency(10s)});
  broker_.publish(command_);
  broker_.advance(9s);
  broker_.verify(acknowledged_, never());
  broker_.advance(1s);
  broker_.await(acknowledged_);
}

TEST_F(SocketFaultsExample, APacketMayBreakOffInTheMiddle) {
  broker_.socket_faults().add(
      {.name = "short", .client = "dev-1", .way = Way::to_client, .effect = truncate(500)});
  broker_.publish(command_);
  broker_.await(disconnected("dev-1"));
  broker_.verify(acknowledged_, never());
  broker_.socket_faults().remove("short");
  broker_.await(sent(PacketType::publish).dup());
  broker_.await(acknowledged_);
}

TEST_F(SocketFaultsExample, AConnectionMayDieWithoutAWord) {
  //! [half-open]
  broker_.socket_faults().add({.name = "pulled cable", .client = "dev-1", .effect = half_open()});
  broker_.publish(command_);
  broker_.expire_keep_alive("dev-1");  // only silence tells the broker
  const Record gone = broker_.await(disconnected("dev-1"));
  broker_.verify(connected("dev-1").after(gone), never());  // the device has not noticed
  broker_.socket_faults().remove("pulled cable");           // now it does
  broker_.await(connected("dev-1").after(gone));
  broker_.await(acknowledged_.after(gone));
  //! [half-open]
}

}  // namespace
