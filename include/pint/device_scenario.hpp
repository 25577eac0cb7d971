// Device scenarios: what every client on a bad network must live through, each in one call. A scenario starts
// a TestBroker, lets the client under test connect, breaks something, and judges by the journal what the
// client made of it:
//
//   pint::DeviceUnderTest device{.client = "dev-1", .start = [&](std::uint16_t port) { ... }, ...};
//   const pint::DeviceReport report = pint::no_puback(device);
//   if (!report) std::cerr << to_string(report);
//
// Where the standard leaves a choice to the client, the report says what it did and what was asked. The
// judgements alone, for scenarios of your own, are in <pint/device_check.hpp>. Link PintBroker::testkit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/device_check.hpp>
#include <pint/testkit.hpp>

namespace pint {

// The client under test, and how to make it act. The functions are called on the thread that runs the
// scenario; they may return before what they began is done. What they throw ends the scenario and comes out
// of it, stop() called before.
struct DeviceUnderTest {
  std::string client;  // its Client Identifier: this very one, no pattern
  // Connect to this port on 127.0.0.1, and come back by itself whenever the connection ends.
  std::function<void(std::uint16_t port)> start;
  // Let the connection be and come back no more. Called once after start(), also after a failure.
  std::function<void()> stop = {};
  // Publish one message at this QoS, other than the ones before it. For no_puback(), qos2_cut(),
  // slow_network().
  std::function<void(QoS)> publish = {};
  // Subscribe to something, QoS 1 if it can be. For no_suback() and what sends to the device; absent if the
  // device subscribes by itself whenever it connects.
  // all_device_scenarios() runs those only if it is there, even if it does nothing.
  std::function<void()> subscribe = {};
};

// What the client is asked to do once a server has ended its connection.
enum class AfterEnd : std::uint8_t { comes_back, stays_away };

struct DeviceTerms {
  // The broker of the scenario, but for its clock and, in no_connack(), limits.connect_timeout. For a device
  // with a fixed port, give the listener.
  TestOptions broker = {};
  // The longest wait, in real time, for each thing the client must do. More than its longest back-off and
  // than three times its Keep Alive.
  std::chrono::nanoseconds patience = std::chrono::seconds{30};
  // How long the client is watched for what it must not do, or may do. All of it passes.
  std::chrono::nanoseconds watch = std::chrono::seconds{2};
  BackOffTerms back_off = {};  // no_connack()
  // no_connack(): how long the broker keeps silent until it ends the connection, if the client has not.
  // Longer than the client may take to send CONNECT: Paho C is up to some seconds late.
  std::chrono::milliseconds silence{5000};
  // takeover(): who is back sooner than this would drive the other one out, and be driven out, without end.
  std::chrono::nanoseconds calm = std::chrono::milliseconds{100};
  // slow_network(): for each way; and bytes a second.
  std::chrono::nanoseconds latency = std::chrono::milliseconds{250};
  std::uint64_t bandwidth = 2'000;
  std::size_t oversized_bytes = 4 << 20;  // oversized_payload()
};

struct DeviceReport {
  bool passed = false;
  std::string scenario = {};     // "no PUBACK"
  std::string explanation = {};  // what the client did, and if it failed, what was asked
  std::vector<Record> evidence = {};
  explicit operator bool() const { return passed; }
};
// "passed  no PUBACK: …" or "FAILED  …", and below it the evidence, a line each.
[[nodiscard]] std::string to_string(const DeviceReport& report);

// The packets whose loss QoS 2 must survive.
enum class Qos2Packet : std::uint8_t { publish, pubrec, pubrel, pubcomp };

// Each throws std::invalid_argument for a device without a function the scenario needs or with a pattern for
// a name, and for terms that are impossible.

// After a first connection, CONNECT is never answered: does the client come back, each time after a longer
// wait, with jitter?
[[nodiscard]] DeviceReport no_connack(const DeviceUnderTest& device, const DeviceTerms& terms = {});
// PUBACK is lost, then the connection: is the message sent again, with DUP and the same Packet Identifier?
// Before that the client is watched: who resends by a timer passes in 3.x, and fails in 5.0, which forbids
// it.
[[nodiscard]] DeviceReport no_puback(const DeviceUnderTest& device, const DeviceTerms& terms = {});
// SUBACK is lost: does the client subscribe again? By itself while it is watched, or, as most do, after the
// connection is cut then.
[[nodiscard]] DeviceReport no_suback(const DeviceUnderTest& device, const DeviceTerms& terms = {});
// PINGRESP never comes: does the client end the connection? Its Keep Alive must be on, and short.
[[nodiscard]] DeviceReport no_pingresp(const DeviceUnderTest& device, const DeviceTerms& terms = {});
// The server sends DISCONNECT with this reason (3.x: only ends the connection): does the client come back, or
// stay away while it is watched, as asked?
[[nodiscard]] DeviceReport server_disconnect(const DeviceUnderTest& device, ReasonCode reason, AfterEnd asked,
                                             const DeviceTerms& terms = {});
// Another client takes over its Client Identifier: does it stay away, or come back without haste, as asked?
[[nodiscard]] DeviceReport takeover(const DeviceUnderTest& device, AfterEnd asked,
                                    const DeviceTerms& terms = {});
// The server restarts: does a message for the client reach it afterwards, through its Session, or if that was
// lost, through a new subscription?
[[nodiscard]] DeviceReport broker_restart(const DeviceUnderTest& device, Restart what = Restart::keep_all,
                                          const DeviceTerms& terms = {});
// A packet of a QoS 2 exchange is lost and the connection with it: does the message arrive, and once only?
[[nodiscard]] DeviceReport qos2_cut(const DeviceUnderTest& device, Qos2Packet lost,
                                    const DeviceTerms& terms = {});
// Latency and a narrow line: does the client get its message through, once, over one connection?
[[nodiscard]] DeviceReport slow_network(const DeviceUnderTest& device, const DeviceTerms& terms = {});
// Messages for the client, from an empty one to 2 MiB, on both sides of each size at which the Remaining
// Length becomes a byte longer: does it bear them? Those above its Maximum Packet Size are left out.
[[nodiscard]] DeviceReport boundary_payloads(const DeviceUnderTest& device, const DeviceTerms& terms = {});
// One message of `oversized_bytes`, whatever Maximum Packet Size the client gave: does it take the message,
// or end the connection, come back, and take the next one?
[[nodiscard]] DeviceReport oversized_payload(const DeviceUnderTest& device, const DeviceTerms& terms = {});

// All that the device has the functions for, one after the other; after a DISCONNECT and a takeover it is
// asked to come back.
[[nodiscard]] std::vector<DeviceReport> all_device_scenarios(const DeviceUnderTest& device,
                                                             const DeviceTerms& terms = {});

}  // namespace pint
