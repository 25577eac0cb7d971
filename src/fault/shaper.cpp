#include "fault/shaper.hpp"

#include <algorithm>

#include "base/glob.hpp"

namespace pint::fault {
namespace {

using Matching = std::vector<std::pair<const SocketFault*, std::uint64_t>>;

bool is_about_connecting(const SocketEffect& effect) {
  return std::holds_alternative<socket_effect::RefuseConnections>(effect) ||
         std::holds_alternative<socket_effect::StopAccepting>(effect);
}

}  // namespace

// The plan.

bool Shaper::add(const SocketFault& fault) {
  if (std::ranges::any_of(plan_, [&](const Planned& each) { return each.fault.name == fault.name; })) {
    return false;
  }
  plan_.push_back({fault, ++revision_});
  return true;
}

void Shaper::set(const SocketFault& fault) {
  for (Planned& each : plan_) {
    if (each.fault.name != fault.name) continue;
    each = {fault, ++revision_};
    return;
  }
  plan_.push_back({fault, ++revision_});
}

bool Shaper::remove(std::string_view name) {
  const bool removed = plan_.remove_if([&](const Planned& each) { return each.fault.name == name; }) > 0;
  if (removed) ++revision_;
  return removed;
}

void Shaper::clear() {
  plan_.clear();
  ++revision_;
}

std::vector<SocketFault> Shaper::list() const {
  std::vector<SocketFault> faults;
  for (const Planned& each : plan_) faults.push_back(each.fault);
  return faults;
}

template <class Effect>
const SocketFault* Shaper::first() const {
  for (const Planned& each : plan_) {
    if (std::holds_alternative<Effect>(each.fault.effect)) return &each.fault;
  }
  return nullptr;
}

bool Shaper::stops_accepting() const { return first<socket_effect::StopAccepting>() != nullptr; }
bool Shaper::refuses() const { return first<socket_effect::RefuseConnections>() != nullptr; }

// Connections.

std::uint64_t Shaper::key_of(core::ConnectionId connection) {
  return std::uint64_t{connection.generation} << 32 | connection.index;
}

void Shaper::see(core::ConnectionId connection, std::string_view client_id, const core::RemoteEnd& remote,
                 Time now) {
  const auto matches = [&](const Planned& each) {
    return !is_about_connecting(each.fault.effect) && glob_matches(each.fault.client, client_id);
  };
  auto found = channels_.find(key_of(connection));
  if (found == channels_.end()) {
    if (std::ranges::none_of(plan_, matches)) return;
    found = channels_.try_emplace(key_of(connection), random_.next()).first;
    found->second.remote_ = remote;
  }
  Channel& channel = found->second;
  const bool renamed = !client_id.empty() && channel.client_id_ != client_id;
  if (!renamed && channel.revision_ == revision_) return;
  if (renamed) channel.client_id_ = client_id;
  match(channel, now);
}

void Shaper::match(Channel& channel, Time now) {
  channel.revision_ = revision_;
  channel.half_open_ = false;
  Matching to_client;
  Matching from_client;
  for (const Planned& each : plan_) {
    if (is_about_connecting(each.fault.effect)) continue;
    if (!glob_matches(each.fault.client, channel.client_id_)) continue;
    if (each.fault.way != Way::from_client) to_client.emplace_back(&each.fault, each.revision);
    if (each.fault.way != Way::to_client) from_client.emplace_back(&each.fault, each.revision);
    channel.half_open_ |= std::holds_alternative<socket_effect::HalfOpen>(each.fault.effect);
  }
  channel.shaped_ = !to_client.empty() || !from_client.empty();
  channel.to_client.set_faults(to_client, now);
  channel.from_client.set_faults(from_client, now);
  tell_news(channel, now);
}

Channel* Shaper::find(core::ConnectionId connection) {
  const auto found = channels_.find(key_of(connection));
  return found == channels_.end() ? nullptr : &found->second;
}

void Shaper::enter(Channel& channel, Way way, ByteView bytes, Time now) {
  (way == Way::to_client ? channel.to_client : channel.from_client).enter(bytes, now);
  tell_news(channel, now);
}

void Shaper::release(core::ConnectionId connection) {
  const auto found = channels_.find(key_of(connection));
  if (found == channels_.end()) return;
  const Channel& channel = found->second;
  if (!channel.shaped_ && channel.to_client.empty() && channel.from_client.empty()) channels_.erase(found);
}

void Shaper::forget(core::ConnectionId connection) { channels_.erase(key_of(connection)); }

// Time.

std::optional<Time> Shaper::next_deadline() const {
  Time first = kNever;
  for (const auto& [key, channel] : channels_) {
    for (const Lane* lane : {&channel.to_client, &channel.from_client}) {
      first = std::min(first, lane->next_deadline().value_or(kNever));
    }
  }
  if (first == kNever) return std::nullopt;
  return first;
}

std::vector<core::ConnectionId> Shaper::due(Time now) {
  std::vector<core::ConnectionId> connections;
  for (auto& [key, channel] : channels_) {
    bool is_due = false;
    for (Lane* lane : {&channel.to_client, &channel.from_client}) {
      if (lane->next_deadline().value_or(kNever) > now) continue;
      lane->tick(now);
      is_due = true;
    }
    if (is_due) {
      connections.push_back(
          {.index = static_cast<std::uint32_t>(key), .generation = static_cast<std::uint32_t>(key >> 32)});
    }
  }
  return connections;
}

// Telling.

void Shaper::tell_stopped(Time now) {
  for (Planned& each : plan_) {
    if (!std::holds_alternative<socket_effect::StopAccepting>(each.fault.effect)) continue;
    if (std::exchange(each.told, true) || !sink_) continue;
    sink_({.name = each.fault.name,
           .what = to_string(each.fault.effect),
           .client_id = {},
           .remote_address = {}},
          now);
  }
}

void Shaper::tell_refused(const core::RemoteEnd& remote, Time now) {
  const SocketFault* fault = first<socket_effect::RefuseConnections>();
  if (fault == nullptr || !sink_) return;
  sink_({.name = fault->name,
         .what = to_string(fault->effect),
         .client_id = {},
         .remote_address = remote.text()},
        now);
}

void Shaper::tell_news(Channel& channel, Time now) {
  tell_news(channel, channel.to_client, ", to the client", now);
  tell_news(channel, channel.from_client, ", from the client", now);
}

void Shaper::tell_news(Channel& channel, Lane& lane, std::string_view way, Time now) {
  for (Lane::Part& part : lane.parts()) {
    if (!part.took_effect || std::exchange(part.told, true) || !sink_) continue;
    sink_({.name = part.fault->name,
           .what = to_string(part.fault->effect).append(way),
           .client_id = channel.client_id_,
           .remote_address = channel.remote_.text()},
          now);
  }
}

}  // namespace pint::fault
