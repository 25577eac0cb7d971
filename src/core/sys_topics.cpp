#include "core/sys_topics.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <string>

#include "core/fan_out.hpp"

#ifndef PINT_VERSION
#define PINT_VERSION "unknown"
#endif

namespace pint::core {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

void put(State& state, std::string_view name, std::string_view value) {
  std::string topic = "$SYS/broker/";
  topic += name;
  Publication publication{.message = {.topic = topic, .payload = as_bytes(value), .retain = true}};
  publish(state, publication);
}

void put(State& state, std::string_view name, std::uint64_t value) {
  put(state, name, std::to_string(value));
}

std::uint64_t all_dropped(const Counters& counters) {
  return std::accumulate(counters.dropped.begin(), counters.dropped.end(), std::uint64_t{0});
}

void put_clients(State& state) {
  const Counters& counters = state.counters;
  const std::uint64_t connected = counters.clients_connected;
  const std::uint64_t total = state.sessions.size();
  put(state, "clients/total", total);
  put(state, "clients/connected", connected);
  put(state, "clients/active", connected);  // the older name for it
  put(state, "clients/disconnected", total - connected);
  put(state, "clients/inactive", total - connected);
  put(state, "clients/maximum", counters.clients_connected_maximum);
  put(state, "clients/expired", counters.sessions_expired);
  put(state, "connections/socket/count", state.connections.size());
}

void put_traffic(State& state) {
  const Counters& counters = state.counters;
  put(state, "messages/received", counters.packets_received);  // packets of every type, as in Mosquitto
  put(state, "messages/sent", counters.packets_sent);
  put(state, "bytes/received", counters.bytes_received);
  put(state, "bytes/sent", counters.bytes_sent);
  put(state, "publish/messages/received", counters.publishes_received);
  put(state, "publish/messages/sent", counters.publishes_sent);
  put(state, "publish/messages/dropped", all_dropped(counters));
  put(state, "publish/bytes/received", counters.publish_bytes_received);
  put(state, "publish/bytes/sent", counters.publish_bytes_sent);
}

void put_store(State& state) {
  put(state, "subscriptions/count", state.subscriptions.size());
  put(state, "retained messages/count", state.retained.size());
  put(state, "messages/stored", state.retained.size());
  put(state, "store/messages/count", state.retained.size());
  put(state, "store/messages/bytes", state.memory.bytes);
  put(state, "heap/current", state.memory.bytes);
}

void put_load(State& state, std::string_view name, LoadAverages::Rate& rate, std::uint64_t counter,
              double minutes) {
  static constexpr double kWindows[] = {1, 5, 15};
  static constexpr std::string_view kNames[] = {"1min", "5min", "15min"};
  const double now_per_minute = minutes > 0 ? static_cast<double>(counter - rate.seen) / minutes : 0;
  rate.seen = counter;
  for (int i = 0; i < 3; ++i) {
    const double kept = std::exp(-minutes / kWindows[i]);
    rate.per_minute[i] = now_per_minute + kept * (rate.per_minute[i] - now_per_minute);
    char value[32];
    std::snprintf(value, sizeof value, "%.2f", rate.per_minute[i]);
    put(state, "load/" + std::string(name) + "/" + std::string(kNames[i]), value);
  }
}

void put_loads(State& state) {
  if (!state.load) {
    state.load = std::make_unique<LoadAverages>();
    state.load->sampled = state.started;
  }
  LoadAverages& load = *state.load;
  const double minutes = std::chrono::duration<double, std::ratio<60>>(state.now - load.sampled).count();
  load.sampled = state.now;
  const Counters counters = state.counters;  // as they were: publishing changes them
  put_load(state, "messages/received", load.messages_received, counters.packets_received, minutes);
  put_load(state, "messages/sent", load.messages_sent, counters.packets_sent, minutes);
  put_load(state, "publish/received", load.publish_received, counters.publishes_received, minutes);
  put_load(state, "publish/sent", load.publish_sent, counters.publishes_sent, minutes);
  put_load(state, "publish/dropped", load.publish_dropped, all_dropped(counters), minutes);
  put_load(state, "bytes/received", load.bytes_received, counters.bytes_received, minutes);
  put_load(state, "bytes/sent", load.bytes_sent, counters.bytes_sent, minutes);
  put_load(state, "sockets", load.sockets, counters.connections_accepted, minutes);
  put_load(state, "connections", load.connections, counters.connections_accepted - counters.connects_refused,
           minutes);
}

void put_all(State& state) {
  put(state, "version", "pintbroker version " PINT_VERSION);
  put(state, "name", state.options.name);
  const auto uptime = duration_cast<seconds>(state.now - state.started).count();
  put(state, "uptime", std::to_string(uptime) + " seconds");
  put_clients(state);
  put_traffic(state);
  put_store(state);
  put_loads(state);
}

void set_timer(State& state) {
  state.sys_timer = state.timers.set(state.now + state.options.sys_interval, Due{});
}

}  // namespace

void begin_sys(State& state) {
  if (state.options.sys_interval <= Duration::zero() || state.sys_timer != TimerId::none) return;
  put_all(state);
  set_timer(state);
}

void publish_sys(State& state) {
  state.sys_timer = TimerId::none;
  if (state.subscriptions.sys_size() == 0) return;
  put_all(state);
  set_timer(state);
}

}  // namespace pint::core
