// SubscriptionIndex: what a match, a subscription and an unsubscription cost as the table grows.
//
//   ./pint_bench --benchmark_filter=Match
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "core/subscription_index.hpp"

namespace pint::core {
namespace {

enum class Kind : std::uint8_t { exact, wildcard, mixed };

// Each filter matches one topic of its own: "site/17/device/1700/state".
std::string topic_of(std::size_t number) {
  return "site/" + std::to_string(number / 100) + "/device/" + std::to_string(number) + "/state";
}

std::string filter_of(Kind kind, std::size_t number) {
  const std::string site = "site/" + std::to_string(number / 100),
                    device = "/device/" + std::to_string(number);
  if (kind == Kind::exact) return topic_of(number);
  return number % 2 == 0 ? site + device + "/+" : "+/" + std::to_string(number / 100) + device + "/#";
}

std::vector<std::string> filters_of(Kind kind, std::size_t count) {
  std::vector<std::string> filters;
  for (std::size_t i = 0; i < count; ++i) {
    if (kind != Kind::mixed) {
      filters.push_back(filter_of(kind, i));
      continue;
    }
    filters.push_back(filter_of(Kind::exact, i / 2));
    filters.push_back(filter_of(Kind::wildcard, i / 2));
    ++i;
  }
  return filters;
}

Subscription subscription_of(std::size_t number) {
  return {.receiver = {.index = static_cast<std::uint32_t>(number), .generation = 1}, .options = {}};
}

void add_all(SubscriptionIndex& index, const std::vector<std::string>& filters) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    index.add(*mqtt::parse_topic_filter(filters[i]), subscription_of(i));
  }
}

// Topics drawn from those that match, as many as there are filters, so that the table is touched all over:
// a few thousand again and again would have their part of a large table in the cache. They are read in the
// order in which they lie in memory, so that they cost no misses of their own.
std::vector<std::string> random_topics(std::size_t count) {
  constexpr std::size_t kFewest = 8'192;
  Random random(1);
  std::vector<std::string> topics;
  for (std::size_t i = std::max(count, kFewest); i > 0; --i) topics.push_back(topic_of(random.below(count)));
  return topics;
}

void match(benchmark::State& state, Kind kind) {
  const auto count = static_cast<std::size_t>(state.range(0));
  SubscriptionIndex index;
  add_all(index, filters_of(kind, count));
  const std::vector<std::string> topics =
      random_topics(kind == Kind::mixed ? std::max<std::size_t>(count / 2, 1) : count);
  std::uint64_t matched = 0, matches = 0;
  for (auto _ : state) {
    index.match(topics[matches % topics.size()], [&](FilterId, SubscriptionIndex::Filter& filter) {
      matched += filter.subscriptions.size();
    });
    ++matches;
  }
  const std::uint64_t each = kind == Kind::mixed ? 2 : 1;
  if (matched != matches * each) state.SkipWithError("matched other filters than meant");
}

void MatchExact(benchmark::State& state) { match(state, Kind::exact); }
void MatchWildcard(benchmark::State& state) { match(state, Kind::wildcard); }
void MatchMixed(benchmark::State& state) { match(state, Kind::mixed); }
BENCHMARK(MatchExact)->Arg(1)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(MatchWildcard)->Arg(1)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(MatchMixed)->Arg(2)->Arg(1'000)->Arg(100'000);

// Nobody subscribes to the topic.
void MatchNothing(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  SubscriptionIndex index;
  add_all(index, filters_of(Kind::mixed, count));
  const std::string topic = "site/0/device/x/state";
  bool found = false;
  for (auto _ : state) index.match(topic, [&](FilterId, SubscriptionIndex::Filter&) { found = true; });
  if (found) state.SkipWithError("matched a filter");
}
BENCHMARK(MatchNothing)->Arg(100'000);

// One round subscribes all filters to an empty index, or unsubscribes all from a full one.
void per_filter(benchmark::State& state) {
  const auto filters = static_cast<double>(state.iterations() * state.range(0));
  state.counters["per_filter"] =
      benchmark::Counter(filters, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void subscribe(benchmark::State& state, Kind kind) {
  const std::vector<std::string> filters = filters_of(kind, static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    auto index = std::make_unique<SubscriptionIndex>();
    add_all(*index, filters);
    if (index->size() != filters.size()) state.SkipWithError("not all were added");
    state.PauseTiming();
    index.reset();
    state.ResumeTiming();
  }
  per_filter(state);
}

void SubscribeExact(benchmark::State& state) { subscribe(state, Kind::exact); }
void SubscribeWildcard(benchmark::State& state) { subscribe(state, Kind::wildcard); }
BENCHMARK(SubscribeExact)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);
BENCHMARK(SubscribeWildcard)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void unsubscribe(benchmark::State& state, Kind kind) {
  const std::vector<std::string> filters = filters_of(kind, static_cast<std::size_t>(state.range(0)));
  SubscriptionIndex index;
  for (auto _ : state) {
    state.PauseTiming();
    add_all(index, filters);
    state.ResumeTiming();
    for (std::size_t i = 0; i < filters.size(); ++i) {
      index.remove(index.find_filter(filters[i]), subscription_of(i).receiver);
    }
    if (index.size() != 0) state.SkipWithError("some are left");
  }
  per_filter(state);
}

void UnsubscribeExact(benchmark::State& state) { unsubscribe(state, Kind::exact); }
void UnsubscribeWildcard(benchmark::State& state) { unsubscribe(state, Kind::wildcard); }
BENCHMARK(UnsubscribeExact)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(UnsubscribeWildcard)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pint::core
