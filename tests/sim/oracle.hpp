// Oracle: a second broker, as plain as it can be, that is told everything the engine is told and says what
// must have come out. It shares no code with the engine but the codec (src/mqtt), and matches topics by
// itself.
//
// It checks each step by itself, against what the engine sent and told in that step:
//   - Every packet sent is one that was owed: every answer, in order; every PUBLISH one message owed to that
//     Session, with the right topic, payload, properties, QoS, RETAIN, DUP and identifiers, in order for each
//     publisher, topic and QoS; QoS 1 at least once, QoS 2 exactly once; none twice but after a new
//     connection.
//   - Nothing owed stays behind while there is room for it: no QoS 0 message without being sent or counted as
//     dropped, no QoS 1 or 2 message while the client's window is open, no retained message that a
//     subscription brings while there is room for the store; and each of those comes, once, in its order.
//   - Every drop is told with a cause, and the cause is true. Every Will is published or not, when it must
//     be; every Session begins, is resumed and ends when it must; retained messages are what they must be.
//
// What is promised under which faults:
//   none, cuts, takeovers, crashes of clients, slow readers: all of the above.
//   bytes corrupted on the way to the broker: all of it, for what the broker then reads; a packet that cannot
//     be read must end the connection.
//   packets lost, repeated or delayed on the way: all of it, counted from where the packet takes effect
//     (inside the interceptor); so "exactly once" is then promised of handshakes, not between publisher and
//     subscriber.
//   restart of the broker: Wills are lost; Sessions, retained messages and what is inflight as Loss says.
// Where the standard leaves freedom, it is left to the engine: which member of a shared group gets a message
// (but one that is there before one that is away, which is PintBroker's own promise), whether PUBACK says
// 0x10 or 0x00, which of two copies of the same message is dropped, how events of the same instant follow
// each other. Where it leaves freedom that PintBroker gives up, the oracle holds the engine to it: one copy
// for each Session however many filters overlap, no QoS 0 message for clients that are away.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine.hpp"
#include "sim/model.hpp"

namespace pint::sim {

// A packet the engine sent in this step.
struct Outgoing {
  core::ConnectionId connection;
  Bytes bytes;
};

// What came out of the engine in one step.
struct News {
  std::vector<Event> events;
  std::vector<core::RuleCall> rule_calls;
  std::vector<Outgoing> sent;
};

class Oracle {
 public:
  // `engine` is asked only what any application may ask it.
  Oracle(const core::EngineOptions& options, core::Engine& engine);

  // One step: begin, then what the engine was told, then finish. Throws Violation.
  void begin(Time now, News news);
  void finish();

  void opened(core::ConnectionId id);
  void arrived(core::ConnectionId id);                   // a whole packet, handled or not
  void handled(core::ConnectionId id, ByteView packet);  // takes effect
  void frame_refused(core::ConnectionId id, ReasonCode reason);
  void lost(core::ConnectionId id, DisconnectCause cause);
  void closed(core::ConnectionId id);  // by the host, as the engine wanted
  void published(const Message& message);
  void rule_added(core::RuleKey rule, const std::string& filter);
  void rule_removed(core::RuleKey rule);
  // By the application; `cause` is what it is to be told as.
  void disconnected(const std::string& client_id, ReasonCode reason, DisconnectCause cause);
  void cut(const std::string& client_id);
  void restarted(const core::Loss& loss);

  // The next moment at which something must happen.
  [[nodiscard]] Time next_deadline() const;
  // Compare everything that can be asked for. Slow.
  void compare_all() const;
  // A connected client to whom something is owed still; empty: every message came to an end that is known.
  [[nodiscard]] std::string owed_to() const;
  // A retained message is owed to this connection's client: it may come whenever bytes leave.
  [[nodiscard]] bool owes_from_store(core::ConnectionId id) const;
  // Print what passes.
  void show() { showing_ = true; }

