// Device scenarios with a device that does everything wrong: each must say what. And what they refuse.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "careless_device.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using Resends = Carelessness::Resends;

// Patience is spent whole where something never comes, and must suffice for the device to connect.
DeviceTerms impatient() { return {.patience = 1s, .watch = 20ms, .silence = 5ms}; }
DeviceTerms patient() { return {.watch = 20ms, .silence = 5ms}; }

TEST(NoConnack, FailsADeviceThatIsBackAtOnceEachTime) {
  CarelessDevice device({});
  const DeviceReport report = no_connack(device.under_test(), patient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.scenario, "no CONNACK");
  EXPECT_NE(report.explanation.find(", even at the last"), std::string::npos) << report.explanation;
  EXPECT_FALSE(report.evidence.empty());
}

TEST(NoConnack, FailsADeviceThatDoesNotComeBack) {
  CarelessDevice device({.comes_back = false});
  EXPECT_EQ(no_connack(device.under_test(), impatient()).explanation,
            "dev-1 came back 0 times after a failure, too seldom to tell: expected 4");
}

TEST(NoPuback, FailsADeviceThatForgets) {
  CarelessDevice device({});
  const DeviceReport report = no_puback(device.under_test(), impatient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.explanation, "PUBLISH 1 was not sent again");
}

TEST(NoPuback, FailsADeviceThatSendsAgainWithoutDup) {
  CarelessDevice device({.resends = Resends::without_dup});
  EXPECT_EQ(no_puback(device.under_test(), patient()).explanation, "PUBLISH 1 was sent again with DUP 0");
}

TEST(NoPuback, FailsADeviceOf5ThatSendsAgainOnTheSameConnection) {
  CarelessDevice device(
      {.version = ProtocolVersion::v5, .resends = Resends::rightly, .resends_at_once = true});
  const DeviceReport report = no_puback(device.under_test(), patient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.explanation, "PUBLISH 1 was sent again on the same connection, which MQTT 5.0 forbids");
}

TEST(NoPuback, PassesADeviceOf311ThatSendsAgainOnTheSameConnection) {
  CarelessDevice device({.resends = Resends::rightly, .resends_at_once = true});
  const DeviceReport report = no_puback(device.under_test(), patient());
  EXPECT_TRUE(report) << to_string(report);
}

TEST(NoSuback, FailsADeviceThatLeavesItAtThat) {
  CarelessDevice device({.subscribes_once = true});
  const DeviceReport report = no_suback(device.under_test(), impatient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.explanation, "SUBSCRIBE to cmd/# was not sent again");
}

TEST(NoPingresp, FailsADeviceThatDoesNotCare) {
  CarelessDevice device({.pings = true});
  const DeviceReport report = no_pingresp(device.under_test(), impatient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.explanation, "dev-1 did not end the connection");
}

TEST(NoPingresp, FailsADeviceThatDoesNotPing) {
  CarelessDevice device({});
  EXPECT_EQ(no_pingresp(device.under_test(), impatient()).explanation,
            "no PINGREQ came: is the device's Keep Alive on?");
}

TEST(ServerDisconnect, FailsADeviceThatDoesNotComeBack) {
  CarelessDevice device({.comes_back = false});
  const DeviceReport report = server_disconnect(device.under_test(), ReasonCode::server_shutting_down,
                                                AfterEnd::comes_back, impatient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.scenario, "server DISCONNECT 0x8B Server shutting down");
  EXPECT_EQ(report.explanation, "dev-1 did not come back");
}

TEST(ServerDisconnect, HasItStayAwayIfAsked) {
  CarelessDevice stays({.comes_back = false});
  CarelessDevice returns({});
  EXPECT_TRUE(server_disconnect(stays.under_test(), ReasonCode::banned, AfterEnd::stays_away, impatient()));
  EXPECT_FALSE(
      server_disconnect(returns.under_test(), ReasonCode::banned, AfterEnd::stays_away, {.watch = 10s}));
}

