// Retained walk: the retained messages that a new subscription still is to be sent. A store may hold more
// than an outbox or a send window, and nothing of it is to be lost on a client that reads as fast as it can:
// so they are taken out of the store as the client takes them, in order of topic.
//
//   SUBSCRIBE ──▶ walk ──no room──▶ State::walks ──outbox drained, acknowledgement, client back──▶ goes on
//
//   room       QoS 0: not more than 1/16 of outbox_bytes in the outbox, far below where publishers are held
//              QoS 1 and 2: the send window is open, and what waited for it before the walk has gone
//
// The Session is to get what was in the store when it subscribed, once, and each topic's messages in order:
//   - what a topic has from later on has come as a message already (RetainedStore::Entry::walks_before)
//   - a message for a topic that the walk has not reached sends the retained one ahead of it
// A walk belongs to the Session: it waits for a client that is away. It ends with the subscription, and what
// the store loses meanwhile it does not find. Nobody walking: one comparison for each message.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/ids.hpp"
#include "core/subscription_index.hpp"

namespace pint::core {

struct State;
struct Session;

struct RetainedWalk {
  FilterId filter;
  std::uint32_t number = 0;                       // among the walks that had to wait; 0: it has not
  std::uint64_t after = 0;                        // so many have left the queue; see SessionWalks
  std::optional<std::string> next = {};           // topics before it are done; nothing: none is
  std::set<std::string, std::less<>> ahead = {};  // others that are done too
};

// Those of one Session that wait, in the order in which they were begun: a client may subscribe to a hundred
// thousand topics at once. Counted as memory.
struct SessionWalks {
  std::list<RetainedWalk> in_order;
  std::unordered_map<FilterId, std::list<RetainedWalk>::iterator> by_filter;
  std::uint64_t dequeued = 0;  // messages that have left the front of the Session's queue meanwhile
};
using RetainedWalks = std::map<SessionId, SessionWalks>;

// A Session that is connected has subscribed, and is to have what the store has for it. [MQTT-3.3.1-9]
void begin_walk(State& state, Session& session, FilterId filter);

// There may be room again, if the client is there.
void go_on_walking(State& state, Session& session);

// A message has left the front of the Session's queue.
void note_dequeued(State& state, const Session& session);

// A message of this topic is about to be stored and delivered; `stays` if it leaves the retained one as it
// is. Gives the Sessions that were sent that one: they may go on once the message is stored.
[[nodiscard]] std::vector<SessionId> overtake_walks(State& state, std::string_view topic, bool stays);

// The subscription ends, or the Session with all of them.
void end_walk(State& state, const Session& session, FilterId filter);
void end_walks(State& state, const Session& session);

}  // namespace pint::core
