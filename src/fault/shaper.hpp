// Shaper: the socket faults of one broker, and the lanes of the connections they are at work on. Pure: told
// the time, seeded, without sockets. The loop asks it about each connection once there is a fault.
//
//   plan_:  [ name, client pattern, way, effect ] …          channels_:  connection ─▶ to_client, from_client
//                         └──── see(): who is it, which match ────────────▶
//
// next_deadline() and due() look at every shaped connection; those without a fault cost nothing here.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pint/socket_fault.hpp>

#include "base/time.hpp"
#include "core/ids.hpp"
#include "fault/lane.hpp"

namespace pint::fault {

// What a fault did, and to whom: told once for each fault, connection and way, when it first takes effect.
struct Applied {
  std::string name;
  std::string what;  // "latency 200 ms, to the client"
  std::string client_id;
  std::string remote_address;
};

// A connection on which a fault is at work, or was until what it has delayed is through.
class Channel {
 public:
  explicit Channel(std::uint64_t seed) : to_client(seed), from_client(~seed) {}
  Lane to_client;
  Lane from_client;
  // The broker and the client know each other by silence only.
  [[nodiscard]] bool half_open() const { return half_open_; }

 private:
  friend class Shaper;
  std::string client_id_;
  core::RemoteEnd remote_;
  std::uint64_t revision_ = 0;  // of the plan, when faults were last looked up
  bool half_open_ = false;
  bool shaped_ = false;  // some fault matches
};

class Shaper {
 public:
  using Sink = std::function<void(const Applied&, Time)>;
  Shaper(std::uint64_t seed, Sink sink) : random_(seed), sink_(std::move(sink)) {}
  Shaper(const Shaper&) = delete;
  Shaper& operator=(const Shaper&) = delete;

  // The plan. Whoever changes it calls see() for every connection after that.
  // False if there is one of this name.
  [[nodiscard]] bool add(const SocketFault& fault);
  void set(const SocketFault& fault);
  bool remove(std::string_view name);
  void clear();
  [[nodiscard]] std::vector<SocketFault> list() const;

  // No fault, and nothing on its way: there is no need to ask.
  [[nodiscard]] bool idle() const { return plan_.empty() && channels_.empty(); }

  // A connection is there, has a name now, or the plan has changed. An empty name leaves the one it had.
  void see(core::ConnectionId connection, std::string_view client_id, const core::RemoteEnd& remote,
           Time now);
  // Null if no fault is at work on it.
  [[nodiscard]] Channel* find(core::ConnectionId connection);
  // Bytes enter one of its lanes.
  void enter(Channel& channel, Way way, ByteView bytes, Time now);
  // Drop its channel if it has become useless.
  void release(core::ConnectionId connection);
  void forget(core::ConnectionId connection);

  // Time. due(): connections whose lanes have come to a deadline, in one order always.
  [[nodiscard]] std::optional<Time> next_deadline() const;
  [[nodiscard]] std::vector<core::ConnectionId> due(Time now);

  // Connecting.
  [[nodiscard]] bool stops_accepting() const;
  [[nodiscard]] bool refuses() const;
  void tell_stopped(Time now);
  void tell_refused(const core::RemoteEnd& remote, Time now);

 private:
  struct Planned {
    SocketFault fault;
    std::uint64_t revision;
    bool told = false;  // only stop_accepting(), which has no lane to note it
  };
  template <class Effect>
  [[nodiscard]] const SocketFault* first() const;  // with this effect
  void match(Channel& channel, Time now);
  void tell_news(Channel& channel, Time now);
  void tell_news(Channel& channel, Lane& lane, std::string_view way, Time now);
  [[nodiscard]] static std::uint64_t key_of(core::ConnectionId connection);

  Random random_;
  Sink sink_;
  std::list<Planned> plan_;  // lanes point into it
  std::uint64_t revision_ = 0;
  std::map<std::uint64_t, Channel> channels_;
};

}  // namespace pint::fault
