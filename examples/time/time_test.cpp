// Time belongs to the test: hours pass in milliseconds, and the real client stays connected.
#include <gtest/gtest.h>

#include <string>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;
using namespace std::chrono_literals;
using example::Device;

TEST(Time, ASessionExpiresAfterADay) {
  TestBroker broker;
  //! [session]
  {
    Device device("dev-1", broker.port(), {.session_expiry = 86'400});
    broker.await(connected("dev-1"));
  }  // leaves
  broker.await(disconnected("dev-1"));
  broker.advance(23h);
  broker.verify(session_ended("dev-1"), never());
  const Record ended = broker.advance_until(session_ended("dev-1"), 2h);
  EXPECT_EQ(ended.at, 24h);
  //! [session]
}

TEST(Time, AWillIsDelayedByAnHour) {
  TestBroker broker;
  Device device("dev-1", broker.port(),
                {.session_expiry = 86'400, .will_topic = "gone", .will_delay = 3'600, .comes_back = false});
  broker.await(connected("dev-1"));
  broker.cut("dev-1");
  EXPECT_EQ(broker.advance_until(will_published("gone"), 2h).at, 1h);
}

TEST(Time, AMessageExpiresWhileItsReceiverIsAway) {
  TestBroker broker;
  {
    Device device("dev-1", broker.port(), {.session_expiry = 86'400});
    broker.await(connected("dev-1"));
    device.subscribe("cmd");
    broker.await_subscription("cmd", "dev-1");
  }
  broker.await(disconnected("dev-1"));
  broker.publish({.topic = "cmd", .qos = QoS::at_least_once, .properties = {.message_expiry = 3'600s}});
  broker.advance(2h);
  Device device("dev-1", broker.port(), {.clean_session = false, .session_expiry = 86'400});
  broker.await(dropped("cmd").client("dev-1").detail_contains("expired"));
}

TEST(Time, KeepAliveStaysOnTheMachinesClockUnlessTheTestSaysSo) {
  TestBroker broker;
  Device device("dev-1", broker.port());
  broker.await(connected("dev-1"));
  //! [keep-alive]
  broker.advance(24h);
  broker.verify(disconnected("dev-1"), never());
  broker.expire_keep_alive("dev-1");
  broker.verify(disconnected("dev-1").reason(ReasonCode::keep_alive_timeout), times(1));
  //! [keep-alive]
}

}  // namespace
