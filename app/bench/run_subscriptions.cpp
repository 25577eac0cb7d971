// Scenario subscriptions: a table of Topic Filters, and messages of which each matches exactly one. Filter
// number i belongs to connection i % connections.
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "bench/connect_many.hpp"
#include "bench/gathering.hpp"
#include "bench/stamp.hpp"
#include "mqtt/encode.hpp"

namespace pint::bench {
namespace {

constexpr std::uint64_t kFiltersOfPacket = 10;
constexpr std::uint64_t kPacketsAtOnce = 1'000;
constexpr std::uint64_t kWindow = 256;

// A name and a filter that matches it and no other name; the middle level is one of 1,000.
class Names {
 public:
  Names(std::string prefix, std::string kind) : prefix_(std::move(prefix)), kind_(std::move(kind)) {}

  [[nodiscard]] std::string topic(std::uint64_t number) const {
    return prefix_ + '/' + std::to_string(number % 1'000) + '/' + std::to_string(number);
  }

  // "mixed" is half exact, a quarter of each wildcard.
  [[nodiscard]] std::string filter(std::uint64_t number) const {
    const bool plus = kind_ == "plus" || (kind_ == "mixed" && number % 4 == 2);
    const bool hash = kind_ == "hash" || (kind_ == "mixed" && number % 4 == 3);
    if (plus) return prefix_ + "/+/" + std::to_string(number);
    return topic(number) + (hash ? "/#" : "");
  }

 private:
  std::string prefix_;
  std::string kind_;
};

void await_subacks(Connection& connection, std::uint64_t count) {
  connection.await_sent();
  for (; count != 0; --count) {
    const auto suback = connection.await<mqtt::Suback>(PacketType::suback, kAnswerWithin);
    if (!suback) throw Trouble("the broker does not answer SUBSCRIBE");
    for (const ReasonCode reason : suback->reasons) {
      if (reason != ReasonCode::success) throw Trouble("the broker does not grant a subscription");
    }
  }
}

// Subscribe the connection to every filter that is its own.
void subscribe(Connection& connection, std::uint64_t index, const Plan& plan, const Names& names) {
  std::uint64_t unanswered = 0;
  for (std::uint64_t number = index; number < plan.filters;) {
    std::vector<std::string> filters;
    for (; filters.size() < kFiltersOfPacket && number < plan.filters; number += plan.connections)
      filters.push_back(names.filter(number));
    mqtt::Subscribe packet{.packet_id = mqtt::PacketId{static_cast<std::uint16_t>(++unanswered)}};
    for (const std::string& filter : filters) packet.requests.push_back({.topic_filter = filter});
    connection.put(packet);
    // A broker may stop to read from who does not read its answers.
    if (unanswered == kPacketsAtOnce) await_subacks(connection, std::exchange(unanswered, 0));
  }
  await_subacks(connection, unanswered);
}

// Messages to names chosen at random, a window at a time.
class Messages {
 public:
  Messages(Subject& subject, const Names& names, std::vector<Connection>& receivers)
      : subject_(subject),
        names_(names),
        gathering_(receivers),
        publisher_(subject.endpoint, subject.plan.version) {
    publisher_.await_connected(subject.prefix + "/from");
  }

  void send(std::uint64_t count) {
    for (std::uint64_t sent = 0; sent < count; sent += kWindow) send_window(std::min(kWindow, count - sent));
  }

  [[nodiscard]] const Findings& findings() const { return findings_; }

 private:
  void send_window(std::uint64_t count) {
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t i = 0; i < count; ++i) {
      numbers.push_back(random_.below(subject_.plan.filters));
      write_stamp(payload_.data(), {.sequence = i});
      const std::string topic = names_.topic(numbers.back());
      publisher_.put(mqtt::Publish{.topic = topic, .payload = payload_});
    }
    publisher_.await_sent();
    std::vector<int> times(count);
    gathering_.gather(count, subject_.plan.patience, [&](std::size_t receiver, const mqtt::Publish& message) {
      const std::uint64_t i =
          message.payload.size() == payload_.size() ? read_stamp(message.payload).sequence : count;
      if (i >= count || numbers[i] % subject_.plan.connections != receiver)
        ++findings_.unknown;
      else
        ++times[i];
    });
    for (const int arrived : times) {
      findings_.lost += arrived == 0 ? 1 : 0;
      findings_.duplicated += arrived > 1 ? static_cast<std::uint64_t>(arrived - 1) : 0;
    }
  }

  Subject& subject_;
  const Names& names_;
  Gathering gathering_;
  Connection publisher_;
  Random random_{1};
  Bytes payload_ = unstamped_payload(64);
  Findings findings_;
};

}  // namespace

void run_subscriptions(Subject& subject, Report& report) {
  const Plan& plan = subject.plan;
  const Names names(subject.prefix, plan.filter_kind);
  std::vector<Connection> connections = connect_many(subject, plan.connections, [&](std::uint64_t i) {
    return ClientPlan{.client_id = subject.prefix + '/' + std::to_string(i), .topic_filters = {}};
  });
  Measurement subscribing(subject);
  for (std::uint64_t i = 0; i < plan.connections; ++i) {
    subscribe(connections[i], i, plan, names);
    subject.progress.tick(Clock::now(),
                          [&] { return with_commas(static_cast<double>(i)) + " have subscribed"; });
  }
  subscribing.end();

  Messages messages(subject, names, connections);
  messages.send(kWindow);  // to warm up
  Measurement publishing(subject);
  messages.send(plan.messages);
  publishing.end();

  const auto filters = static_cast<double>(plan.filters);
  const auto sent = static_cast<double>(plan.messages);
  report.put("filters", "Topic Filters", filters)
      .put("kind", "kind", plan.filter_kind)
      .put("subscribes_per_second", "subscribed a second", filters / subscribing.seconds());
  if (publishing.known()) {
    report.put("cpu_ns_per_subscribe", "broker's CPU, ns/subscription", subscribing.cpu_ns() / filters, 1)
        .put("bytes_per_subscription", "broker's memory, bytes/subscription",
             subscribing.grown_bytes() / filters, 1)
        .put("cpu_ns_per_message", "broker's CPU, ns/message", publishing.cpu_ns() / sent, 1);
  }
  report.put("sent", "messages sent", sent).put_findings(messages.findings(), false);
}

}  // namespace pint::bench