 private:
  // oracle.cpp: time and connections
  void run_due();
  [[nodiscard]] bool run_one_due();
  // Where the engine told of it in this step: things due at one moment may come in any order.
  template <class T>
  [[nodiscard]] std::size_t told_at(const std::string& client_id) const;
  [[nodiscard]] Line* line_of(core::ConnectionId id);
  [[nodiscard]] Line& line_at(std::uint64_t serial);
  [[nodiscard]] ModelSession* session_of(const std::string& client_id);
  void end_line(Line& line, DisconnectCause cause, bool keeps_will = true);
  void end_with(Line& line, DisconnectCause cause, std::vector<ReasonCode> reasons);
  void protocol_error(Line& line, std::vector<ReasonCode> reasons);
  void end_session(const std::string& client_id, bool expired);
  void give_up(ModelSession& session);
  void publish_will(ModelSession& session);
  void expect_event(std::string event) { expected_events_.push_back(std::move(event)); }

  // oracle_connect.cpp
  void on_connect(Line& line, const mqtt::Frame& frame);
  void refuse(Line& line, ReasonCode reason);
  [[nodiscard]] bool refused(Line& line, const mqtt::Connect& connect);
  void accept(Line& line, const mqtt::Connect& connect);
  void take_terms(Line& line, const mqtt::Connect& connect) const;
  [[nodiscard]] std::string assigned_client_id() const;

  // oracle_packets.cpp: what clients send
  void on_packet(Line& line, const mqtt::Packet& packet);
  void on_publish(Line& line, const mqtt::Publish& publish);
  void on_subscribe(Line& line, const mqtt::Subscribe& subscribe);
  void on_unsubscribe(Line& line, const mqtt::Unsubscribe& unsubscribe);
  void on_disconnect(Line& line, const mqtt::Disconnect& disconnect);
  void on_acknowledgement(Line& line, mqtt::PacketType type, std::uint16_t packet_id, ReasonCode reason);
  [[nodiscard]] bool guessed(const Line& line, mqtt::PacketType type, std::uint16_t packet_id) const;
  [[nodiscard]] ReasonCode subscribe(ModelSession& session, const mqtt::SubscriptionRequest& request,
                                     std::uint32_t identifier, std::vector<std::string>& owed);

  // oracle_route.cpp: who must get a message
  unsigned route(const Told& message);
  void retain(const ToldRef& message);
  void owe(ModelSession& session, const ToldRef& message, Terms terms);
  [[nodiscard]] Batch& batch_for(ModelSession& session, const std::string& topic, QoS qos) const;
  // Of this step, whatever the topic.
  void join_batches(ModelSession& session, bool counted) const;
  unsigned route_to_groups(const ToldRef& message, const std::vector<std::string>& levels);
  unsigned call_rules(const ToldRef& message, const std::vector<std::string>& levels);

  // oracle_store.cpp: retained messages on their way to new subscriptions
  void owe_retained(ModelSession& session, const std::string& filter);
  void change_terms_of_store(ModelSession& session, const std::string& filter);
  void owe_no_more(ModelSession& session, const std::string& filter);
  void overtake_store(const std::string& topic);
  void begin_step_of_store();
  void take_from_store();
  class StoreReader;
  void check_store(const ModelSession& session) const;

  // oracle_sent.cpp: what the engine sent
  void check_sent(const Outgoing& sent);
  void check_answer(Line& line, const mqtt::Packet& packet);
  void check_publish(Line& line, const mqtt::Publish& publish);
  void check_resent(Line& line, ModelSession& session, const mqtt::Publish& publish);
  void check_first(Line& line, ModelSession& session, const mqtt::Publish& publish);
  void check_window(const Line& line, const ModelSession& session) const;
  // Take it off what is owed. Nothing if it is not.
  [[nodiscard]] std::optional<Sent> take_owed(const Line& line, ModelSession& session,
                                              const mqtt::Publish& publish);
  void check_order(const Line& line, const ModelSession& session, const Sent& sent) const;
  [[nodiscard]] bool is(const Line& line, const Choice& choice, const mqtt::Publish& publish) const;
  [[nodiscard]] std::string topic_of(Line& line, const mqtt::Publish& publish);

