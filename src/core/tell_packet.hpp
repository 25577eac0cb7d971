// Packets and messages on their way are told to whoever observes them: to the packet log as they are, and as
// events. One check each where nobody does.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/state.hpp"
#include "mqtt/packet.hpp"

namespace pint::core {

[[nodiscard]] inline bool observes_packets(const State& state) {
  return state.seams.packet_log != nullptr || state.options.observed.packets;
}

// Precondition of both: observes_packets().
void tell_received(State& state, const Connection& connection, ByteView packet);
// The packet is head and payload. `alias_topic`: what the Topic Alias of a PUBLISH without a topic stands
// for.
void tell_sent(State& state, const Connection& connection, ByteView head, ByteView payload,
               std::string_view alias_topic = {});

// A client's PUBLISH was routed.
void tell_message(State& state, const Session& session, const MessageView& message, bool duplicate,
                  std::uint32_t receivers);

}  // namespace pint::core
