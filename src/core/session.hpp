// Session: what the broker keeps for a Client Identifier, with or without a connection. [section 4.1]
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/compact_text.hpp"
#include "base/ring.hpp"
#include "base/short_list.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "core/ids.hpp"
#include "core/inflight.hpp"
#include "core/packet_id_set.hpp"
#include "core/subscription_index.hpp"

namespace pint::core {

// Kept from CONNECT until it is published or no longer wanted. [MQTT-3.1.2-7] [MQTT-3.1.2-10]
struct Will {
  MessageRef message;
  std::uint32_t message_expiry = 0;  // s, counted from publication
  bool expires = false;
  std::uint32_t delay = 0;           // s
};

struct Session {
  static constexpr std::uint32_t kNeverExpires = 0xFFFFFFFF;

  explicit Session(std::string_view identifier) : client_id(identifier) {}

  SessionId id;
  CompactText client_id;
  ConnectionId connection;  // null: the client is away
  Inflight inflight;        // towards the client
  Ring<Delivery> queue;     // waits for the window, or for the client to return
  std::size_t queue_bytes = 0;
  PacketIdSet received;     // QoS 2 messages from the client, until PUBREL [MQTT-4.3.3-10]
  ShortList<FilterId, 2> subscriptions;
  std::unique_ptr<Will> will;
  TimerId expiry_timer = TimerId::none;  // while away
  TimerId will_timer = TimerId::none;
  ProtocolVersion version = ProtocolVersion::v3_1_1;  // of its last connection

  // Scratch of fan-out: where in State::found its delivery is being gathered, if what is there is its own.
  std::uint32_t matched_at = 0;
};

// A hundred thousand idle clients have one each.
static_assert(sizeof(Session) <= 120);

}  // namespace pint::core
