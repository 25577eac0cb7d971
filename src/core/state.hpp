// State: everything the engine owns, in one place, for the handlers (on_connect, on_publish, …) that work on
// it. Each handler is a free function over State; none keeps anything of its own. Also the small notes every
// handler takes: touch a connection, tell an event, count a limit.
#pragma once

#include <array>
#include <bit>
#include <optional>
#include <string_view>
#include <vector>

#include <pint/event.hpp>

#include "base/hash.hpp"
#include "base/memory_meter.hpp"
#include "base/random.hpp"
#include "base/slot_map.hpp"
#include "base/timer_queue.hpp"
#include "core/connection.hpp"
#include "core/counters.hpp"
#include "core/engine.hpp"
#include "core/engine_options.hpp"
#include "core/retained_store.hpp"
#include "core/retained_walk.hpp"
#include "core/session.hpp"
#include "core/subscription_index.hpp"
#include "core/variants.hpp"

namespace pint::core {

// How one Session is to get a message, and what fan-out gathers for it.
struct DeliveryTerms {
  QoS qos = QoS::at_most_once;
  bool retain = false;
  SubscriptionIdentifiers identifiers = {};
};
struct Found {
  SessionId session;
  bool alone = false;  // of a shared group: never merged with what else the Session gets [MQTT-4.8.2-3]
  DeliveryTerms terms = {};
};

// What a timer is for, and whose it is. Every client has one, so it is twelve bytes: the two numbers are an
// id or the halves of an address, by kind.
class Due {
 public:
  enum class Kind : std::uint8_t {
    connect_timeout,
    keep_alive,
    hold,
    session_expiry,
    will,
    retained_expiry,
    sys
  };
  Due() = default;  // sys
  template <class T>
  Due(Kind kind, Id<T> whose) : first_(whose.index), second_(whose.generation), kind_(kind) {}
  // The message is still in the store when it is due.
  explicit Due(const StoredMessage& retained) : kind_(Kind::retained_expiry) {
    const auto halves = std::bit_cast<Halves>(&retained);
    first_ = halves[0];
    second_ = halves[1];
  }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] ConnectionId connection() const { return {first_, second_}; }
  [[nodiscard]] SessionId session() const { return {first_, second_}; }
  [[nodiscard]] const StoredMessage* retained() const {
    return std::bit_cast<const StoredMessage*>(Halves{first_, second_});
  }

 private:
  using Halves = std::array<std::uint32_t, 2>;

  std::uint32_t first_ = 0;
  std::uint32_t second_ = 0;
  Kind kind_ = Kind::sys;
};
static_assert(sizeof(Due) == 12);

// The moving averages of $SYS/broker/load, see sys_topics.cpp.
struct LoadAverages;

struct State {
  State(const EngineOptions& engine_options, Seams engine_seams);
  ~State();

  EngineOptions options;
  Seams seams;
  Random random;
  Time now{};
  Time wire_now{};  // only with options.separate_wire_time; see timers.hpp
  Time started{};
  bool shutting_down = false;

  MemoryMeter memory;  // must outlive all that is below
  ChunkPool chunks;
  TimerQueue<Due> timers;
  TimerQueue<Due> separate_wire_timers;
  SlotMap<Connection> connections;
  SlotMap<Session> sessions;
  HashIndex sessions_by_client_id;  // values: index of the Session
  SubscriptionIndex subscriptions;
  RetainedStore retained;
  RetainedWalks walks;
  std::uint32_t walks_begun = 0;  // those that had to wait
  std::vector<FilterId> rule_filters;  // by RuleKey; none: removed
  Counters counters;
  Variants variants;                                        // of the message that is being routed
  std::vector<SubscriptionIndex::Filter*> matched_filters;  // scratch of fan-out, kept for its capacity
  std::vector<Found> found;
  Bytes scratch;                      // for encoding
  mqtt::PropertyList forwarded;       // properties of the PUBLISH at hand, without what concerns one hop
  mqtt::PropertyList own_properties;  // of a PUBLISH that only one receiver gets like this
  std::size_t full_receivers = 0;     // see hold.hpp
  std::vector<ConnectionId> let_go;   // publishers that may go on when this input is done with
  TimerId sys_timer = TimerId::none;
  std::unique_ptr<LoadAverages> load;

  // Outputs, drained by the host.
  std::vector<ConnectionId> touched;
  std::vector<Event> events;
  std::vector<std::uint8_t> placed;        // by event, with a packet log: whether it has a place there
  std::vector<std::uint8_t> taken_placed;  // of the events last taken
  std::uint64_t log_told = 1;              // up to here the packet log was told with the events
  std::vector<RuleCall> rule_calls;
  std::vector<ConnectionId> ends_noted;  // see intercept.hpp
  std::uint32_t limits_told = 0;         // bits by Limit: told since events were last taken

  [[nodiscard]] Session* find_session(std::string_view client_id);
  // `but_for`: bytes of a message that is at hand already, and is not to refuse itself.
  [[nodiscard]] bool out_of_memory(std::size_t but_for = 0) const {
    return memory.bytes - but_for > options.limits.memory_bytes;
  }
};

// The host is to look at this connection at the end of the turn.
void touch(State& state, Connection& connection);

// Add an event to the news. With a place, it is also in the packet log, among the packets.
void add_event(State& state, Event event);
void add_placed_event(State& state, Event event);

// Tell an event, if anybody observes lifecycle events. The maker is called only then.
template <class Make>
void tell(State& state, Make make) {
  if (state.options.observed.lifecycle) add_placed_event(state, make());
}

void count_limit(State& state, Limit limit, std::string_view client_id);
void count_drop(State& state, DropCause cause, std::string_view client_id, std::string_view topic, QoS qos);

// Who is at the other end, for events. Before CONNECT was accepted the Client Identifier is empty.
[[nodiscard]] Client describe(State& state, const Connection& connection);

}  // namespace pint::core
