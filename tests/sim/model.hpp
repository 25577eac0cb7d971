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
#include "sim/batch.hpp"
#include "sim/topic_match.hpp"

namespace pint::sim {

// Sent with a Packet Identifier and not yet wholly acknowledged, in the order of first sending.
struct Sent {
  BatchRef batch;
  std::size_t sighting = 0;  // which of the batch's copies it can be
  QoS qos{};
  std::uint16_t packet_id = 0;
  bool released = false;      // PUBREC came: only PUBREL may follow
  std::uint64_t sent_on = 0;  // serial of the line it was last sent on
  [[nodiscard]] std::string topic() const { return choices().front().message->topic; }
  [[nodiscard]] std::vector<Choice> choices() const { return batch->choices_of(sighting); }
};

struct ModelSubscription {
  Filter filter;
  mqtt::SubscriptionOptions options;  // qos: as granted
  std::uint32_t identifier = 0;
};

// How it brings a message that is published.
[[nodiscard]] inline Terms terms_for(const Told& message, const ModelSubscription& subscription) {
  const bool retain = subscription.options.retain_as_published && message.retain;  // [MQTT-3.3.1-12]
  Terms terms{.qos = std::min(message.qos, subscription.options.qos),              // [MQTT-3.8.4-8]
              .retain_0_allowed = !retain,
              .retain_1_allowed = retain};
  if (subscription.identifier != 0) terms.identifiers = {subscription.identifier};
  return terms;
}

struct ModelWill {
  Told message;
  std::optional<std::uint32_t> message_expiry = {};  // s
  std::uint32_t delay = 0;                           // s
};

// A retained message that a subscription brings. It goes out when there is room. Within a step it counts how
// many of the client's SUBSCRIBEs and UNSUBSCRIBEs had been answered: from here, to there.
struct FromStore {
  std::string filter;  // its text
  Choice choice;
  std::size_t from = 0;
  std::size_t to = ~std::size_t{0};
  Terms old_terms = {};  // before terms_from
  std::size_t terms_from = 0;
};

struct ModelSession {
  std::string client_id;
  std::map<std::string, ModelSubscription> subscriptions;  // by the filter's text
  std::deque<BatchRef> waiting;                            // oldest first; none of which nothing waits
  std::deque<FromStore> from_store;                        // not yet sent, in the order it will be
  std::size_t asked = 0;                                   // SUBSCRIBEs and UNSUBSCRIBEs in this step
  bool store_rests = false;  // what stood in its way has expired, which moves nothing by itself
  std::deque<Sent> inflight;
  std::set<std::uint16_t> received;  // QoS 2 messages from the client, until PUBREL
  std::optional<ModelWill> will;
  std::optional<Time> will_due;
  std::optional<Time> expires;
  std::uint64_t line = 0;  // 0: away
};

// What was still owed to a Session that has ended, or lost what was inflight.
struct Lost {
  std::deque<BatchRef> waiting = {};
  std::deque<Sent> inflight = {};
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
  bool held = false;  // the broker does not read it, because somebody it publishes to is full
  Time last_held{};
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
