// Acknowledgements from a client: PUBACK, PUBREC and PUBCOMP for what we sent, PUBREL for what it sent.
#include "core/deliver.hpp"
#include "core/handlers.hpp"
#include "core/lifecycle.hpp"
#include "core/send.hpp"

namespace pint::core {
namespace {

using mqtt::PacketType;

// Nothing with that id is inflight. A PUBREC must still get its PUBREL, or the client would wait for ever;
// the others need no answer: after a lost Session they are to be expected. [section 4.3.3]
void answer_unknown(State& state, Connection& connection, PacketType type,
                    const mqtt::AnyAcknowledgement& received) {
  if (type != PacketType::pubrec || is_failure(received.reason)) return;
  send_acknowledgement(state, connection, PacketType::pubrel, received.packet_id,
                       ReasonCode::packet_identifier_not_found);
}

}  // namespace

void on_acknowledgement(State& state, Connection& connection, const mqtt::Frame& frame) {
  const auto received = mqtt::decode_acknowledgement(frame, connection.version);
  if (!received) return protocol_error(state, connection, received.refusal());
  Session& session = state.sessions.at(connection.session);
  Inflight::Entry* entry = session.inflight.find(received->packet_id);
  if (entry == nullptr) return answer_unknown(state, connection, frame.type(), *received);

  const bool failed = is_failure(received->reason);
  const auto transition = transition_for(entry->awaiting, frame.type(), failed);
  if (!transition) {
    return protocol_error(
        state, connection,
        {ReasonCode::protocol_error, "this acknowledgement does not fit the message's QoS [MQTT-2.2.1-5]"});
  }
  if (failed && entry->delivery.message) {  // [MQTT-4.4.0-2] [MQTT-4.8.2-6]
    count_drop(state, DropCause::refused_by_client, session.client_id, entry->delivery.message->topic(),
               entry->delivery.qos);
  }
  if (transition->next != Awaiting::nothing) {
    session.inflight.release_message(*entry);  // never again PUBLISH after PUBREL [MQTT-4.3.3-6]
    entry->awaiting = transition->next;
    if (!entry->sent_here)
      session.inflight.mark_sent(*entry);  // the client had it from an earlier connection
    return send_acknowledgement(state, connection, PacketType::pubrel, received->packet_id,
                                ReasonCode::success);
  }
  session.inflight.finish(*entry);  // its slot in the window is free [MQTT-3.3.4-9]
  pump(state, session);
}

// The client releases a QoS 2 message: its id is free from here on. [MQTT-4.3.3-11] [MQTT-4.3.3-12]
void on_pubrel(State& state, Connection& connection, const mqtt::Frame& frame) {
  const auto received = mqtt::decode_acknowledgement(frame, connection.version);
  if (!received) return protocol_error(state, connection, received.refusal());
  Session& session = state.sessions.at(connection.session);
  const bool known = session.received.erase(received->packet_id);
  send_acknowledgement(state, connection, PacketType::pubcomp, received->packet_id,
                       known ? ReasonCode::success : ReasonCode::packet_identifier_not_found);
}

}  // namespace pint::core
