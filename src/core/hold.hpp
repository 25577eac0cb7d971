// Holding publishers back. While a receiver is full, whoever publishes to it is not read: what it cannot take
// waits with those who send it, and nothing is dropped. For a bounded time, so that one client that stands
// still cannot stop the others: after it the receiver is stalled, holds nobody, and gets what finds room.
//
//   free ──above high water──▶ full ──limits.hold_publishers──▶ stalled
//    ▲                           │                                 │
//    └──────below low water──────┴─────────────────────────────────┘
//
//                  outbox                    Session's queue (QoS 1 and 2)
//   high water     1/4 of outbox_bytes       1/2 of queue_messages, queue_bytes
//   low water      3/16                      7/16
//
// They are close to each other, so that it takes a slow receiver little time to get from one to the other: by
// default it loses nothing if it takes 256 KiB, or acknowledges 6,250 messages, in the second it is given.
//
// Only receivers that are connected become full: a Session whose client is away queues, and holds nobody.
// Only clients are held: the application is told nothing by not being read. A client may be full of its own
// messages; then it is held like any other, for as long as any other.
//
// The time is wire time: it is sockets that wait, and a test that holds broker time still must not hang them.
//
// A publisher stops at the packet that made or found a receiver full. What was read with it waits in
// Connection::partial. It is held by the first such receiver only; let go, it comes as far as the next one.
// So a receiver gets at most one packet of each publisher after it became full. No receiver full: one
// comparison for each delivery, one test for each packet.
#pragma once

#include <vector>

#include "core/state.hpp"

namespace pint::core {

[[nodiscard]] inline bool above_high_water(const Limits& limits, const Session& session,
                                           const Connection& receiver) {
  return receiver.outbox.bytes() > limits.outbox_bytes / 4 ||
         session.queue.size() > limits.queue_messages / 2 || session.queue_bytes > limits.queue_bytes / 2;
}

// The receiver is above high water: hold the publisher back, unless it has been for too long.
void hold_back(State& state, Connection& receiver, SessionId publisher);

// Something was put into the outbox or the queue of a receiver that is connected.
inline void hold_if_full(State& state, const Session& session, Connection& receiver, SessionId publisher) {
  if (above_high_water(state.options.limits, session, receiver)) hold_back(state, receiver, publisher);
}

// Something left them.
void let_go_if_drained(State& state, Connection& receiver);

// limits.hold_publishers has passed since the receiver became full.
void hold_passed(State& state, Connection& receiver);

// The receiver's connection ends.
void let_go(State& state, Connection& receiver);

// Whoever was let go since the last call: handle what they had sent. At the end of each of the engine's
// inputs, and never in the middle of a packet.
void resume_publishers(State& state);

// The connection ends: handle what it had sent, whoever is full.
void finish_held(State& state, Connection& publisher);

}  // namespace pint::core
