// Lint: what a client does wrong although the broker bears it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;
using example::Device;

TEST(Lint, FindsNothingWrongWithAGoodClient) {
  TestBroker broker({.lint = LintMode::fail});
  Device device("dev-1", broker.port());
  broker.await(connected("dev-1"));
  device.publish("dev-1/temp", "21.5");
  broker.await(sent(PacketType::puback));
  EXPECT_TRUE(broker.findings().empty());
}

void publish_badly(Device& device) {
  mosquitto_property* properties = nullptr;
  mosquitto_property_add_byte(&properties, MQTT_PROP_PAYLOAD_FORMAT_INDICATOR, 1);
  mosquitto_publish_v5(device.get(), nullptr, "dev-1/temp", 5, "21.5\xB0", 1, false, properties);
  mosquitto_property_free_all(&properties);
}

TEST(Lint, FailsTheTestOfABadOne) {
  TestBroker broker({.lint = LintMode::fail});
  Device device("dev-1", broker.port());
  broker.await(connected("dev-1"));
  //! [bad]
  publish_badly(device);  // says that the payload is UTF-8, and sends Latin-1
  EXPECT_THROW(broker.await(sent(PacketType::puback)), TestFailure);
  const std::vector<Finding> findings = broker.findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule, "payload-format");
  //! [bad]
  EXPECT_EQ(findings[0].client_id, "dev-1");
}

}  // namespace