  // oracle_news.cpp: what it told
  void check_drop(const MessageDropped& drop);
  void match_lost(const std::string& client_id, Lost& lost);
  struct Place {
    Choice choice;
    bool certain = false;      // it was dropped
    Shared* shared = nullptr;  // which may have given it
  };
  [[nodiscard]] std::vector<Place> places_of(const std::string& client_id, const Lost& lost);
  void match_lost_waiting(const std::string& client_id, const Lost& lost,
                          const std::vector<MessageDropped>& drops);
  [[nodiscard]] bool dropped_from(std::deque<BatchRef>& waiting, const MessageDropped& drop);
  [[nodiscard]] bool dropped_from_group(const MessageDropped& drop);
  [[nodiscard]] bool dropped_from_inflight(std::deque<Sent>& inflight, std::uint64_t serial,
                                           const MessageDropped& drop);
  [[nodiscard]] bool plausible(const Choice& choice, const MessageDropped& drop);
  [[nodiscard]] std::vector<const Line*> lines_for(const std::string& client_id) const;
  [[nodiscard]] std::size_t size_for(const Line& line, const Choice& choice) const;
  void check_event(const Event& event);
  void check_rule_calls();
  void expect_drop(const std::string& client_id, const Choice& choice, DropCause cause);
  [[nodiscard]] bool memory_is_short() const;

  // oracle_check.cpp: when all is told
  void give_shared();
  // How many messages a client has got beyond what it is owed by itself.
  struct Beyond {
    std::int64_t qos_0 = 0;    // sent or dropped
    std::int64_t counted = 0;  // QoS 1 and 2: inflight, queued or dropped
  };
  using BeyondByClient = std::map<std::string, Beyond>;
  [[nodiscard]] BeyondByClient beyond_what_is_owed();
  void count_what_is_kept(BeyondByClient& beyond) const;
  void count_qos_0(BeyondByClient& beyond);
  void collect_seen(const BeyondByClient& beyond);
  [[nodiscard]] bool explains_seen() const;
  [[nodiscard]] bool explains_seen(std::size_t at, std::vector<const void*>& taken) const;
  [[nodiscard]] bool assign(std::size_t at, BeyondByClient& beyond);
  void give(Shared& shared, const Candidate& candidate);
  void check_lines() const;
  void note_held();
  // More than one thing happened and connections ended: what went before what is not known.
  [[nodiscard]] bool order_unknown() const;
  void check_leftovers();
  void compare_sessions() const;
  void compare_retained() const;
  void compare_stats() const;
  void check_progress(const ModelSession& session) const;
  void check_limits(const ModelSession& session) const;
  [[noreturn]] void fail(const std::string& what) const;

  void print(const char* how, const Line& line, ByteView packet) const;
  void print(const std::string& text) const;

  core::EngineOptions options_;
  core::Engine& engine_;
  Time now_{};
  std::uint64_t memory_before_ = 0;  // the step; kept only where memory is limited
  bool showing_ = false;
  std::uint64_t step_ = 0;
  std::uint64_t last_serial_ = 0;
  std::map<core::ConnectionId, Line> lines_;
  std::map<std::string, ModelSession> sessions_;
  std::map<std::string, ToldRef> retained_;
  struct ModelRule {
    core::RuleKey key;
    Filter filter;
  };
  std::vector<ModelRule> rules_;

  // Of this step only.
  News news_;
  unsigned handled_ = 0;  // packets
  std::vector<std::string> expected_events_;
  std::vector<MessageDropped> expected_drops_;
  std::map<std::string, Lost> lost_;
  std::map<std::string, std::vector<MessageDropped>> dropped_at_end_;  // with cause session_ended
  std::vector<std::string> ended_sessions_;
  std::vector<Shared> shared_;
  struct SentPublish {
    const Line* line = nullptr;
    mqtt::Publish publish = {};
    std::size_t answered = 0;  // SUBSCRIBEs and UNSUBSCRIBEs before it, in this step
  };
  std::vector<SentPublish> publishes_;  // read as far as somebody has to look ahead
  void read_publishes();
  struct Seen {  // a PUBLISH sent for the first time to a member of a group, or a drop of his
    std::string client_id;
    const Line* line = nullptr;
    mqtt::Publish publish = {};
    const MessageDropped* drop = nullptr;
  };
  std::deque<std::string> sent_topics_;
  std::vector<Seen> seen_;
  [[nodiscard]] bool fits(const Seen& seen, const Choice& choice) const;
  struct ModelCall {
    core::RuleKey key;
    ToldRef message;
    bool retain;
  };
  std::vector<ModelCall> calls_;

  std::map<DropCause, std::uint64_t> drops_told_;  // of the whole run
};

}  // namespace pint::sim
