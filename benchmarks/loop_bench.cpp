// The loop with real sockets, a turn at a time: one client's PUBLISH to itself, in, through the engine and
// out. Faults cost nothing but a null check until there is one; then the lanes cost what they cost, and only
// those connections on which a fault is at work.
//
//   ./pint_bench --benchmark_filter=Loop
#include <benchmark/benchmark.h>

#include <optional>
#include <vector>

#include "core/engine.hpp"
#include "fault/shaper.hpp"
#include "mqtt/encode.hpp"
#include "net/loop.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

class NoHost : public net::Host {
  void on_events(std::vector<Event>) override {}
  void on_rule_calls(std::vector<core::RuleCall>, Time) override {}
  void on_accepted(NativeSocket) override {}
  void on_descriptors_exhausted() override {}
};

// A broker without a thread, and one client of it that is subscribed to what it publishes.
class Echo {
 public:
  Echo() {
    mailbox_.open();
    loop_.emplace(engine_, mailbox_, time_, host_);
    net::Listener listener({.address = "127.0.0.1", .port = 0}, {});
    client_.emplace(listener.port());
    loop_->add(std::move(listener));
    client_->send(mqtt::Connect{.client_id = "echo"});
    await();
    client_->expect<mqtt::Connack>();
    client_->send(mqtt::Subscribe{
        .packet_id = mqtt::PacketId{1}, .properties = {}, .requests = {{.topic_filter = "a/b/c"}}});
    await();
    client_->expect<mqtt::Suback>();
    mqtt::encode(packet_, mqtt::Publish{.topic = "a/b/c", .payload = ByteView(payload_)},
                 ProtocolVersion::v5);
  }

  void shape(const SocketFault& fault) {
    shaper_.set(fault);
    loop_->shape(shaper_);
  }

  void send_round() {
    client_->send(ByteView(packet_));
    await();
    client_->expect<mqtt::Publish>();
  }

 private:
  void await() {
    while (!client_->readable()) loop_->turn(false);
  }

  const Bytes payload_ = Bytes(64, 'x');
  Bytes packet_;
  net::SystemTime time_;
  NoHost host_;
  core::Engine engine_{{.sys_interval = {}}};
  net::Mailbox mailbox_{1 << 20};
  fault::Shaper shaper_{1, {}};  // outlives the loop
  std::optional<net::Loop> loop_;
  std::optional<WireClient> client_;
};

void LoopWithoutFaults(benchmark::State& state) {
  Echo echo;
  for (auto _ : state) echo.send_round();
}
BENCHMARK(LoopWithoutFaults);

void LoopWithAFaultOfAnotherClient(benchmark::State& state) {
  Echo echo;
  echo.shape({.name = "f", .client = "other", .effect = socket_effect::Stall{}});
  for (auto _ : state) echo.send_round();
}
BENCHMARK(LoopWithAFaultOfAnotherClient);

void LoopWithAFaultAtWork(benchmark::State& state) {
  Echo echo;
  echo.shape({.name = "f", .effect = socket_effect::Latency{}});
  for (auto _ : state) echo.send_round();
}
BENCHMARK(LoopWithAFaultAtWork);

}  // namespace
}  // namespace pint::test
