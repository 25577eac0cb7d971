// $SYS/broker topics, under the names Mosquitto's users know. They cost nothing while nobody subscribes to a
// filter that begins with $SYS: only then are they published (retained), at once and every sys_interval.
#pragma once

#include "core/state.hpp"

namespace pint::core {

// Moving averages over one, five and fifteen minutes, fed at each publication with whatever time has passed.
struct LoadAverages {
  struct Rate {
    std::uint64_t seen = 0;        // the counter at the last sample
    double per_minute[3] = {0, 0, 0};
  };
  Time sampled{};
  Rate messages_received, messages_sent, publish_received, publish_sent, publish_dropped, bytes_received,
      bytes_sent, sockets, connections;
};

// Somebody is about to subscribe to a filter that begins with $SYS: if nobody did until now, publish, and go
// on doing so. Called before the subscription is made, which then finds the topics retained.
void begin_sys(State& state);

// The interval has passed: publish again, or stop if nobody subscribes any more.
void publish_sys(State& state);

}  // namespace pint::core
