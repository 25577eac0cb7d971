// Delivery at the edges: the last Packet Identifier, and packets just around the size up to which they are
// copied.
#include <gtest/gtest.h>

#include <string>

#include "core/variants.hpp"
#include "support/scene.hpp"
#include "support/wires.hpp"

namespace pint::test {
namespace {

using mqtt::PacketId;
using mqtt::PacketType;
using enum ProtocolVersion;

// A client may keep one message for ever and acknowledge all others. Once its ids are used up, the next
// message waits.
TEST(Delivery, WaitsForAPacketIdentifierThatIsStillInUse) {  // [MQTT-2.2.1-4]
  constexpr std::uint64_t kIds = 65'535;
  Wires wires;
  const auto reader = wires.connect("reader", v5);
  wires.subscribe(reader, "a", QoS::at_least_once, v5);
  const Message message{.topic = "a", .payload = "p", .qos = QoS::at_least_once};
  AcknowledgementBytes acknowledgement;
  for (std::uint64_t id = 1; id <= kIds + 1; ++id) {
    (void)wires.engine().publish(message, 0, wires.now());
    if (id > 1 && id <= kIds)
      wires.receive(reader, acknowledgement.of(PacketType::puback, static_cast<std::uint16_t>(id)));
    wires.drain();
  }
  EXPECT_EQ(wires.engine().stats().publishes_sent, kIds);
  EXPECT_EQ(wires.engine().clients().front().queued, 1u);
  wires.receive(reader, acknowledgement.of(PacketType::puback, 1));
  EXPECT_EQ(wires.engine().stats().publishes_sent, kIds + 1);
}

// What a receiver's own properties add may carry a packet over the size up to which it is copied.
TEST(Delivery, OfPacketsAroundTheCopiedSizeIsComplete) {
  for (std::size_t size = core::kCopiedPacketBytes - 60; size <= core::kCopiedPacketBytes + 5; ++size) {
    Scene scene;
    auto& reader = scene.connect("reader", {.topic_alias_maximum = 10});
    for (const char* filter : {"a", "+", "#", "a/#", "+/#"}) reader.subscribe(filter, {}, 268'435'455);
    const std::string payload(size, 'p');
    scene.publish({.topic = "a", .payload = payload, .properties = {.message_expiry = 60s}});
    EXPECT_EQ(reader.received(), one("a", payload)) << size;
  }
}

}  // namespace
}  // namespace pint::test