TEST(Takeover, FailsADeviceThatTakesItsPlaceBackAtOnce) {
  CarelessDevice device({});
  DeviceTerms terms = patient();
  terms.calm = 1h;
  const DeviceReport report = takeover(device.under_test(), AfterEnd::comes_back, terms);
  EXPECT_FALSE(report);
  EXPECT_NE(report.explanation.find(", which is too soon"), std::string::npos) << report.explanation;
}

TEST(BrokerRestart, FailsADeviceThatThrowsItsSessionAway) {
  CarelessDevice device({.clean_start = true});
  const DeviceReport report = broker_restart(device.under_test(), Restart::keep_all, patient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.explanation.find("dev-1 came back and had no Session: clean start"), 0u)
      << report.explanation;
}

TEST(BrokerRestart, FailsADeviceThatDoesNotSubscribeAgain) {
  CarelessDevice device({.subscribes_once = true});
  EXPECT_EQ(broker_restart(device.under_test(), Restart::lose_sessions, impatient()).explanation,
            "dev-1 came back without a Session and did not subscribe again");
}

TEST(Qos2Cut, FailsADeviceThatSendsItAgainAsAnotherMessage) {
  CarelessDevice device({.resends = Resends::with_new_packet_id});
  const DeviceReport report = qos2_cut(device.under_test(), Qos2Packet::pubrec, patient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.explanation, "the message of PUBLISH 1 arrived 2 times");
}

TEST(Qos2Cut, FailsADeviceThatForgets) {
  CarelessDevice device({});
  EXPECT_EQ(qos2_cut(device.under_test(), Qos2Packet::publish, impatient()).explanation,
            "the exchange was not completed; the message of PUBLISH 1 arrived never");
}

class EachQos2Packet : public testing::TestWithParam<std::pair<Qos2Packet, std::string>> {};

TEST_P(EachQos2Packet, IsLostWithTheConnectionAndTheReportSaysSo) {
  CarelessDevice device({.resends = Resends::rightly});
  const auto& [packet, name] = GetParam();
  const DeviceReport report = qos2_cut(device.under_test(), packet, patient());
  EXPECT_EQ(report.scenario, "QoS 2, cut at " + name);
  EXPECT_TRUE(std::any_of(report.evidence.begin(), report.evidence.end(), [&](const Record& record) {
    return record.kind == RecordKind::fault_applied && record.detail.find(name) == 0;
  })) << to_string(report);
}

INSTANTIATE_TEST_SUITE_P(Qos2Cut, EachQos2Packet,
                         testing::Values(std::pair{Qos2Packet::publish, "PUBLISH"},
                                         std::pair{Qos2Packet::pubrec, "PUBREC"},
                                         std::pair{Qos2Packet::pubrel, "PUBREL"},
                                         std::pair{Qos2Packet::pubcomp, "PUBCOMP"}),
                         [](const auto& parameters) { return parameters.param.second; });

TEST(BoundaryPayloads, FailADeviceThatDoesNotAcknowledge) {
  CarelessDevice device({.acknowledges = false});
  const DeviceReport report = boundary_payloads(device.under_test(), impatient());
  EXPECT_FALSE(report);
  EXPECT_EQ(report.explanation, "payloads of 0 bytes: at the last, dev-1 did not acknowledge the message");
}

TEST(BoundaryPayloads, AreOnBothSidesOfEachBoundary) {
  CarelessDevice device({});
  const DeviceReport report = boundary_payloads(device.under_test(), patient());
  EXPECT_TRUE(report);
  // Nine bytes more are the Remaining Length: a topic of five, its length, and the Packet Identifier.
  EXPECT_EQ(report.explanation,
            "payloads of 0, 118, 119, 16374, 16375, 2097142, 2097143 bytes: at the last, dev-1 acknowledged "
            "the message");
}

