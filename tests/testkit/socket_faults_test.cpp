// Socket faults as a test gives them: what is refused, and what the handle passes on.
#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

#include <pint/socket_fault.hpp>

#include "testkit/socket_faults.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

TEST(SocketEffects, TheImpossibleIsRefusedWhereItIsMade) {
  EXPECT_THROW(static_cast<void>(latency(-1ns)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(latency(1s, {.jitter = -1ns})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(latency(24h * 1'000)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(bandwidth(0)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(slice(0)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(slice(1, {.pause = -1s})), std::invalid_argument);
  for (const double probability : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(static_cast<void>(corrupt_bytes(probability)), std::invalid_argument);
  }
}

TEST(SocketEffects, TheBoundsArePossible) {
  EXPECT_EQ(to_string(latency(0s)), "latency 0 s");
  EXPECT_EQ(to_string(bandwidth(1)), "bandwidth 1 bytes a second");
  EXPECT_EQ(to_string(slice(1)), "slice 1 bytes");
  EXPECT_EQ(to_string(corrupt_bytes(0)), "corrupt bytes with probability 0");
  EXPECT_EQ(to_string(corrupt_bytes(1)), "corrupt bytes with probability 1");
}

TEST(SocketEffects, EndsAreByFinOrByRst) {
  EXPECT_EQ(to_string(fin()), "fin");
  EXPECT_EQ(to_string(rst()), "rst");
  EXPECT_EQ(to_string(truncate(5)), "truncate after 5 bytes, fin");
  EXPECT_EQ(to_string(truncate(5, SocketEnd::rst)), "truncate after 5 bytes, rst");
}

class SocketFaultsTest : public testing::Test {
 protected:
  int changes_ = 0;
  bool stopped_ = false;
  fault::Shaper shaper_{1, {}};
  SocketFaults faults_{std::make_shared<SocketFaults::Implementation>(
      [this](const std::function<void()>& what) {
        if (stopped_) throw std::logic_error("stopped");
        what();
      },
      shaper_, [this] { ++changes_; })};
};

TEST_F(SocketFaultsTest, AddSetRemoveAndClearReachTheShaper) {
  faults_.add({.name = "slow", .client = "dev-*", .effect = latency(1s)});
  faults_.set({.name = "slow", .effect = latency(2s)});
  faults_.set({.name = "other", .effect = stall()});
  const std::vector<SocketFault> list = faults_.list();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(to_string(list[0].effect), "latency 2 s");
  EXPECT_EQ(list[1].name, "other");
  EXPECT_TRUE(faults_.remove("slow"));
  EXPECT_FALSE(faults_.remove("slow"));
  faults_.clear();
  EXPECT_TRUE(shaper_.list().empty());
  EXPECT_EQ(changes_, 5);  // the loop was told each time something changed
}

TEST_F(SocketFaultsTest, WithoutANameTheEffectGivesOne) {
  faults_.add({.effect = latency(1s)});
  EXPECT_EQ(faults_.list()[0].name, "latency");
}

TEST_F(SocketFaultsTest, ASecondFaultOfANameIsRefusedAndChangesNothing) {
  faults_.add({.name = "f", .effect = latency(1s)});
  EXPECT_THROW(faults_.add({.name = "f", .effect = stall()}), std::invalid_argument);
  EXPECT_EQ(to_string(faults_.list()[0].effect), "latency 1 s");
  EXPECT_EQ(changes_, 1);
}

TEST_F(SocketFaultsTest, WhatWasPutTogetherByHandIsCheckedToo) {
  EXPECT_THROW(faults_.add({.effect = socket_effect::Slice{.bytes = 0}}), std::invalid_argument);
  EXPECT_THROW(faults_.set({.effect = socket_effect::Bandwidth{.bytes_per_second = 0}}),
               std::invalid_argument);
  EXPECT_THROW(faults_.add({.way = Way::to_client, .effect = half_open()}), std::invalid_argument);
  EXPECT_THROW(faults_.add({.client = "dev-1", .effect = refuse_connections()}), std::invalid_argument);
  EXPECT_THROW(faults_.add({.way = Way::to_client, .effect = stop_accepting()}), std::invalid_argument);
  EXPECT_TRUE(faults_.list().empty());
}

TEST_F(SocketFaultsTest, AStoppedBrokerIsAnError) {
  stopped_ = true;
  EXPECT_THROW(faults_.clear(), std::logic_error);
  EXPECT_THROW(faults_.add({.effect = stall()}), std::logic_error);
}

}  // namespace
}  // namespace pint::test
