// The broker inside a program, as a program uses it: how soon after start() a client has its CONNACK, and
// what a message costs from publish() to the handler of a rule, with no socket in between.
//
//   ./pint_embedded_bench
//
// "per_message" is CPU time of the whole process, so it holds however many cores the threads found.
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>

#include <pint/broker.hpp>

#include "core/engine.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

constexpr int kBatch = 1'000;  // messages that are published before one waits for them

const std::string kTopic = "site/7/device/700/state";
const std::string kPayload(64, 'x');

void per_message(benchmark::State& state) {
  state.counters["per_message"] =
      benchmark::Counter(static_cast<double>(state.iterations() * kBatch),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void EmbeddedStartToConnack(benchmark::State& state) {
  for (auto _ : state) {
    const auto began = std::chrono::steady_clock::now();
    Broker broker({.listeners = {Listener::tcp(0)}});
    broker.start();
    WireClient client(broker.port());
    const mqtt::Connack connack = client.connect("client");
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
    if (connack.reason != ReasonCode::success) state.SkipWithError("the client was refused");
    state.SetIterationTime(passed.count());
  }
}
BENCHMARK(EmbeddedStartToConnack)->Unit(benchmark::kMicrosecond)->UseManualTime();

// Messages that came to a rule, and what was wrong with them.
class Receiver {
 public:
  void begin() {
    received_ = 0;
    all_ = {};
  }
  void take(std::string_view topic, std::string_view payload) {
    if (topic != kTopic || payload.size() != kPayload.size()) wrong_ = true;
    if (++received_ == kBatch) all_.set_value();
  }
  void wait() { all_.get_future().wait(); }
  [[nodiscard]] bool wrong() const { return wrong_; }

 private:
  int received_ = 0;  // the broker thread's, but before a batch
  std::promise<void> all_;
  bool wrong_ = false;
};

// Another thread publishes.
template <class AddRule>
void publish_from_a_thread(benchmark::State& state, AddRule add_rule) {
  Receiver receiver;
  Broker broker;
  broker.start();
  add_rule(broker, receiver);
  for (auto _ : state) {
    receiver.begin();
    for (int i = 0; i < kBatch; ++i) {
      if (broker.publish(kTopic, kPayload)) state.SkipWithError("a message was refused");
    }
    receiver.wait();
  }
  if (receiver.wrong()) state.SkipWithError("a rule got another message than was published");
  per_message(state);
}

void add_payload_rule(Broker& broker, Receiver& receiver) {
  broker.add_rule("site/+/device/#", [&receiver](std::string_view topic, std::string_view payload) {
    receiver.take(topic, payload);
  });
}

void add_message_rule(Broker& broker, Receiver& receiver) {
  broker.add_rule("site/+/device/#",
                  [&receiver](const Message& message) { receiver.take(message.topic, message.payload); });
}

void EmbeddedPublishToPayloadRule(benchmark::State& state) { publish_from_a_thread(state, add_payload_rule); }
void EmbeddedPublishToMessageRule(benchmark::State& state) { publish_from_a_thread(state, add_message_rule); }
BENCHMARK(EmbeddedPublishToPayloadRule)->Unit(benchmark::kMicrosecond)->MeasureProcessCPUTime();
BENCHMARK(EmbeddedPublishToMessageRule)->Unit(benchmark::kMicrosecond)->MeasureProcessCPUTime();

// A rule publishes, on the broker's thread, to another.
void EmbeddedRulePublishesToRule(benchmark::State& state) {
  Receiver receiver;
  Broker broker;
  broker.start();
  add_payload_rule(broker, receiver);
  broker.add_rule("go", [&broker](std::string_view, std::string_view) {
    for (int i = 0; i < kBatch; ++i) broker.publish(kTopic, kPayload);
  });
  for (auto _ : state) {
    receiver.begin();
    if (broker.publish("go", "")) state.SkipWithError("a message was refused");
    receiver.wait();
  }
  if (receiver.wrong()) state.SkipWithError("a rule got another message than was published");
  per_message(state);
}
BENCHMARK(EmbeddedRulePublishesToRule)->Unit(benchmark::kMicrosecond)->MeasureProcessCPUTime();

// The engine's part of it alone.
void EnginePublishToRule(benchmark::State& state) {
  core::Engine engine({.sys_interval = {}});
  const Time now{std::chrono::seconds{1}};
  engine.add_rule("site/+/device/#", now);
  const Message message{.topic = kTopic, .payload = kPayload};
  std::size_t called = 0;
  for (auto _ : state) {
    for (int i = 0; i < kBatch; ++i) {
      if (engine.publish(message, 0, now)) state.SkipWithError("a message was refused");
    }
    called += engine.take_rule_calls().size();
  }
  if (called != static_cast<std::size_t>(state.iterations() * kBatch)) {
    state.SkipWithError("the rule was not called for each message");
  }
  per_message(state);
}
BENCHMARK(EnginePublishToRule)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pint::test
