// Options: everything that can be set before start(), with its default and what changing it costs. The
// executable has a flag, an environment variable and a config key for each; docs/configuration.md is made
// from the same table.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/event.hpp>
#include <pint/message.hpp>
#include <pint/policy.hpp>

namespace pint {

// Where to accept connections. Loopback unless told otherwise: a test tool must not surprise a network.
struct Listener {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address, not a host name
  std::uint16_t port = 1883;          // 0: any free one; Broker::port() tells which
  [[nodiscard]] static Listener tcp(std::uint16_t port, std::string address = "127.0.0.1") {
    return {.address = std::move(address), .port = port};
  }
};

// Bounds. Hitting one is counted (Stats) and told (LimitReached); docs/configuration.md says what then
// happens. MQTT 5.0 clients are told in CONNACK what differs from the protocol's own maximum.
struct Limits {
  // Connections at once. One more is refused: CONNACK 0x9F (3.x: 3), then closed.
  std::uint32_t connections = 100'000;
  // How long a connection may take to send a whole CONNECT (and finish AUTH). Then it is closed.
  std::chrono::milliseconds connect_timeout{10'000};
  // Largest packet a client may send, fixed header included. 5.0: DISCONNECT 0x95. Bytes; the protocol's
  // maximum.
  std::uint32_t maximum_packet_size = 268'435'460;
  // QoS 1 and 2 messages a 5.0 client may have open towards us. Then 0x93. 1 .. 65,535.
  std::uint16_t receive_maximum = 65'535;
  // Topic Aliases a client may use towards us. 0: none. Each used alias keeps its topic in memory.
  std::uint16_t topic_alias_maximum = 128;
  // Topic Aliases the broker uses towards a client that allows them. 0: never.
  std::uint16_t outgoing_topic_aliases = 128;
  // Largest Keep Alive granted to 5.0 clients, s; 0: any. They are told (Server Keep Alive [MQTT-3.1.2-21]).
  // A 3.x client cannot be told, and keeps its own.
  std::chrono::seconds keep_alive_maximum{0};
  // Longest a Session may outlive its connection, s. 4,294,967,295: for ever.
  std::chrono::seconds session_expiry_maximum{4'294'967'295};
  // QoS 1 and 2 messages sent to a client and not yet acknowledged. 5.0: the smaller of this and the client's
  // Receive Maximum. 1 .. 65,535.
  std::uint16_t inflight = 1'024;
  // What may wait in one Session, offline or behind a full window; the newest is dropped.
  std::uint32_t queue_messages = 100'000;
  std::size_t queue_bytes = 64u << 20;
  // Bytes encoded for one connection and not yet taken by the operating system; newest QoS 0 is dropped above
  // it, and above a quarter of it the client's own packets are not read.
  std::size_t outbox_bytes = 4u << 20;
  // How long clients that publish to a connected client that cannot keep up are not read, so that nothing is
  // dropped for it: from a quarter of outbox_bytes, or half of its queue, until it is a little below. If it
  // takes longer, it holds nobody back until it has drained, and the two limits above apply. In the machine's
  // time even where a test owns the broker's. 0: never; a fast publisher then loses messages to slow
  // receivers.
  std::chrono::milliseconds hold_publishers{1'000};
  std::uint32_t subscriptions_per_client = 1'000'000;
  std::uint32_t retained_messages = 10'000'000;
  // All message bytes the broker holds. Above: nothing more is queued or retained, and
  // CONNECTs of clients without a Session get 0x97; who reads goes on receiving.
  std::size_t memory_bytes = std::size_t{1} << 30;
  // Bytes of publish() and other calls the broker thread has not yet taken.
  std::size_t mailbox_bytes = 64u << 20;
  // A message published by a rule has one hop more than the one that caused it; above this it is dropped.
  std::uint32_t rule_hops = 16;
};

// What the broker offers; for trying how a client copes with a server that offers less.
struct Features {
  QoS maximum_qos = QoS::exactly_once;  // [MQTT-3.2.2-9]
  bool retain_available = true;
  bool wildcard_subscription_available = true;
  bool subscription_identifiers_available = true;
  bool shared_subscription_available = true;
  // Given to 5.0 clients that set Request Response Information; empty: none.
  std::string response_information = {};
};

// What a handler receives; valid during the call only, unless copied.
using MessageHandler = std::function<void(const Message&)>;
using TopicPayloadHandler = std::function<void(std::string_view topic, std::string_view payload)>;

class MessageQueue;  // <pint/message_queue.hpp>

// A rule: a subscription whose receiver is a function or a queue. Give exactly one handler; the queue is
// shared between the rule and whoever waits on it.
struct Rule {
  std::string topic_filter;  // as in SUBSCRIBE, also $share/name/filter
  MessageHandler on_message = {};
  TopicPayloadHandler on_payload = {};
  std::shared_ptr<MessageQueue> queue = {};
};

// When on_socket is called.
enum class SocketStage : std::uint8_t { before_bind, after_accept };
using NativeSocket = int;

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

struct Options {
  std::string name = "pintbroker";  // in logs, in events' text and in $SYS/broker/name
  std::vector<Listener> listeners = {Listener{}};
  Limits limits = {};
  Features features = {};
  std::vector<Rule> rules = {};

  // Told on the broker thread at the end of the turn. They may call any Broker method. "Do not block" is the
  // contract: clients wait as long as a handler runs. An exception is caught, logged and counted.
  std::function<void(const ClientConnected&)> on_connect = {};
  std::function<void(const ClientDisconnected&)> on_disconnect = {};
  std::function<void(const Event&)> on_event = {};  // every event, the two above included
  bool observe_packets = false;   // build PacketSeen events: copies each packet once more
  bool observe_messages = false;  // build MessagePublished events: copies each message once

  std::shared_ptr<Policy> policy = {};  // null allows everything
  // Gets each listening socket before bind and each connection's socket after accept.
  std::function<void(NativeSocket, SocketStage)> on_socket = {};
  // Where the library logs to; null: nowhere. Called by start(), then on the broker thread.
  std::function<void(LogLevel, std::string_view)> log = {};
  // Asked before the line of an event is made, so that one nobody wants costs nothing; null: all are wanted,
  // and so is one for which it throws. On the broker thread.
  std::function<bool(LogLevel)> log_wants = {};

  // How often $SYS/broker topics are refreshed while somebody subscribes to them; 0: $SYS is off. Costs
  // nothing while nobody does.
  std::chrono::seconds sys_interval{10};
  // The only source of randomness (assigned Client Identifiers). Absent: taken from the operating system.
  std::optional<std::uint64_t> seed = {};
};

// Say everything that is wrong with the options, one whole sentence each; empty if nothing is.
[[nodiscard]] std::vector<std::string> problems_of(const Options& options);

}  // namespace pint
