// Fan-out: one message to everybody who subscribed. Also the road by which a message enters the broker,
// whoever published it: retained store first, receivers next.
#pragma once

#include "core/deliver.hpp"

namespace pint::core {

// Store (if retained) and deliver. Returns how many Sessions and rules it was routed to. Refused messages
// have not got here; the limits of rule hops and memory are checked by the caller.
std::uint32_t publish(State& state, Publication& publication);

// Put into the retained store, or remove if the payload is empty. [MQTT-3.3.1-5] [MQTT-3.3.1-6]
// [MQTT-3.3.1-7]
void retain(State& state, Publication& publication);

// A retained message is due to expire. [section 3.3.2.3.3]
void expire_retained(State& state, const StoredMessage* message);

// Forget every retained message.
void forget_retained(State& state);

// Call a new rule with the retained messages that match, in order of topic. A Session gets its own by a walk:
// retained_walk.hpp.
void call_with_retained(State& state, std::string_view matched_filter, RuleKey rule);

}  // namespace pint::core
