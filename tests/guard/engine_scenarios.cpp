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
using mqtt::PacketType;

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

// With `journal_after_faults` faults, shaped links and stubs have been at work before, and were taken away.
enum class Instrumented { no, journal, journal_after_faults, journal_and_lint };

struct HostedTerms {
  Instrumented instrumented = Instrumented::no;
  std::size_t subscribers = 1;
  QoS qos = at_most_once;
};

// Messages from one client to others through all that a broker has but sockets: many in a turn, which ends
// with the news, if anybody hears them. What is acknowledged is acknowledged in the next turn.
class HostedTraffic : public Scenario {
 public:
  explicit HostedTraffic(const HostedTerms& terms) : terms_(terms) {
    mailbox_.open();
    Instruments instruments;
    if (terms.instrumented != Instrumented::no) {
      TestOptions options;
      options.lint = terms.instrumented == Instrumented::journal_and_lint ? LintMode::report : LintMode::off;
      instruments = panel_.emplace(options).instruments();
    }
    broker_.emplace(options_, mailbox_, instruments);
    publisher_ = connect("publisher");
    for (std::size_t i = 0; i < terms.subscribers; ++i) {
      receive(connect("subscriber-" + std::to_string(i)),
              bytes_of(mqtt::Subscribe{.packet_id = mqtt::PacketId{1},
                                       .requests = {{"a/b/c", {.qos = terms.qos}}}},
                       v3_1_1));
    }
    end_turn();
    if (terms.instrumented == Instrumented::journal_after_faults) use_and_take_away();
    const std::string_view payload = "0123456789abcdef0123456789abcdef0123456789abcdef";
    for (std::uint16_t id = 1; id <= kMessages; ++id) {
      publishes_.push_back(bytes_of(
          mqtt::Publish{.qos = terms.qos,
                        .topic = "a/b/c",
                        .packet_id = terms.qos == at_most_once ? mqtt::PacketId::none : mqtt::PacketId{id},
                        .payload = as_bytes(payload)},
          v3_1_1));
    }
  }
  void round() override {
    for (const Bytes& publish : publishes_) receive(publisher_, publish);
    end_turn();
    if (terms_.qos != at_most_once) acknowledge();
    ++rounds_;
  }
  std::size_t units() const override { return kMessages; }
  bool complete() override {
    const bool finished = !panel_ || panel_->findings().empty();
    return finished &&
           broker_->engine().stats().publishes_sent ==
               rounds_ * kMessages * (connections_.size() - 1) + sent_before_;
  }

 private:
  static constexpr std::uint16_t kMessages = 64;

