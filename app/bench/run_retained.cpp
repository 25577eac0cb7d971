// Scenario retained: many retained messages are set, and then got all at once by one new subscription, some
// times. In the end they are cleared.
#include <optional>
#include <vector>

#include "bench/gathering.hpp"
#include "bench/stamp.hpp"
#include "mqtt/encode.hpp"

namespace pint::bench {
namespace {

constexpr std::size_t kWriteBytes = 64 << 10;

class Retained {
 public:
  explicit Retained(Subject& subject)
      : subject_(subject),
        publisher_(subject.endpoint, subject.plan.version),
        payload_(unstamped_payload(std::max(subject.plan.payload_bytes, std::uint64_t{kStampBytes}))) {
    publisher_.await_connected(subject.prefix + "/from");
  }

  void set_all() { publish_all(payload_); }
  void clear_all() { publish_all({}); }

  // One new subscription; counts what is missing or came twice.
  void get_all(Findings& findings, std::uint64_t& first_ns) {
    std::vector<Connection> subscriber;
    subscriber.emplace_back(subject_.endpoint, subject_.plan.version);
    subscriber[0].await_connected(subject_.prefix + "/to");
    Gathering gathering(subscriber);
    const std::string filter = subject_.prefix + "/r/#";
    subscriber[0].put(
        mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{.topic_filter = filter}}});
    const std::uint64_t began = nanoseconds_now();
    subscriber[0].await_sent();
    std::vector<int> times(subject_.plan.messages);
    first_ns = 0;
    gathering.gather(times.size(), subject_.plan.patience, [&](std::size_t, const mqtt::Publish& message) {
      if (first_ns == 0) first_ns = nanoseconds_now() - began;
      const bool whole = is_whole(message.payload, payload_) && message.retain;
      const std::uint64_t number = whole ? read_stamp(message.payload).sequence : times.size();
      if (number < times.size())
        ++times[number];
      else
        ++findings.unknown;
    });
    for (const int arrived : times) {
      findings.lost += arrived == 0 ? 1 : 0;
      findings.duplicated += arrived > 1 ? static_cast<std::uint64_t>(arrived - 1) : 0;
    }
  }

 private:
  void publish_all(ByteView payload) {
    Bytes stamped(payload.begin(), payload.end());
    for (std::uint64_t number = 0; number < subject_.plan.messages; ++number) {
      if (!stamped.empty()) write_stamp(stamped.data(), {.sequence = number});
      const std::string topic = subject_.prefix + "/r/" + std::to_string(number);
      publisher_.put(mqtt::Publish{.retain = true, .topic = topic, .payload = stamped});
      if (publisher_.unsent() >= kWriteBytes) publisher_.await_sent();
    }
    if (!publisher_.await_ping(kAnswerWithin)) throw Trouble("the broker does not answer PINGREQ");
  }

  Subject& subject_;
  Connection publisher_;
  Bytes payload_;
};

}  // namespace

void run_retained(Subject& subject, Report& report) {
  const Plan& plan = subject.plan;
  Retained retained(subject);
  Measurement setting(subject);
  retained.set_all();
  setting.end();

  Findings findings;
  Histogram first;
  Measurement getting(subject);
  for (std::uint64_t i = 0; i < plan.repeat; ++i) {
    std::uint64_t first_ns = 0;
    retained.get_all(findings, first_ns);
    first.add(first_ns);
    subject.progress.tick(Clock::now(), [&] { return std::to_string(i + 1) + " times got"; });
  }
  getting.end();
  retained.clear_all();

  const auto count = static_cast<double>(plan.messages);
  const double got = count * static_cast<double>(plan.repeat);
  report.put("retained", "retained messages", count)
      .put("payload_bytes", "payload, bytes", static_cast<double>(plan.payload_bytes))
      .put("sets_per_second", "set a second", count / setting.seconds())
      .put("gets_per_second", "got a second", got / getting.seconds())
      .put("first_us", "to the first, median, µs", static_cast<double>(first.quantile(0.5)) / 1e3, 1);
  if (getting.known()) {
    report.put("cpu_ns_per_set", "broker's CPU, ns/set", setting.cpu_ns() / count, 1)
        .put("cpu_ns_per_get", "broker's CPU, ns/got", getting.cpu_ns() / got, 1)
        .put("bytes_per_retained", "broker's memory, bytes/message", setting.grown_bytes() / count, 1);
  }
  report.put_findings(findings, false);
}

}  // namespace pint::bench
