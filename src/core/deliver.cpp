#include "core/deliver.hpp"

#include <utility>

#include "base/assert.hpp"
#include "core/hold.hpp"
#include "core/retained_walk.hpp"
#include "core/send.hpp"

namespace pint::core {
namespace {

PublishTerms terms_of(const Inflight::Entry& entry, bool duplicate) {
  return {.qos = entry.delivery.qos, .retain = entry.delivery.retain, .duplicate = duplicate,
          .packet_id = entry.packet_id, .identifiers = &entry.delivery.identifiers};
}

Connection* connected(State& state, const Session& session) {
  return state.connections.find(session.connection);
}

// For the retained store, as a part of the outbox: it is to fill what is empty, and make nobody wait.
constexpr std::size_t kStoresShare = 16;

bool window_open(const Session& session, const Connection& connection) {
  const Inflight& inflight = session.inflight;
  return inflight.all_sent() && inflight.sent_here() < connection.send_window && !inflight.full();
}

void deliver_now(State& state, Session& session, Connection& connection, Publication& publication,
                 const DeliveryTerms& terms, Variants* variants) {
  const MessageView& message = publication.message;
  if (connection.outbox.bytes() >= state.options.limits.outbox_bytes) {
    count_limit(state, Limit::outbox_bytes, session.client_id);
    return count_drop(state, DropCause::outbox_full, session.client_id, message.topic, terms.qos);
  }
  const bool large =
      message.topic.size() + message.payload.size() + message.properties.encoded().size() + 16 >
      kCopiedPacketBytes;
  const MessageRef owner = large ? stored_form(state, publication) : MessageRef{};
  const MessageView& from = owner ? owner->view() : message;
  const PublishTerms publish{.retain = terms.retain, .identifiers = &terms.identifiers};
  if (!send_publish(state, connection, from, owner, publish, variants)) {
    count_drop(state, DropCause::larger_than_client_accepts, session.client_id, message.topic, terms.qos);
  }
}

// Precondition: the window is open. A message the client is too small for is as good as sent: it must not
// keep its slot. [MQTT-3.1.2-25]
void send_next(State& state, Session& session, Connection& connection, Delivery delivery,
               Variants* variants) {
  Inflight::Entry* entry = session.inflight.admit(std::move(delivery));
  PINT_ASSERT(entry != nullptr);
  const MessageRef& message = entry->delivery.message;
  if (send_publish(state, connection, message->view(), message, terms_of(*entry, false), variants)) return;
  count_drop(state, DropCause::larger_than_client_accepts, session.client_id, message->topic(),
             entry->delivery.qos);
  session.inflight.finish(*entry);
}

void enqueue(State& state, Session& session, Delivery delivery) {
  const Limits& limits = state.options.limits;
  const std::size_t bytes = delivery.message->bytes();
  const auto refuse = [&](Limit limit, DropCause cause) {
    count_limit(state, limit, session.client_id);
    count_drop(state, cause, session.client_id, delivery.message->topic(), delivery.qos);
  };
  if (session.queue.size() >= limits.queue_messages)
    return refuse(Limit::queue_messages, DropCause::queue_full);
  if (session.queue_bytes + bytes > limits.queue_bytes)
    return refuse(Limit::queue_bytes, DropCause::queue_full);
  if (state.out_of_memory(bytes)) return refuse(Limit::memory_bytes, DropCause::memory_full);
  session.queue_bytes += bytes;
  session.queue.push_back(std::move(delivery));
}

Delivery dequeue(Session& session) {
  Delivery delivery = std::move(session.queue.front());
  session.queue.pop_front();
  session.queue_bytes -= delivery.message->bytes();
  return delivery;
}

// Send an entry of an earlier connection again, if the window has room for it.
void resend(State& state, Session& session, Connection& connection, Inflight::Entry& entry) {
  if (entry.sent_here || session.inflight.sent_here() >= connection.send_window) return;
  session.inflight.mark_sent(entry);
  const MessageRef message = entry.delivery.message;
  if (send_publish(state, connection, message->view(), message, terms_of(entry, true), nullptr)) return;
  count_drop(state, DropCause::larger_than_client_accepts, session.client_id, message->topic(),
             entry.delivery.qos);
  session.inflight.end(entry);
}

}  // namespace

const MessageRef& stored_form(State& state, Publication& publication) {
  if (!publication.stored) publication.stored = StoredMessage::make(publication.message, state.memory);
  return publication.stored;
}

void deliver(State& state, Session& session, Publication& publication, DeliveryTerms terms,
             bool fanning_out) {
  Connection* connection = connected(state, session);
  Variants* variants = fanning_out ? &state.variants : nullptr;
  if (terms.qos == QoS::at_most_once) {
    // A QoS 0 message for a client that is away is not kept, which the standard leaves open.
    if (connection == nullptr) return;
    deliver_now(state, session, *connection, publication, terms, variants);
    return hold_if_full(state, session, *connection, publication.publisher);
  }
  Delivery delivery{stored_form(state, publication), std::move(terms.identifiers), terms.qos, terms.retain};
  if (connection != nullptr && session.queue.empty() && window_open(session, *connection)) {
    send_next(state, session, *connection, std::move(delivery), variants);
  } else {
    enqueue(state, session, std::move(delivery));
  }
  if (connection != nullptr) hold_if_full(state, session, *connection, publication.publisher);
}

bool has_room(const State& state, const Session& session, const Connection& connection, QoS qos) {
  if (qos != QoS::at_most_once) return window_open(session, connection);
  return connection.outbox.bytes() <= state.options.limits.outbox_bytes / kStoresShare;
}

void deliver_ahead(State& state, Session& session, Connection& connection, Publication& publication,
                   DeliveryTerms terms) {
  PINT_ASSERT(terms.qos != QoS::at_most_once);
  send_next(state, session, connection,
            {stored_form(state, publication), std::move(terms.identifiers), terms.qos, terms.retain},
            nullptr);
}

void pump(State& state, Session& session) {
  Connection* connection = connected(state, session);
  if (connection == nullptr) return;
  if (!session.inflight.all_sent()) {
    session.inflight.for_each_while([&](Inflight::Entry& entry) {
      resend(state, session, *connection, entry);
      return session.inflight.sent_here() < connection->send_window;
    });
    session.inflight.trim();
  }
  const auto walk = [&] {
    if (!state.walks.empty()) go_on_walking(state, session);
  };
  for (walk(); !session.queue.empty() && window_open(session, *connection); walk()) {
    Delivery delivery = dequeue(session);
    if (!state.walks.empty()) note_dequeued(state, session);
    if (delivery.message->expired(state.now)) {  // [MQTT-3.3.2-5]
      count_drop(state, DropCause::expired, session.client_id, delivery.message->topic(), delivery.qos);
      continue;
    }
    send_next(state, session, *connection, std::move(delivery), nullptr);
  }
  let_go_if_drained(state, *connection);
}

void resume(State& state, Session& session) {
  Connection* connection = connected(state, session);
  PINT_ASSERT(connection != nullptr);
  session.inflight.begin_connection();
  // PUBRELs are not PUBLISHes: the window does not hold them back [MQTT-3.3.4-10], but they keep their slots
  // in it.
  session.inflight.for_each_while([&](Inflight::Entry& entry) {
    if (entry.awaiting == Awaiting::pubcomp) session.inflight.mark_sent(entry);
    return true;
  });
  session.inflight.for_each_while([&](Inflight::Entry& entry) {
    if (entry.awaiting == Awaiting::pubcomp) {
      send_acknowledgement(state, *connection, mqtt::PacketType::pubrel, entry.packet_id,
                           ReasonCode::success);
    } else {
      resend(state, session, *connection, entry);
    }
    return true;
  });
  session.inflight.trim();
  pump(state, session);
}

void drop_all(State& state, Session& session) {
  const auto drop = [&](const Delivery& delivery) {
    if (!delivery.message) return;
    count_drop(state, DropCause::session_ended, session.client_id, delivery.message->topic(), delivery.qos);
  };
  session.inflight.for_each_while([&](Inflight::Entry& entry) {
    drop(entry.delivery);
    return true;
  });
  while (!session.queue.empty()) drop(dequeue(session));
  session.inflight.clear();
}

}  // namespace pint::core
