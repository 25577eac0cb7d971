// What the lint looks after, one concern a file (lint_publishing.cpp, lint_keep_alive.cpp …), and what all of
// them are shown. A concern lives as long as its connection or its client and keeps what it must remember.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <pint/error.hpp>
#include <pint/event.hpp>

#include "base/result.hpp"
#include "base/time.hpp"
#include "mqtt/packet.hpp"
#include "testkit/lint_report.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {

// How long an answer may take that needs no thinking, before its absence counts.
constexpr Duration kLintPatience = std::chrono::seconds{10};

// A packet that passed. `decoded` is null if it is malformed; `refusal` then says why.
struct LintPacket {
  Direction direction = Direction::received;
  PacketType type{};
  const mqtt::Packet* decoded = nullptr;
  Refusal refusal = {};
  std::string_view bytes;
  std::uint64_t sequence = 0;
  Duration time{};  // by the clock that clients live by

  [[nodiscard]] bool received(PacketType wanted) const {
    return direction == Direction::received && type == wanted;
  }
  [[nodiscard]] bool sent(PacketType wanted) const { return direction == Direction::sent && type == wanted; }
};

// How a connection ended.
struct LintEnding {
  bool was_accepted = false;
  DisconnectCause cause = DisconnectCause::client_closed;  // if it was accepted
  ReasonCode reason = ReasonCode::success;
  std::string_view explanation;
  Duration time{};

  [[nodiscard]] bool by_client() const {
    return was_accepted &&
           (cause == DisconnectCause::client_disconnected || cause == DisconnectCause::client_closed);
  }
  [[nodiscard]] bool by_disconnect() const {
    return was_accepted && cause == DisconnectCause::client_disconnected;
  }
};

class LintConcern {
 public:
  virtual ~LintConcern() = default;
  virtual void on_packet(const LintPacket&, LintConnection&, LintReport&) {}
  // CONNACK accepted the client.
  virtual void on_accepted(LintConnection&, LintReport&) {}
  virtual void on_ended(const LintEnding&, LintConnection&, LintReport&) {}
};

// One for each connection.
[[nodiscard]] std::unique_ptr<LintConcern> make_form_concern();
[[nodiscard]] std::unique_ptr<LintConcern> make_identifier_concern();
[[nodiscard]] std::unique_ptr<LintConcern> make_text_concern();
[[nodiscard]] std::unique_ptr<LintConcern> make_limits_concern();
[[nodiscard]] std::unique_ptr<LintConcern> make_keep_alive_concern();
[[nodiscard]] std::unique_ptr<LintConcern> make_subscribing_concern();
// One for each client, for all its connections.
[[nodiscard]] std::unique_ptr<LintConcern> make_connecting_concern();
[[nodiscard]] std::unique_ptr<LintConcern> make_reconnecting_concern();
[[nodiscard]] std::unique_ptr<LintConcern> make_publishing_concern();
[[nodiscard]] std::unique_ptr<LintConcern> make_acknowledging_concern();

}  // namespace pint::testkit
