// Device scenarios with clients nobody here wrote. Their shortest intervals are seconds of real time, which
// nothing here depends on; so that they pass once, all scenarios of a client run side by side.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "mosquitto_device.hpp"
#include "paho_device.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

const DeviceTerms kTerms{.watch = 300ms, .back_off = {.waits = 2, .jitter = false}, .silence = 3s};

using Play = std::function<DeviceReport(const DeviceUnderTest&)>;

// What a good client with a Session lives through. no_connack() is not among them: Paho comes back in the
// rhythm of a thread that looks every few seconds, which hides its back-off until that is longer than a test.
const std::vector<Play> kPlays = {
    [](const DeviceUnderTest& device) { return no_puback(device, kTerms); },
    [](const DeviceUnderTest& device) { return no_suback(device, kTerms); },
    [](const DeviceUnderTest& device) { return no_pingresp(device, kTerms); },
    [](const DeviceUnderTest& device) {
      return server_disconnect(device, ReasonCode::server_shutting_down, AfterEnd::comes_back, kTerms);
    },
    [](const DeviceUnderTest& device) { return takeover(device, AfterEnd::comes_back, kTerms); },
    [](const DeviceUnderTest& device) { return qos2_cut(device, Qos2Packet::publish, kTerms); },
    [](const DeviceUnderTest& device) { return qos2_cut(device, Qos2Packet::pubrec, kTerms); },
    [](const DeviceUnderTest& device) { return qos2_cut(device, Qos2Packet::pubrel, kTerms); },
    [](const DeviceUnderTest& device) { return qos2_cut(device, Qos2Packet::pubcomp, kTerms); },
    [](const DeviceUnderTest& device) { return broker_restart(device, Restart::keep_all, kTerms); },
    [](const DeviceUnderTest& device) { return broker_restart(device, Restart::lose_sessions, kTerms); },
    [](const DeviceUnderTest& device) { return slow_network(device, kTerms); },
    [](const DeviceUnderTest& device) { return boundary_payloads(device, kTerms); },
    [](const DeviceUnderTest& device) { return oversized_payload(device, kTerms); },
};

template <class Device, class... Arguments>
std::vector<DeviceReport> play_all(Arguments... arguments) {
  std::vector<DeviceReport> reports(kPlays.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kPlays.size(); ++i) {
      threads.emplace_back([&reports, i, arguments...] {
        Device device(arguments...);
        reports[i] = kPlays[i](device.under_test());
      });
    }
  }
  return reports;
}

void expect_passed(const std::vector<DeviceReport>& reports) {
  for (const DeviceReport& report : reports) {
    EXPECT_TRUE(report) << to_string(report);
    EXPECT_FALSE(report.evidence.empty()) << to_string(report);
  }
}

TEST(DeviceScenarios, ArePassedByPahoOver311) { expect_passed(play_all<PahoDevice>(MQTTVERSION_3_1_1)); }
TEST(DeviceScenarios, ArePassedByPahoOver5) { expect_passed(play_all<PahoDevice>(MQTTVERSION_5)); }
TEST(DeviceScenarios, SeeTheBackOffOfMosquitto) {
  MosquittoDevice device;
  const DeviceReport report = no_connack(device.under_test(), kTerms);
  EXPECT_TRUE(report) << to_string(report);
  EXPECT_EQ(report.evidence.size(), kTerms.back_off.waits);
}
TEST(DeviceScenarios, ArePassedByMosquitto) { expect_passed(play_all<MosquittoDevice>()); }

}  // namespace
}  // namespace pint::test
