// Retained messages: setting them, and delivering them to a new subscription, with few and with many stored.
//
//   ./pint_bench --benchmark_filter=Retained
#include <benchmark/benchmark.h>

#include <string>

#include "support/wires.hpp"

namespace pint::test {
namespace {

using enum ProtocolVersion;

constexpr int kDevicesPerSite = 100;

std::string topic_of(std::int64_t number) {
  return "site/" + std::to_string(number / kDevicesPerSite) + "/device/" + std::to_string(number) + "/state";
}

Bytes packet_for(std::int64_t number) {
  return bytes_of(
      mqtt::Publish{.retain = true, .topic = topic_of(number), .payload = as_bytes("on, 21.5 degrees")},
      v3_1_1);
}

core::ConnectionId fill(Wires& wires, std::int64_t count) {
  const core::ConnectionId publisher = wires.connect("publisher", v3_1_1);
  for (std::int64_t i = 0; i < count; ++i) wires.receive(publisher, packet_for(i));
  return publisher;
}

// Replace one message after another.
void RetainedSet(benchmark::State& state) {
  Wires wires;
  const core::ConnectionId publisher = fill(wires, state.range(0));
  std::vector<Bytes> packets;
  for (std::int64_t i = 0; i < state.range(0); ++i) packets.push_back(packet_for(i * 7'919 % state.range(0)));
  std::size_t next = 0;
  for (auto _ : state) {
    wires.receive(publisher, packets[next]);
    next = next + 1 == packets.size() ? 0 : next + 1;
  }
  const auto stored = wires.engine().stats().retained_messages;
  if (stored != static_cast<std::uint32_t>(state.range(0)))
    state.SkipWithError("not every topic has its message");
}
BENCHMARK(RetainedSet)->Arg(1)->Arg(1'000)->Arg(100'000);

// SUBSCRIBE to the hundred topics of one site among `range` messages, by a filter that names the site.
void RetainedDeliver(benchmark::State& state) {
  Wires wires;
  (void)fill(wires, state.range(0));
  const core::ConnectionId reader = wires.connect("reader", v3_1_1);
  const std::string filter = "site/" + std::to_string(state.range(0) / kDevicesPerSite / 2) + "/#";
  const Bytes subscribe =
      bytes_of(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .requests = {{filter, {}}}}, v3_1_1);
  const std::uint64_t before = wires.engine().stats().publishes_sent;
  for (auto _ : state) {
    wires.receive(reader, subscribe);
    wires.drain();
  }
  const std::uint64_t delivered = wires.engine().stats().publishes_sent - before;
  if (delivered != static_cast<std::uint64_t>(state.iterations()) * kDevicesPerSite) {
    state.SkipWithError("delivered other messages than meant");
  }
  state.counters["delivery"] = benchmark::Counter(static_cast<double>(delivered),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(RetainedDeliver)->Arg(100)->Arg(10'000)->Arg(1'000'000);

}  // namespace
}  // namespace pint::test
