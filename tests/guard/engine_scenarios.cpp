// Scenarios without sockets: bytes into the engine, bytes out of it.
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "guard/scenario.hpp"
#include "support/traffic.hpp"
#include "testkit/instrument_panel.hpp"

namespace pint::test {
namespace {

using enum ProtocolVersion;
using enum QoS;

class TrafficScenario : public Scenario {
 public:
  explicit TrafficScenario(const TrafficTerms& terms) : traffic_(terms) {}
  void round() override { traffic_.send_round(); }
  bool complete() override { return traffic_.deliveries() == traffic_.expected_deliveries(); }

 private:
  Traffic traffic_;
};

// A client comes, subscribes, and goes.
class Visits : public Scenario {
 public:
  void round() override {
    const core::ConnectionId visitor = wires_.open();
    wires_.receive(visitor, connect_);
    wires_.receive(visitor, subscribe_);
    wires_.drain();
    wires_.receive(visitor, disconnect_);
    wires_.drain();
  }
  bool complete() override { return wires_.engine().stats().sessions == 0; }

 private:
  Wires wires_;
  const Bytes connect_ = connect_bytes("visitor", v3_1_1);
  const Bytes subscribe_ =
      bytes_of(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"a/b/c", {}}}}, v3_1_1);
  const Bytes disconnect_ = bytes_of(mqtt::Disconnect{}, v3_1_1);
};

// A client subscribes to many retained messages at once, and unsubscribes.
class RetainedDelivery : public Scenario {
 public:
  RetainedDelivery() {
    for (int i = 0; i < kMessages; ++i) {
      const std::string topic = "retained/" + std::to_string(i);
      wires_.receive(
          client_,
          bytes_of(mqtt::Publish{.retain = true, .topic = topic, .payload = as_bytes("21.5")}, v3_1_1));
    }
    wires_.drain();
  }
  void round() override {
    wires_.receive(client_, subscribe_);
    wires_.drain();
    wires_.receive(client_, unsubscribe_);
    wires_.drain();
    ++rounds_;
  }
  std::size_t units() const override { return kMessages; }
  bool complete() override { return wires_.engine().stats().publishes_sent == rounds_ * kMessages; }

 private:
  static constexpr int kMessages = 100;
  Wires wires_;
  core::ConnectionId client_ = wires_.connect("client", v3_1_1);
  std::uint64_t rounds_ = 0;
  const Bytes subscribe_ =
      bytes_of(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"retained/#", {}}}}, v3_1_1);
  const Bytes unsubscribe_ =
      bytes_of(mqtt::Unsubscribe{.packet_id = mqtt::PacketId{1}, .topic_filters = {"retained/#"}}, v3_1_1);
};

enum class Instrumented { no, journal, journal_and_lint };

// QoS 0 from one client to others through all that a broker has but sockets: many messages in a turn, which
// ends with the news, if anybody hears them.
class HostedTraffic : public Scenario {
 public:
  HostedTraffic(Instrumented instrumented, std::size_t subscribers) {
    mailbox_.open();
    Instruments instruments;
    if (instrumented != Instrumented::no) {
      TestOptions options;
      options.lint = instrumented == Instrumented::journal ? LintMode::off : LintMode::report;
      instruments = panel_.emplace(options).instruments();
    }
    broker_.emplace(options_, mailbox_, instruments);
    publisher_ = connect("publisher");
    for (std::size_t i = 0; i < subscribers; ++i) {
      receive(connect("subscriber-" + std::to_string(i)),
              bytes_of(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"a/b/c", {}}}}, v3_1_1));
    }
    end_turn();
  }
  void round() override {
    for (std::size_t i = 0; i < kMessages; ++i) receive(publisher_, publish_);
    end_turn();
    ++rounds_;
  }
  std::size_t units() const override { return kMessages; }
  bool complete() override {
    return broker_->engine().stats().publishes_sent == rounds_ * kMessages * (connections_.size() - 1);
  }

 private:
  static constexpr std::size_t kMessages = 64;

  core::ConnectionId connect(const std::string& client_id) {
    const core::RemoteEnd remote{.address = {127, 0, 0, 1},
                                 .port = static_cast<std::uint16_t>(40'000 + connections_.size())};
    const core::ConnectionId id = broker_->engine().open(remote, broker_->loop().now());
    connections_.push_back(id);
    receive(id, connect_bytes(client_id, v3_1_1));
    end_turn();
    return id;
  }
  void receive(core::ConnectionId id, ByteView bytes) {
    broker_->engine().receive(id, bytes, broker_->loop().now());
  }
  // The loop has no sockets for these connections: what it would have written is thrown away.
  void end_turn() {
    broker_->loop().turn(false);
    for (const core::ConnectionId id : connections_) {
      core::Outbox& outbox = *broker_->engine().outbox(id);
      outbox.consume(outbox.bytes());
      broker_->engine().flushed(id);
    }
  }

  const Options options_{.listeners = {}, .sys_interval = {}, .seed = 1};
  net::Mailbox mailbox_{1 << 20};
  std::optional<testkit::InstrumentPanel> panel_;
  std::optional<RunningBroker> broker_;
  core::ConnectionId publisher_;
  std::vector<core::ConnectionId> connections_;
  std::uint64_t rounds_ = 0;
  const Bytes publish_ = bytes_of(
      mqtt::Publish{
          .topic = "a/b/c",
          .payload = as_bytes(std::string_view("0123456789abcdef0123456789abcdef0123456789abcdef"))},
      v3_1_1);
};

template <class Made, auto... Arguments>
std::unique_ptr<Scenario> make() {
  return std::make_unique<Made>(Arguments...);
}

std::unique_ptr<Scenario> traffic(const TrafficTerms& terms) {
  return std::make_unique<TrafficScenario>(terms);
}

constexpr ScenarioRow kRows[] = {
    {"qos_0", [] { return traffic({.version = v3_1_1}); }},
    {"qos_0_v5_properties", [] { return traffic({.version = v5, .properties = true}); }},
    {"qos_0_to_50", [] { return traffic({.version = v3_1_1, .subscribers = 50}); }},
    {"qos_0_16_kb", [] { return traffic({.version = v3_1_1, .payload_bytes = 16'384}); }},
    {"qos_1", [] { return traffic({.version = v3_1_1, .qos = at_least_once}); }},
    {"qos_1_v5_properties",
     [] { return traffic({.version = v5, .qos = at_least_once, .properties = true}); }},
    {"qos_2", [] { return traffic({.version = v3_1_1, .qos = exactly_once}); }},
    {"wildcard", [] { return traffic({.version = v3_1_1, .filters = {"a/+/c"}}); }},
    {"connect_subscribe_disconnect", make<Visits>},
    {"retained_set", [] { return traffic({.version = v3_1_1, .subscribers = 0, .retain = true}); }},
    {"retained_deliver", make<RetainedDelivery>},
    {"broker", make<HostedTraffic, Instrumented::no, 1u>},
    {"broker_with_journal", make<HostedTraffic, Instrumented::journal, 1u>},
    {"broker_with_journal_and_lint", make<HostedTraffic, Instrumented::journal_and_lint, 1u>},
    {"broker_to_50", make<HostedTraffic, Instrumented::no, 50u>},
    {"broker_to_50_with_journal", make<HostedTraffic, Instrumented::journal, 50u>},
};

}  // namespace

std::span<const ScenarioRow> engine_scenarios() { return kRows; }

}  // namespace pint::test
