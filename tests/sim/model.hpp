// What the oracle knows of the broker: plain lists, searched from front to back. Nothing here is shared with
// the engine but the types of the codec.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "core/ids.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/packet.hpp"
#include "sim/topic_match.hpp"

namespace pint::sim {

// A message as it was published.
struct Told {
  std::string topic = {};
  std::string payload = {};
  Bytes properties = {};  // those that reach 5.0 subscribers, encoded; without Message Expiry Interval
  Time expires_at = kNever;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  std::string publisher = {};  // Client Identifier; empty: the application
};
using ToldRef = std::shared_ptr<const Told>;

// How a Session is to get a message.
struct Terms {
  QoS qos = QoS::at_most_once;
  bool retain_0_allowed = true;
  bool retain_1_allowed = false;
  std::vector<std::uint32_t> identifiers = {};  // sorted
  friend bool operator==(const Terms&, const Terms&) = default;
};

struct Choice {
  ToldRef message;
  Terms terms;
};

// Owed to a Session and not yet sent. More than one choice: the broker dropped one of several of the same
// topic and QoS, and need not have said which.
struct Owed {
  std::vector<Choice> choices;
  std::uint64_t step = 0;  // in which it was routed
  [[nodiscard]] QoS qos() const { return choices.front().terms.qos; }
  [[nodiscard]] const std::string& topic() const { return choices.front().message->topic; }
};

// Sent with a Packet Identifier and not yet wholly acknowledged, in the order of first sending.
struct Sent {
  std::vector<Choice> choices;  // more than one: they looked the same when first sent
  std::uint16_t packet_id = 0;
  bool released = false;      // PUBREC came: only PUBREL may follow
  std::uint64_t sent_on = 0;  // serial of the line it was last sent on
  [[nodiscard]] QoS qos() const { return choices.front().terms.qos; }
};

struct ModelSubscription {
  Filter filter;
  mqtt::SubscriptionOptions options;  // qos: as granted
  std::uint32_t identifier = 0;
};

struct ModelWill {
  Told message;
  std::optional<std::uint32_t> message_expiry = {};  // s
  std::uint32_t delay = 0;                           // s
};

struct ModelSession {
  std::string client_id;
  std::map<std::string, ModelSubscription> subscriptions;  // by the filter's text
  std::deque<Owed> waiting;
  std::deque<Sent> inflight;
  std::set<std::uint16_t> received;  // QoS 2 messages from the client, until PUBREL
  std::optional<ModelWill> will;
  std::optional<Time> will_due;
  std::optional<Time> expires;
  std::uint64_t line = 0;  // 0: away
};

// A packet, other than PUBLISH, that the broker owes a line.
struct Answer {
  mqtt::PacketType type{};
  std::uint16_t packet_id = 0;
  std::vector<ReasonCode> reasons = {};  // SUBACK, UNSUBACK: all, in order; otherwise: any of these
  bool session_present = false;
  bool any_reason = false;
};

// A Network Connection.
struct Line {
  std::uint64_t serial = 0;
  core::ConnectionId id;
  bool over_limit = false;
  bool connected = false;
  bool ended = false;
  bool ended_now = false;  // in this step
  ProtocolVersion version = ProtocolVersion::v5;
  std::string client_id = {};
  Time connect_by{};
  Time last_packet{};
  std::uint16_t keep_alive = 0;      // s
  std::uint32_t session_expiry = 0;  // s
  bool asked_expiry = false;
  std::uint32_t window = 0;
  std::uint32_t maximum_packet_size = mqtt::kMaxPacketBytes;
  std::uint32_t alias_maximum = 0;  // of the client
  std::map<std::uint16_t, std::string> aliases_in = {}, aliases_out = {};
  std::deque<Answer> answers = {};
  [[nodiscard]] bool v5() const { return version == ProtocolVersion::v5; }
};

// One of a shared group gets it; which one is the broker's choice.
struct Candidate {
  std::string client_id;
  Terms terms;
  bool connected = false;
  bool session_ended = false;  // since then
};
struct Shared {
  ToldRef message;
  std::vector<Candidate> candidates;
  const Candidate* chosen = nullptr;
  bool given = false;
};

}  // namespace pint::sim