TEST(OversizedPayload, FailsADeviceThatHangs) {
  CarelessDevice device({.acknowledges = false});
  DeviceTerms terms = impatient();
  terms.oversized_bytes = 100'000;
  EXPECT_EQ(oversized_payload(device.under_test(), terms).explanation,
            "a message of 100000 bytes: dev-1 did not acknowledge the message");
}

TEST(OversizedPayload, PassesADeviceThatEndsItsConnectionAndComesBack) {
  CarelessDevice device({.fears_large = true});
  DeviceTerms terms = patient();
  terms.watch = 1s;  // all of it passes, as the message is not acknowledged there
  terms.oversized_bytes = 100'000;
  const DeviceReport report = oversized_payload(device.under_test(), terms);
  EXPECT_TRUE(report) << to_string(report);
  EXPECT_NE(report.explanation.find("; it came back, and then dev-1 acknowledged the message"),
            std::string::npos)
      << report.explanation;
}

TEST(SlowNetwork, FailsADeviceThatSendsAnotherMessageInsteadOfWaiting) {
  CarelessDevice device({.resends = Resends::with_new_packet_id, .resends_at_once = true});
  DeviceTerms terms = patient();
  terms.latency = 20ms;
  terms.watch = 10s;  // ends with the second message
  const DeviceReport report = slow_network(device.under_test(), terms);
  EXPECT_FALSE(report);
  EXPECT_EQ(report.explanation, "the message of PUBLISH 1 arrived 2 times");
}

TEST(DeviceScenario, FailsWithAnExplanationIfTheDeviceNeverConnects) {
  const DeviceUnderTest nobody{.client = "dev-1", .start = [](std::uint16_t) {}};
  const DeviceReport report = takeover(nobody, AfterEnd::comes_back, impatient());
  EXPECT_FALSE(report);
  EXPECT_NE(report.explanation.find("connected dev-1"), std::string::npos) << report.explanation;
}

TEST(DeviceScenario, LetsThroughWhatTheDeviceThrowsAndStopsItBefore) {
  bool stopped = false;
  const DeviceUnderTest device{.client = "dev-1",
                               .start = [](std::uint16_t) { throw std::runtime_error("no power"); },
                               .stop = [&] { stopped = true; }};
  EXPECT_THROW(static_cast<void>(no_pingresp(device)), std::runtime_error);
  EXPECT_TRUE(stopped);
}

TEST(DeviceScenario, RefusesWhatCannotBe) {
  const auto refuses = [](const DeviceUnderTest& device, const DeviceTerms& terms = {}) {
    EXPECT_THROW(static_cast<void>(no_puback(device, terms)), std::invalid_argument);
  };
  const auto start = [](std::uint16_t) {};
  const auto publish = [](QoS) {};
  refuses({.client = "", .start = start, .publish = publish});
  refuses({.client = "dev-*", .start = start, .publish = publish});
  refuses({.client = "dev-1", .start = {}, .publish = publish});
  refuses({.client = "dev-1", .start = start});
  const DeviceUnderTest device{.client = "dev-1", .start = start, .publish = publish};
  refuses(device, {.patience = 0s});
  refuses(device, {.watch = -1s});
  refuses(device, {.back_off = {.waits = 1}});
  refuses(device, {.silence = 0ms});
  refuses(device, {.calm = -1s});
  refuses(device, {.oversized_bytes = 0});
  refuses(device, {.oversized_bytes = 300'000'000});
}

TEST(DeviceReport, TellsTheEvidenceBelowTheSentence) {
  CarelessDevice device({.clean_start = true});
  const DeviceReport report = broker_restart(device.under_test(), Restart::keep_all, patient());
  const std::string text = to_string(report);
  EXPECT_EQ(text.find("FAILED  restart: dev-1 came back"), 0u) << text;
  EXPECT_NE(text.find("\n    #"), std::string::npos) << text;
}

}  // namespace
}  // namespace pint::test
