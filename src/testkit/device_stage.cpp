#include "testkit/device_stage.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace pint::testkit {
namespace {

constexpr std::size_t kLastRecords = 12;  // evidence of a scenario that broke off
constexpr std::size_t kLargestOversize = 256'000'000;

void require(bool right, std::string_view sentence) {
  if (!right) throw std::invalid_argument(std::string(sentence));
}

void require_possible(const Scenario& scenario, const DeviceUnderTest& device, const DeviceTerms& terms) {
  require(!device.client.empty(), "a device under test needs the name by which its records are found");
  require(device.client.find_first_of("*?") == std::string::npos,
          "a device under test is one client; its name has no \"*\" and no \"?\"");
  require(device.start != nullptr, "a device under test needs start()");
  require(!scenario.publishes || device.publish, "this scenario needs DeviceUnderTest::publish");
  require(terms.patience.count() > 0, "`patience` must be longer than nothing");
  require(terms.watch.count() >= 0, "`watch` is negative");
  require(terms.silence.count() > 0, "`silence` must be longer than nothing");
  require(terms.calm.count() >= 0, "`calm` is negative");
  require(terms.back_off.waits >= 2, "back-off shows in two waits or more");
  require(terms.oversized_bytes > 0 && terms.oversized_bytes <= kLargestOversize,
          "`oversized_bytes` must be 1 to 256,000,000, to fit into one packet");
}

TestOptions with_clock(TestOptions options, Clock clock) {
  options.clock = clock;
  return options;
}

std::vector<Record> of_sequences(const std::vector<Record>& records,
                                 const std::vector<std::uint64_t>& wanted) {
  std::vector<Record> found;
  for (const Record& record : records) {
    if (std::find(wanted.begin(), wanted.end(), record.sequence) != wanted.end()) found.push_back(record);
  }
  return found;
}

std::vector<Record> last_of(std::vector<Record> records) {
  if (records.size() > kLastRecords) records.erase(records.begin(), records.end() - kLastRecords);
  return records;
}

}  // namespace

DeviceStage::DeviceStage(const DeviceUnderTest& device, const DeviceTerms& terms, Clock clock)
    : device_(device), terms_(terms), broker_(with_clock(terms.broker, clock)) {}

void DeviceStage::start() {
  started_ = true;  // also if it throws: half of it may have begun
  device_.start(broker_.port());
}

Record DeviceStage::connect() {
  start();
  return need(connected(device_.client));
}

void DeviceStage::stop() {
  if (std::exchange(started_, false) && device_.stop) device_.stop();
}

Record DeviceStage::subscribe() {
  if (device_.subscribe) device_.subscribe();
  return need(subscribed());
}

std::optional<DeviceStage::Taken> DeviceStage::send(std::string_view topic, std::string payload) {
  const Pattern to_device = sent(PacketType::publish).client(device_.client).topic(topic).after(mark());
  broker_.publish({.topic = std::string(topic), .payload = std::move(payload), .qos = QoS::at_least_once});
  broker_.settle();
  const std::vector<Record> publishes = broker_.journal(to_device);
  if (publishes.empty()) return {};
  see_answer(publishes.front(), terms_.patience);
  return Taken{publishes.front(), check_taken(records(), publishes.front())};
}

std::optional<Record> DeviceStage::see(const Pattern& pattern) { return see(pattern, terms_.patience); }

std::optional<Record> DeviceStage::see(const Pattern& pattern, std::chrono::nanoseconds within) {
  const Pattern of_device = pattern.client(device_.client);
  if (!broker_.check(of_device, at_least(1), within)) return {};
  return broker_.journal(of_device).front();
}

Record DeviceStage::need(const Pattern& pattern) {
  return broker_.await(pattern.client(device_.client), terms_.patience);
}

std::optional<Record> DeviceStage::see_answer(const Record& publish, std::chrono::nanoseconds within) {
  if (publish.qos == QoS::at_most_once) return {};
  const PacketType answer = publish.qos == QoS::exactly_once ? PacketType::pubrec : PacketType::puback;
  return see(received(answer).packet_id(*publish.packet_id).after(publish), within);
}

std::string topic_matching(std::string_view topic_filter) {
  constexpr std::string_view kShare = "$share/";
  if (topic_filter.substr(0, kShare.size()) == kShare) {
    topic_filter.remove_prefix(topic_filter.find('/', kShare.size()) + 1);
  }
  std::string topic(topic_filter);
  std::replace_if(
      topic.begin(), topic.end(), [](char c) { return c == '+' || c == '#'; }, '1');
  return topic;
}

DeviceReport play(const Scenario& scenario, const DeviceUnderTest& device, const DeviceTerms& terms) {
  require_possible(scenario, device, terms);
  DeviceStage stage(device, terms, scenario.clock);
  DeviceReport report{.scenario = scenario.name};
  try {
    const DeviceVerdict verdict = scenario.act(stage);
    report.passed = verdict.passed;
    report.explanation = verdict.explanation;
    report.evidence = of_sequences(stage.records(), verdict.evidence);
  } catch (const TestFailure& failure) {
    report.explanation = failure.what();
    report.evidence = last_of(stage.records());
  } catch (...) {
    stage.stop();
    throw;
  }
  stage.stop();
  return report;
}

}  // namespace pint::testkit