  core::ConnectionId connect(const std::string& client_id) {
    const core::RemoteEnd remote{.address = {127, 0, 0, 1},
                                 .port = static_cast<std::uint16_t>(40'000 + connections_.size())};
    const core::ConnectionId id = broker_->engine().open(remote, broker_->loop().now());
    connections_.push_back(id);
    receive(id, connect_bytes(client_id, v3_1_1));
    end_turn();
    return id;
  }
  void use_and_take_away() {
    panel_->plan().add({.on = sent(PacketType::publish), .action = pint::duplicate(1)});
    panel_->plan_changed();
    PINT_ASSERT(panel_->shaper().add({.name = "latency", .effect = pint::latency({})}));
    panel_->shaper_changed();
    panel_->stubs().add(when(published("a/b/c")).reply("elsewhere", "answer"));
    receive(publisher_, bytes_of(mqtt::Publish{.topic = "a/b/c", .payload = as_bytes("one")}, v3_1_1));
    end_turn();
    sent_before_ = broker_->engine().stats().publishes_sent;
    PINT_ASSERT(panel_->journal().find(fault_applied()));
    PINT_ASSERT(panel_->journal().find(stub_called()));
    panel_->clear_faults();
    panel_->stubs().clear();
    end_turn();
  }
  void receive(core::ConnectionId id, ByteView bytes) {
    broker_->engine().receive(id, bytes, broker_->loop().now());
  }
  // Every handshake of the round goes to its end.
  void acknowledge() {
    const std::uint16_t first = last_id_;
    if (terms_.qos == at_least_once) {
      acknowledge_as_subscribers(PacketType::puback, first);
    } else {
      for (std::uint16_t id = 1; id <= kMessages; ++id) {
        receive(publisher_, acknowledgement_.of(PacketType::pubrel, id));
      }
      acknowledge_as_subscribers(PacketType::pubrec, first);
      end_turn();
      acknowledge_as_subscribers(PacketType::pubcomp, first);
    }
    end_turn();
  }
  void acknowledge_as_subscribers(PacketType type, std::uint16_t id) {
    for (std::size_t i = 0; i < kMessages; ++i) {
      id = next_packet_id(id);
      for (std::size_t to = 1; to < connections_.size(); ++to) {
        receive(connections_[to], acknowledgement_.of(type, id));
      }
    }
    last_id_ = id;
  }
  // The loop has no sockets for these connections: what it would have written is thrown away.
  void end_turn() {
    broker_->loop().turn(false);
    for (const core::ConnectionId id : connections_) {
      core::Outbox& outbox = *broker_->engine().outbox(id);
      outbox.consume(outbox.bytes());
      broker_->engine().flushed(id, broker_->loop().now());
    }
  }

  const HostedTerms terms_;
  const Options options_{.listeners = {}, .sys_interval = {}, .seed = 1};
  net::Mailbox mailbox_{1 << 20};
  std::optional<testkit::InstrumentPanel> panel_;
  std::optional<RunningBroker> broker_;
  core::ConnectionId publisher_;
  std::vector<core::ConnectionId> connections_;
  std::vector<Bytes> publishes_;
  AcknowledgementBytes acknowledgement_;
  std::uint16_t last_id_ = 0;  // that subscribers were sent
  std::uint64_t rounds_ = 0;
  std::uint64_t sent_before_ = 0;
};

template <class Made>
std::unique_ptr<Scenario> make() {
  return std::make_unique<Made>();
}

std::unique_ptr<Scenario> traffic(const TrafficTerms& terms) {
  return std::make_unique<TrafficScenario>(terms);
}

using enum Instrumented;

std::unique_ptr<Scenario> hosted(const HostedTerms& terms) { return std::make_unique<HostedTraffic>(terms); }

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
    {"broker", [] { return hosted({}); }},
    {"broker_with_journal", [] { return hosted({journal}); }},
    {"broker_with_journal_after_faults", [] { return hosted({journal_after_faults}); }},
    {"broker_with_journal_and_lint", [] { return hosted({journal_and_lint}); }},
    {"broker_to_50",
     [] {
       return hosted({no, 50});
     }},
    {"broker_to_50_with_journal",
     [] {
       return hosted({journal, 50});
     }},
    {"broker_to_50_with_journal_and_lint",
     [] {
       return hosted({journal_and_lint, 50});
     }},
    {"broker_qos_1",
     [] {
       return hosted({no, 1, at_least_once});
     }},
    {"broker_qos_1_with_journal",
     [] {
       return hosted({journal, 1, at_least_once});
     }},
    {"broker_qos_1_with_journal_and_lint",
     [] {
       return hosted({journal_and_lint, 1, at_least_once});
     }},
    {"broker_qos_2",
     [] {
       return hosted({no, 1, exactly_once});
     }},
    {"broker_qos_2_with_journal",
     [] {
       return hosted({journal, 1, exactly_once});
     }},
    {"broker_qos_2_with_journal_and_lint",
     [] {
       return hosted({journal_and_lint, 1, exactly_once});
     }},
};

}  // namespace

std::span<const ScenarioRow> engine_scenarios() { return kRows; }

}  // namespace pint::test
