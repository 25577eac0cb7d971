// A wave sends all its CONNECTs, then waits for the answers; then the same with SUBSCRIBE.
#include "bench/connect_many.hpp"

#include <algorithm>

namespace pint::bench {
namespace {

constexpr std::uint64_t kWave = 100;

void connect_wave(std::span<Connection> wave, const std::vector<ClientPlan>& plans) {
  for (std::size_t i = 0; i < wave.size(); ++i) {
    wave[i].put_connect(plans[i].client_id, true, 0);
    wave[i].flush();
  }
  for (Connection& connection : wave) connection.await_connack();
  for (std::size_t i = 0; i < wave.size(); ++i) {
    if (plans[i].topic_filters.empty()) continue;
    wave[i].put_subscribe(plans[i].topic_filters, plans[i].qos);
    wave[i].flush();
  }
  for (std::size_t i = 0; i < wave.size(); ++i) {
    if (!plans[i].topic_filters.empty()) wave[i].await_suback(plans[i].qos);
  }
}

}  // namespace

std::vector<Connection> connect_many(Subject& subject, std::uint64_t count,
                                     const std::function<ClientPlan(std::uint64_t)>& plan_of,
                                     std::uint64_t first_index) {
  std::vector<Connection> connections;
  connections.reserve(count);
  while (connections.size() < count) {
    const std::uint64_t first = connections.size();
    const std::uint64_t last = std::min(first + kWave, count);
    std::vector<ClientPlan> plans;
    for (std::uint64_t i = first; i < last; ++i) {
      plans.push_back(plan_of(i));
      connections.emplace_back(subject.endpoint, subject.plan.version, first_index + i);
    }
    connect_wave(std::span(connections).subspan(first), plans);
    subject.progress.tick(Clock::now(),
                          [&] { return with_commas(static_cast<double>(last)) + " connections"; });
  }
  return connections;
}

}  // namespace pint::bench
