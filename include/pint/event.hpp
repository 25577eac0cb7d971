// Event: what happened in the broker, never what to do about it. Small owning structs, told on the broker
// thread at the end of the turn in which they happened, in the order they happened.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <pint/error.hpp>
#include <pint/message.hpp>

namespace pint {

// Who is at the other end of a Network Connection.
struct Client {
  std::string client_id;       // as sent, or as assigned; empty before CONNECT was accepted
  std::string user_name = {};  // empty when CONNECT had none
  std::string remote_address = {};  // "127.0.0.1:40122" or "[::1]:40122"
  ProtocolVersion version = ProtocolVersion::v3_1_1;
};

// CONNACK with success was sent.
struct ClientConnected {
  Client client;
  bool clean_start = true;       // as asked; Clean Session in 3.x
  bool session_present = false;  // an earlier Session was resumed
  std::chrono::seconds keep_alive{};      // the one in force; 0 is off
  std::chrono::seconds session_expiry{};  // the one in force; 4,294,967,295 s never ends
};

// Why a Network Connection ended.
enum class DisconnectCause : std::uint8_t {
  client_disconnected,  // the client sent DISCONNECT
  client_closed,        // the transport ended without DISCONNECT
  transport_failed,     // the operating system reported an error (reset, timed out)
  protocol_error,       // the client broke the protocol; `reason` and `explanation` say how
  keep_alive_timeout,   // [MQTT-3.1.2-22]
  taken_over,           // another connection claimed the Client Identifier [MQTT-3.1.4-3]
  disconnected_by_application,
  limit_reached,        // a limit of Options; `explanation` names it
  not_authorized,       // the Policy said so
  broker_stopping,
};
[[nodiscard]] std::string_view name_of(DisconnectCause cause);

// A client that had been told ClientConnected has gone.
struct ClientDisconnected {
  Client client;
  DisconnectCause cause = DisconnectCause::client_closed;
  ReasonCode reason = ReasonCode::normal_disconnection;  // the DISCONNECT's, either way
  bool asked_for_it = false;     // the client sent DISCONNECT, whatever the reason in it
  bool session_kept = false;     // the Session lives on
  std::string explanation;       // one sentence, with the clause where one was broken; may be empty
};

// A connection ended before a CONNACK with success: refused, malformed, silent or lost.
struct ConnectRefused {
  Client client;
  ReasonCode reason = ReasonCode::unspecified_error;
  std::string explanation;
};

struct ClientSubscribed {
  std::string client_id;
  std::string topic_filter;   // with $share/name/ if it was there
  QoS qos = QoS::at_most_once;         // granted
  bool replaced = false;      // it was there before [MQTT-3.8.4-3]
};

struct ClientUnsubscribed {
  std::string client_id;
  std::string topic_filter;
};

// A client or the application published, or a Will went out (then WillPublished follows). Told once a
// message, whoever receives it.
struct MessagePublished {
  std::string client_id;  // empty: the application
  Message message;
  bool duplicate = false;       // DUP as received
  std::uint32_t receivers = 0;  // Sessions and rules it was routed to
  std::uint8_t hops = 0;        // handlers of messages it comes from, one after the other: limits.rule_hops
};

// Why somebody did not get a message.
enum class DropCause : std::uint8_t {
  outbox_full,           // QoS 0, and the receiver reads too slowly: limits.outbox_bytes
  queue_full,            // limits.queue_messages or limits.queue_bytes of the Session
  larger_than_client_accepts,  // the client's Maximum Packet Size [MQTT-3.1.2-25]
  expired,               // Message Expiry Interval passed while it waited [MQTT-3.3.2-5]
  session_ended,         // it waited in a Session that ended
  not_authorized,        // the Policy refused the publisher
  rule_loop,             // limits.rule_hops
  refused_by_client,     // PUBACK or PUBREC with 0x80 or more [MQTT-4.4.0-2]
  retained_store_full,   // limits.retained_messages: not stored, though delivered
  memory_full,           // limits.memory_bytes
};
[[nodiscard]] std::string_view name_of(DropCause cause);

struct MessageDropped {
  std::string client_id;  // who did not get it; empty: nobody in particular
  std::string topic;
  QoS qos = QoS::at_most_once;
  DropCause cause = DropCause::outbox_full;
};

struct WillPublished {
  std::string client_id;
  std::string topic;
};

struct SessionEnded {
  std::string client_id;
  bool expired =
      false;  // its Session Expiry Interval passed; otherwise replaced or ended with its connection
};

// One of the Options' limits was hit. Told at most once a limit and turn; Stats counts each hit.
struct LimitReached {
  std::string limit;      // the option's name, such as "connections"
  std::string client_id;  // may be empty
};

// A handler of the application threw. The broker went on.
struct HandlerFailed {
  std::string handler;  // "rule devices/#", "on_connect", …
  std::string explanation;
};

enum class Direction : std::uint8_t { received, sent };

// One whole MQTT packet. Built only if Options::observe_packets is set, because it copies the bytes.
struct PacketSeen {
  Client client;
  Direction direction = Direction::received;
  std::string bytes;  // fixed header and all
};

using Event = std::variant<ClientConnected, ClientDisconnected, ConnectRefused, ClientSubscribed,
                           ClientUnsubscribed, MessagePublished, MessageDropped, WillPublished, SessionEnded,
                           LimitReached, HandlerFailed, PacketSeen>;

}  // namespace pint
