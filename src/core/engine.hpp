// Engine: the broker as a deterministic state machine. It is told bytes and time; it never asks for either.
// It owns every connection's protocol state, every Session, subscription and retained message. It has no
// sockets, no clock, no threads, and no randomness but options.seed.
//
//   open / receive / lost / publish / tick  ──▶  Engine  ──▶  touched() + outbox(), take_events(),
//   take_rule_calls()
//
// One turn of the host: inputs, then drain the outputs. The same inputs in the same order give the same
// outputs, byte for byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include <pint/event.hpp>
#include <pint/message.hpp>
#include <pint/stats.hpp>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "core/engine_options.hpp"
#include "core/ids.hpp"
#include "core/outbox.hpp"
#include "core/stored_message.hpp"

namespace pint::core {

struct State;

// A message on its way to a rule's handler. `hops` says how many rules it has already been through.
struct RuleCall {
  RuleKey rule{};
  MessageRef message;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  std::uint8_t hops = 0;
};

// What a restart loses.
struct Loss {
  bool sessions = false;
  bool retained = false;
  bool inflight = false;  // what is inflight or queued in Sessions, both ways
};

class Engine {
 public:
  // `seams` are asked in the middle of packet handling; they must outlive the engine.
  explicit Engine(const EngineOptions& options, Seams seams = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Inputs. Each returns with all consequences recorded; none blocks or throws. `now` never goes back.

  // A transport was accepted. The connection must be closed by the host when finished(), or reported lost().
  ConnectionId open(const RemoteEnd& remote, Time now);
  // Bytes arrived, in any portions. They are copied where they are kept. Ignored for stale ids.
  void receive(ConnectionId id, ByteView bytes, Time now);
  // The transport ended by itself. The id is stale from here on. `cause` is client_closed or
  // transport_failed.
  void lost(ConnectionId id, DisconnectCause cause, Time now);
  // The application publishes. Refused (and nothing changed) with Errc. `hops`: see RuleCall.
  std::error_code publish(const Message& message, std::uint8_t hops, Time now);
  // The caller has parsed the filter (is valid). Matching retained messages are delivered as rule calls.
  RuleKey add_rule(std::string_view topic_filter, Time now);
  bool remove_rule(RuleKey rule);
  // End a client's connection from our side; false if it is not connected. [section 3.14]
  bool disconnect(std::string_view client_id, ReasonCode reason, Time now);
  // Treat Keep Alive as passed, whatever the time. False if not connected.
  bool expire_keep_alive(std::string_view client_id, Time now);
  // End a client's transport without a word, as if the network had failed; false if it is not connected.
  bool cut(std::string_view client_id, bool by_reset, Time now);
  // As if the broker had crashed and come back: every connection ends without a word, Wills are lost, and of
  // what is left goes what `loss` names.
  void restart(const Loss& loss, Time now);
  // From here on ask this interceptor, or nobody if null. It must outlive the engine or the next call. What
  // the one before has kept stays with that.
  void set_interceptor(Interceptor* interceptor);
  // Send every client DISCONNECT with the reason and mark all connections finished. Accepts no input
  // afterwards.
  void shut_down(ReasonCode reason, Time now);

  // Time. Call tick() when now >= next_deadline(); calling it early is harmless.
  [[nodiscard]] std::optional<Time> next_deadline() const;
  void tick(Time now);
  // Wire time, for EngineOptions::separate_wire_time; ignored without. Tell it before a turn's inputs, and
  // call tick() when it has reached next_wire_deadline().
  void set_wire_time(Time wire_now);
  [[nodiscard]] std::optional<Time> next_wire_deadline() const;

  // Outputs.

  // Connections that have new bytes to send, became finished(), or may be read again, since the last
  // clear_touched().
  [[nodiscard]] std::span<const ConnectionId> touched() const;
  void clear_touched();
  // Bytes to send; null if the id is stale. The host consumes from the front.
  [[nodiscard]] Outbox* outbox(ConnectionId id);
  // The host consumed bytes: lets the engine reopen what back-pressure had closed, and send what waited for
  // room. Call after each flush; there may be more to flush then.
  void flushed(ConnectionId id, Time now);
  // False: back-pressure; do not read this connection until it is touched again.
  [[nodiscard]] bool wants_bytes(ConnectionId id) const;
  // Somebody is full: of connections that publish to him, what is read beyond one packet has to wait in the
  // engine's memory. See hold.hpp.
  [[nodiscard]] bool holds_publishers() const;
  // Close the transport once the outbox is empty, then call closed(). True for stale ids.
  [[nodiscard]] bool finished(ConnectionId id) const;
  // Close it by RST, what is in the outbox unsent. Where the outbox is to be sent first this becomes true
  // when it is empty: ask again before closing.
  [[nodiscard]] bool reset_wanted(ConnectionId id) const;
  // The host closed a finished() connection; the id is stale from here on.
  void closed(ConnectionId id);

  // Who is at the other end; nothing if the id is stale. The client_id is empty before CONNECT is accepted
  // and after the connection has ended, and valid until the next input.
  struct Peer {
    std::string_view client_id;
    RemoteEnd remote;
  };
  [[nodiscard]] std::optional<Peer> peer(ConnectionId id) const;

  // News since the last call, in order. Only the kinds options observe are ever built.
  [[nodiscard]] std::vector<Event> take_events();
  // With a packet log: for each of the events last taken, 1 if it has a place there and 0 if not. The places
  // come in the order of the events. Until events are taken again.
  [[nodiscard]] std::span<const std::uint8_t> placed() const;
  [[nodiscard]] std::vector<RuleCall> take_rule_calls();
  [[nodiscard]] std::size_t events_waiting() const;
  // take_events() or take_rule_calls() would give something, or the packet log has grown since take_events().
  [[nodiscard]] bool has_news() const;

  // Questions: read-only copies, sorted.
  [[nodiscard]] std::vector<ClientState> clients() const;
  [[nodiscard]] std::vector<Message> retained(std::string_view topic_filter) const;
  [[nodiscard]] Stats stats() const;
  // About how much memory all this takes. Rises and falls with it; O(1).
  [[nodiscard]] std::size_t held_bytes() const;
  // Packets received and sent since the start: a measure of work, for who shares it out. O(1).
  [[nodiscard]] std::uint64_t packets_handled() const;
  // Give back what is kept from input to input for its capacity alone. Between two inputs; nothing else
  // changes.
  void give_back_scratch();
  // Counted for the host, which calls handlers.
  void count_rule_call();
  void count_handler_failure(std::string handler, std::string explanation);

 private:
  std::unique_ptr<State> state_;
};

}  // namespace pint::core
