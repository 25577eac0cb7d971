// Instruments: what a test kit builds into a broker: its own time, eyes on everything, hands on packets. A
// broker without them pays one null check for each.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <pint/broker.hpp>

#include "core/interceptor.hpp"
#include "core/packet_log.hpp"
#include "net/time_source.hpp"

namespace pint {

class RunningBroker;

// Told everything on the broker thread.
class Observer {
 public:
  virtual ~Observer() = default;
  // Before anything else, on the thread that calls start(): whom it observes from here on.
  virtual void on_start(RunningBroker& broker) = 0;
  // After the application's own handlers. `placed`: see Engine::placed(); empty if the events are not the
  // engine's.
  virtual void on_events(std::vector<Event> events, std::span<const std::uint8_t> placed) = 0;
  // A rule's handler is about to be called.
  virtual void on_rule_call(std::string_view rule_filter, const Message& message) = 0;
};

// All must outlive the broker; null is without.
struct Instruments {
  net::TimeSource* time = nullptr;
  bool separate_wire_time = false;  // see core::EngineOptions
  core::Interceptor* interceptor = nullptr;
  core::PacketLog* packet_log = nullptr;  // with an observer, which then is told packets by this alone
  Observer* observer = nullptr;
};

// The test kit's way into a Broker, whose public face knows nothing of it.
struct InstrumentedBroker {
  static Broker make(Options options, const Instruments& instruments);
  // Call `work` on the broker thread between two turns (see net::Loop::after_turn) and wait for it; on the
  // broker thread, call it at once, in the middle of a turn. What it throws is thrown here. False if the
  // broker does not run (any more).
  static bool between_turns(Broker& broker, const std::function<void(RunningBroker&)>& work);
  static bool on_broker_thread(const Broker& broker);
  // Remove all rules but those of Options.
  static void remove_added_rules(Broker& broker);
};

}  // namespace pint
