// Connections end, and so does the broker: the client under test must live with it.
#include <gtest/gtest.h>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;

class Life : public testing::Test {
 protected:
  Life() { last_ = broker_.await(connected("dev-1")); }
  // It goes, and is there again.
  void expect_return() {
    const Record gone = broker_.await(disconnected("dev-1").after(last_));
    last_ = broker_.await(connected("dev-1").after(gone));
  }
  TestBroker broker_;
  example::Device device_{"dev-1", broker_.port(), {.clean_session = false, .session_expiry = 3'600}};
  Record last_;
};

TEST_F(Life, TheClientComesBackWhenItsConnectionEnds) {
  broker_.cut("dev-1");  // RST
  expect_return();
  broker_.drop("dev-1");  // FIN
  expect_return();
  broker_.kick("dev-1", ReasonCode::administrative_action);  // DISCONNECT, and why
  expect_return();
}

TEST_F(Life, TheClientComesBackWhenTheBrokerDoes) {
  broker_.restart();  // on the same port, with all it knew
  expect_return();
  broker_.verify(sent(PacketType::connack).detail_contains("session present"), times(1));
  broker_.restart(Restart::lose_sessions);
  expect_return();
  broker_.verify(sent(PacketType::connack).detail_contains("session present"), times(1));  // not again
}

TEST_F(Life, TheBrokerMayHangOrRefuse) {
  //! [hang]
  broker_.pause();  // it accepts and is silent
  device_.publish("temp", "21.5");
  broker_.verify(published("temp"), never());
  broker_.resume();
  broker_.await(published("temp"));

  broker_.down();  // whoever connects is refused
  broker_.cut("dev-1");
  broker_.verify(connected("dev-1").after(last_), never());
  broker_.up();
  expect_return();
  //! [hang]
}

}  // namespace
