// Connection: the state of one Network Connection. All that outlives it is in the Session.
//
//   awaiting_connect ──CONNECT──▶ authenticating ──▶ connected ──▶ closing     (every phase may go to
//   closing)
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pint/message.hpp>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "core/ids.hpp"
#include "core/outbox.hpp"
#include "core/topic_aliases.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {

// A receiver that is full, and whom it holds back; see hold.hpp.
struct Hold {
  TimerId timer = TimerId::none;
  std::vector<ConnectionId> publishers;
};

enum class Phase : std::uint8_t { awaiting_connect, authenticating, connected, closing };

// Enhanced authentication under way, or done and able to begin again. [section 4.12]
struct AuthExchange {
  std::string method;
  Bytes connect;  // the whole CONNECT, kept until it is answered; empty afterwards
  int step = 0;
  bool reauthenticating = false;
};

// What few connections have, together behind one pointer.
struct RareState {
  std::string user_name;
  std::unique_ptr<IncomingAliases> aliases_in;
  std::unique_ptr<OutgoingAliases> aliases_out;
  std::unique_ptr<AuthExchange> auth;
  std::unique_ptr<Hold> hold;  // while it is full
};

struct Connection {
  Connection(ChunkPool& pool, const RemoteEnd& remote_end) : outbox(pool), remote(remote_end) {}

  ConnectionId id;
  SessionId session;  // while connected
  Outbox outbox;
  std::unique_ptr<Bytes> partial;  // the front of a packet whose rest has not come; while held, all that came
  Time last_packet{};              // when the last whole packet came, for Keep Alive
  std::unique_ptr<RareState> rare;
  TimerId timer = TimerId::none;  // connect timeout, then Keep Alive

  // What the client told us in CONNECT.
  std::uint32_t maximum_packet_size = mqtt::kMaxPacketBytes;
  std::uint32_t session_expiry = 0;  // s; the one in force
  std::uint16_t keep_alive = 0;      // s; the one in force
  std::uint16_t send_window = 0;     // QoS 1 and 2 messages we may have open towards it
  RemoteEnd remote;
  ProtocolVersion version = ProtocolVersion::v5;
  Phase phase = Phase::awaiting_connect;
  bool session_outlives = false;  // CONNECT asked for a Session Expiry Interval above 0, granted or not
  bool clean_start = true;
  bool problem_information = true;  // [MQTT-3.1.2-29]
  bool touched = false;             // is in State::touched
  bool reading_paused = false;      // back-pressure told the host not to read
  bool stalled = false;             // it was full too long: it holds nobody back until it has drained
  bool held = false;                // a receiver it publishes to is full: nothing of it is handled
  bool reset_wanted = false;        // end the transport by RST
  bool reset_when_sent = false;     // … once the outbox is empty
  bool end_noted = false;           // the interceptor wants it ended; see intercept.hpp
  bool over_limit = false;          // one connection too many: its CONNECT will be refused
  bool known_to_log = false;        // by its name, with the number below
  LogNumber log_number = LogNumber::none;

  // How long it may be silent: one and a half times Keep Alive. [MQTT-3.1.2-22]
  [[nodiscard]] Duration silence_limit() const { return std::chrono::milliseconds{keep_alive * 1'500}; }
  [[nodiscard]] bool v5() const { return version == ProtocolVersion::v5; }

  // Each null or empty if it has none.
  [[nodiscard]] IncomingAliases* aliases_in() const { return rare ? rare->aliases_in.get() : nullptr; }
  [[nodiscard]] OutgoingAliases* aliases_out() const { return rare ? rare->aliases_out.get() : nullptr; }
  [[nodiscard]] AuthExchange* auth() const { return rare ? rare->auth.get() : nullptr; }
  [[nodiscard]] Hold* hold() const { return rare ? rare->hold.get() : nullptr; }
  [[nodiscard]] std::string_view user_name() const { return rare ? rare->user_name : std::string_view{}; }
  // To set one of them.
  [[nodiscard]] RareState& rare_state() {
    if (!rare) rare = std::make_unique<RareState>();
    return *rare;
  }
};

// A hundred thousand idle clients have one each.
static_assert(sizeof(Connection) <= 128);

}  // namespace pint::core
