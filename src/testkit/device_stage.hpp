// DeviceStage: what every device scenario plays on: a TestBroker and the device under test, which is started
// and stopped once. play() is the frame around a scenario.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/device_scenario.hpp>

namespace pint::testkit {

class DeviceStage {
 public:
  DeviceStage(const DeviceUnderTest& device, const DeviceTerms& terms, Clock clock);

  [[nodiscard]] TestBroker& broker() { return broker_; }
  [[nodiscard]] const DeviceUnderTest& device() const { return device_; }
  [[nodiscard]] const DeviceTerms& terms() const { return terms_; }
  [[nodiscard]] std::vector<Record> records() const { return broker_.journal(); }
  // A record that is not later than anything there is, for Pattern::after().
  [[nodiscard]] Record mark() const { return {.sequence = broker_.last_sequence()}; }

  // Start the device, and wait until it is connected or only until it was called.
  Record connect();
  void start();
  void stop();  // once only, and only if it was started
  // Let the device subscribe, if it must be told, and wait for it; gives the subscription.
  Record subscribe();
  // Send the device a message at QoS 1 and wait for its acknowledgement; nothing if it was not sent.
  struct Taken {
    Record publish;
    DeviceVerdict verdict;
  };
  std::optional<Taken> send(std::string_view topic, std::string payload);

  // The first record of this device that matches. need() throws TestFailure if none comes.
  std::optional<Record> see(const Pattern& pattern);
  std::optional<Record> see(const Pattern& pattern, std::chrono::nanoseconds within);
  Record need(const Pattern& pattern);
  // The answer to this PUBLISH to the device; none is waited for at QoS 0.
  std::optional<Record> see_answer(const Record& publish, std::chrono::nanoseconds within);

 private:
  const DeviceUnderTest& device_;
  const DeviceTerms& terms_;
  TestBroker broker_;
  bool started_ = false;
};

// A topic that the filter matches.
[[nodiscard]] std::string topic_matching(std::string_view topic_filter);

// Play a scenario and report. What it needs and was not given is refused first. A TestFailure in it, such as
// a device that never connects, is a failed scenario. Stops the device, whatever happens.
struct Scenario {
  std::string name;
  bool publishes = false;  // needs DeviceUnderTest::publish
  Clock clock = Clock::wall;
  std::function<DeviceVerdict(DeviceStage&)> act;
};
[[nodiscard]] DeviceReport play(const Scenario& scenario, const DeviceUnderTest& device,
                                const DeviceTerms& terms);

}  // namespace pint::testkit
