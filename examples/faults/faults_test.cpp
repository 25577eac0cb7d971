// Faults: packets that are lost, refused, answered wrongly, on command and again the same way.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;
using example::Device;

TEST(Faults, AMessageIsSentAgainIfItsAcknowledgementWasLost) {
  TestBroker broker;
  Device device("dev-1", broker.port(), {.clean_session = false, .session_expiry = 60});
  broker.await(connected("dev-1"));
  //! [lost]
  broker.faults().add({.name = "lost PUBACK", .on = sent(PacketType::puback), .action = drop(), .times = 1});
  device.publish("temp", "21.5");
  broker.await(fault_applied("lost PUBACK"));
  broker.cut("dev-1");
  broker.await(received(PacketType::publish).topic("temp").dup());
  broker.verify(sent(PacketType::puback), times(2));  // the lost one too: the broker did send it
  //! [lost]
}

TEST(Faults, AClientThatIsRefusedComesBack) {
  TestBroker broker;
  broker.faults().add({.on = received(PacketType::connect).client("dev-1"),
                       .action = answer(ReasonCode::server_busy),
                       .times = 2});
  Device device("dev-1", broker.port());
  broker.verify_order({refused(), refused(), connected("dev-1")});
}

TEST(Faults, OutcomesStandInAQueue) {
  TestBroker broker;
  Device device("dev-1", broker.port(), {.clean_session = false, .session_expiry = 60});
  broker.await(connected("dev-1"));
  //! [queue]
  broker.faults().next(PacketType::puback, {Reply::disconnect, Reply::disconnect, ok});
  device.publish("temp", "21.5");
  broker.verify(received(PacketType::publish).topic("temp").dup(), times(2));
  //! [queue]
}

// What a client does not get of twenty messages when each is lost with one chance in two.
std::string lost(std::uint64_t seed) {
  TestBroker broker({.seed = seed});
  Device device("dev-1", broker.port());
  broker.await(connected("dev-1"));
  device.subscribe("count");
  broker.await_subscription("count", "dev-1");
  broker.faults().add(
      {.name = "loss", .on = sent(PacketType::publish), .action = drop(), .probability = 0.5});
  std::string lost;
  for (char letter = 'a'; letter <= 't'; ++letter) {
    const std::uint64_t before = broker.faults().applied("loss");
    broker.publish("count", std::string(1, letter));
    broker.settle();
    if (broker.faults().applied("loss") != before) lost += letter;
  }
  return lost;
}

TEST(Faults, ASeedReproducesThem) {
  EXPECT_EQ(lost(7), lost(7));
  EXPECT_NE(lost(7), lost(8));
}

}  // namespace
