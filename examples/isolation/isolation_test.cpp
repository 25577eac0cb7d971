// One broker for many tests: reset() between them leaves nothing of the one before, or says what it left.
#include <gtest/gtest.h>

#include <memory>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;

class Shared : public testing::Test {
 protected:
  static void SetUpTestSuite() { broker_ = std::make_unique<TestBroker>(); }
  static void TearDownTestSuite() { broker_.reset(); }
  void TearDown() override { broker_->reset(); }  // throws TestFailure if the broker is not clean
  static inline std::unique_ptr<TestBroker> broker_;
};

TEST_F(Shared, FirstLeavesMuchBehind) {
  {
    example::Device device("dev-1", broker_->port(), {.session_expiry = 3'600});
    broker_->await(connected("dev-1"));
    device.subscribe("cmd/#");
    device.publish("dev-1/temp", "21.5", 1, true);
    broker_->await_subscription("cmd/#");
    broker_->await(published("dev-1/temp"));
  }
  broker_->faults().add({.on = received(PacketType::connect), .action = drop()});
  broker_->await(disconnected("dev-1"));
  EXPECT_EQ(broker_->broker().stats().sessions, 1u);
}

TEST_F(Shared, SecondFindsNothingOfIt) {
  EXPECT_TRUE(broker_->journal().empty());
  EXPECT_TRUE(broker_->faults().list().empty());
  EXPECT_TRUE(broker_->broker().retained().empty());
  example::Device device("dev-1", broker_->port(), {.clean_session = false});
  broker_->await(connected("dev-1"));
  broker_->verify(sent(PacketType::connack).detail_contains("session present"), never());
}

}  // namespace
