// What the engine needs to know of pint::Options, and the questions it asks while it handles a packet.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <pint/options.hpp>
#include <pint/policy.hpp>

#include "base/time.hpp"

namespace pint::core {

class Interceptor;  // interceptor.hpp
class PacketLog;    // packet_log.hpp

// The kinds of events somebody wants. What nobody observes is never built.
struct Observed {
  bool lifecycle = false;  // connects, disconnects, subscriptions, drops, limits, Sessions, Wills, failures
  bool messages = false;   // MessagePublished
  bool packets = false;    // PacketSeen
  bool logged_messages = false;  // MessagePublished also where the packet log has the message
};

struct EngineOptions {
  std::string name = "pintbroker";
  Limits limits{};
  Features features{};
  Observed observed{};
  Duration sys_interval = std::chrono::seconds{10};  // zero: $SYS is off
  std::uint64_t seed = 1;
  // Keep Alive and limits.connect_timeout go by Engine::set_wire_time() and not by `now`: for a host whose
  // broker time is not the time its clients live in.
  bool separate_wire_time = false;
};

// Asked inline, because the answer changes what happens next. Null: allow everything.
struct Seams {
  Policy* policy = nullptr;
  Interceptor* interceptor = nullptr;
  PacketLog* packet_log = nullptr;  // is told, and asks nothing
};

}  // namespace pint::core
