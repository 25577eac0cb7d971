// Connection: the state of one Network Connection. All that outlives it is in the Session.
//
//   awaiting_connect ──CONNECT──▶ authenticating ──▶ connected ──▶ closing     (every phase may go to
//   closing)
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <pint/message.hpp>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "core/ids.hpp"
#include "core/outbox.hpp"
#include "core/topic_aliases.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {

enum class Phase : std::uint8_t { awaiting_connect, authenticating, connected, closing };

// Enhanced authentication under way, or done and able to begin again. [section 4.12]
struct AuthExchange {
  std::string method;
  Bytes connect;  // the whole CONNECT, kept until it is answered; empty afterwards
  int step = 0;
  bool reauthenticating = false;
};

struct Connection {
  Connection(ChunkPool& pool, const RemoteEnd& remote_end) : outbox(pool), remote(remote_end) {}

  ConnectionId id;
  SessionId session;  // while connected
  Outbox outbox;
  std::unique_ptr<Bytes> partial;  // the front of a packet whose rest has not come
  Time last_packet{};              // when the last whole packet came, for Keep Alive
  TimerId timer = TimerId::none;   // connect timeout, then Keep Alive
  std::unique_ptr<IncomingAliases> aliases_in;
  std::unique_ptr<OutgoingAliases> aliases_out;
  std::unique_ptr<AuthExchange> auth;
  std::string user_name;

  // What the client told us in CONNECT.
  std::uint32_t maximum_packet_size = mqtt::kMaxPacketBytes;
  std::uint32_t session_expiry = 0;  // s; the one in force
  bool session_outlives = false;     // CONNECT asked for a Session Expiry Interval above 0, granted or not
  std::uint16_t keep_alive = 0;      // s; the one in force
  std::uint16_t send_window = 0;     // QoS 1 and 2 messages we may have open towards it
  RemoteEnd remote;
  ProtocolVersion version = ProtocolVersion::v5;
  Phase phase = Phase::awaiting_connect;
  bool clean_start = true;
  bool problem_information = true;  // [MQTT-3.1.2-29]
  bool touched = false;             // is in State::touched
  bool reading_paused = false;      // back-pressure told the host not to read
  bool reset_wanted = false;        // end the transport by RST
  bool reset_when_sent = false;     // … once the outbox is empty
  bool end_noted = false;           // the interceptor wants it ended; see intercept.hpp
  bool over_limit = false;          // one connection too many: its CONNECT will be refused

  // How long it may be silent: one and a half times Keep Alive. [MQTT-3.1.2-22]
  [[nodiscard]] Duration silence_limit() const { return std::chrono::milliseconds{keep_alive * 1'500}; }
  [[nodiscard]] bool v5() const { return version == ProtocolVersion::v5; }
};

}  // namespace pint::core
