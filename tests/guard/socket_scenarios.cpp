// Scenarios over loopback: a loop, turned by hand, and clients that send one thing at a time. How the kernel
// portions bytes is then no matter of chance, and neither is the number of system calls.
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "guard/scenario.hpp"
#include "guard/system_calls.hpp"
#include "net/loop.hpp"
#include "support/wire_client.hpp"
#include "support/wires.hpp"

namespace pint::test {
namespace {

using enum ProtocolVersion;
using enum QoS;

class DeafHost : public net::Host {
 public:
  void on_events(std::vector<Event>) override {}
  void on_rule_calls(std::vector<core::RuleCall>, Time) override {}
  void on_accepted(NativeSocket) override {}
  void on_descriptors_exhausted() override {}
};

struct SocketTerms {
  QoS qos = at_most_once;
  std::size_t subscribers = 1;
  std::size_t messages = 1;  // in one write
  std::size_t payload_bytes = 32;
};

class SocketTraffic : public Scenario {
 public:
  explicit SocketTraffic(const SocketTerms& terms) : terms_(terms) {
    mailbox_.open();
    loop_.emplace(engine_, mailbox_, time_, host_);
    net::Listener listener({.address = "127.0.0.1", .port = 0}, {});
    port_ = listener.port();
    loop_->add(std::move(listener));
    publisher_ = &connect("publisher");
    for (std::size_t i = 0; i < terms.subscribers; ++i) {
      WireClient& client = *subscribers_.emplace_back(&connect("subscriber-" + std::to_string(i)));
      client.send(
          mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{"a/b/c", {.qos = terms.qos}}}});
      await<mqtt::Suback>(client);
    }
    const std::string payload(terms.payload_bytes, 'p');
    const auto id = terms.qos == at_most_once ? mqtt::PacketId::none : mqtt::PacketId{1};
    const Bytes one = bytes_of(
        mqtt::Publish{.qos = terms.qos, .topic = "a/b/c", .packet_id = id, .payload = as_bytes(payload)}, v5);
    for (std::size_t i = 0; i < terms.messages; ++i) publish_.insert(publish_.end(), one.begin(), one.end());
  }

  void round() override {
    publisher_->send(ByteView(publish_));
    for (WireClient* subscriber : subscribers_) {
      for (std::size_t i = 0; i < terms_.messages; ++i) {
        const mqtt::PacketId id = await<mqtt::Publish>(*subscriber).packet_id;
        if (terms_.qos != at_most_once) subscriber->send(mqtt::Puback{.packet_id = id});
      }
      if (terms_.qos != at_most_once) turn();  // takes the acknowledgement
    }
    if (terms_.qos != at_most_once) await<mqtt::Puback>(*publisher_);
  }
  std::size_t units() const override { return terms_.messages; }

 private:
  // Waits, if there is nothing to do, for the first thing that comes.
  void turn() {
    const CountingSystemCalls counting;
    loop_->turn(true);
  }
  template <class Packet>
  Packet await(WireClient& client) {
    while (!client.readable()) turn();
    return client.expect<Packet>();
  }
  WireClient& connect(const std::string& client_id) {
    WireClient& client = clients_.emplace_back(port_);
    client.send(mqtt::Connect{.client_id = client_id});
    await<mqtt::Connack>(client);
    return client;
  }

  const SocketTerms terms_;
  net::SystemTime time_;
  DeafHost host_;
  core::Engine engine_{Wires::quiet()};
  net::Mailbox mailbox_{1 << 20};
  std::optional<net::Loop> loop_;
  std::uint16_t port_ = 0;
  std::deque<WireClient> clients_;
  WireClient* publisher_ = nullptr;
  std::vector<WireClient*> subscribers_;
  Bytes publish_;
};

std::unique_ptr<Scenario> traffic(const SocketTerms& terms) { return std::make_unique<SocketTraffic>(terms); }

constexpr ScenarioRow kRows[] = {
    {"sockets_qos_0", [] { return traffic({}); }, true},
    {"sockets_qos_0_in_batches", [] { return traffic({.messages = 100}); }, true},
    {"sockets_qos_0_to_50", [] { return traffic({.subscribers = 50}); }, true},
    {"sockets_qos_0_4_kb", [] { return traffic({.payload_bytes = 4'096}); }, true},
    {"sockets_qos_1", [] { return traffic({.qos = at_least_once}); }, true},
};

}  // namespace

std::span<const ScenarioRow> socket_scenarios() { return kRows; }

}  // namespace pint::test
