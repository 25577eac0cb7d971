// The oracle on CONNECT. [section 3.1]
#include "sim/oracle.hpp"
#include "sim/told.hpp"
#include "sim/violation.hpp"

namespace pint::sim {

using mqtt::PropertyId;

namespace {

ModelWill will_of(const mqtt::WillView& view, const std::string& client_id) {
  ModelWill will{.message = {.topic = std::string(view.topic),
                             .payload = std::string(as_text(view.payload)),
                             .properties = forwarded_properties(view.properties),
                             .qos = view.qos,
                             .retain = view.retain,
                             .publisher = client_id}};
  will.message_expiry = view.properties.number(PropertyId::message_expiry_interval);
  will.delay = view.properties.number(PropertyId::will_delay_interval).value_or(0);
  return will;
}

// The return codes of 3.x as the codec reads them back.
ReasonCode as_told(ReasonCode reason, ProtocolVersion version) {
  if (version == ProtocolVersion::v5) return reason;
  const auto code = mqtt::v3_return_code(reason);
  return code ? mqtt::reason_of_v3_return_code(*code).value_or(reason) : reason;
}

}  // namespace

void Oracle::on_connect(Line& line, const mqtt::Frame& frame) {
  const auto connect = mqtt::decode_connect(frame);
  if (!connect) {
    // Whether there is a CONNACK at all depends on how far it could be read.
    line.version = mqtt::connect_preamble(frame).level == 5 ? ProtocolVersion::v5 : ProtocolVersion::v3_1_1;
    line.answers.push_back({.type = mqtt::PacketType::connack, .any_reason = true});
    return end_line(line, DisconnectCause::protocol_error);
  }
  line.version = connect->version;
  line.maximum_packet_size =
      connect->properties.number(PropertyId::maximum_packet_size).value_or(line.maximum_packet_size);
  if (!refused(line, *connect)) accept(line, *connect);
}

void Oracle::refuse(Line& line, ReasonCode reason) {
  if (line.v5() || mqtt::v3_return_code(reason)) {
    line.answers.push_back({.type = mqtt::PacketType::connack, .reasons = {as_told(reason, line.version)}});
  }
  end_line(line, DisconnectCause::protocol_error);
}

bool Oracle::refused(Line& line, const mqtt::Connect& connect) {
  const bool told_refused = std::ranges::any_of(
      news_.events, [](const Event& event) { return std::holds_alternative<ConnectRefused>(event); });
  const std::size_t size = connect.client_id.size();
  const bool bad_id = (connect.version == ProtocolVersion::v3_1 && (size == 0 || size > 23)) ||
                      (connect.version == ProtocolVersion::v3_1_1 && size == 0 && !connect.clean_start);
  if (line.over_limit) {
    refuse(line, ReasonCode::connection_rate_exceeded);
  } else if (memory_is_short() && told_refused && !sessions_.contains(std::string(connect.client_id))) {
    refuse(line, ReasonCode::quota_exceeded);
  } else if (bad_id) {
    refuse(line, ReasonCode::client_identifier_not_valid);
  } else if (connect.properties.text(PropertyId::authentication_method)) {
    line.answers.push_back({.type = mqtt::PacketType::connack, .any_reason = true});
    end_line(line, DisconnectCause::protocol_error);
  } else if (told_refused && line.maximum_packet_size < 256) {
    end_line(line, DisconnectCause::protocol_error);  // CONNACK need not fit [MQTT-3.1.2-24]
  } else {
    return false;
  }
  return true;
}

void Oracle::take_terms(Line& line, const mqtt::Connect& connect) const {
  const auto number = [&](PropertyId id, std::uint32_t absent) {
    return connect.properties.number(id).value_or(absent);
  };
  const auto maximum = static_cast<std::uint32_t>(options_.limits.session_expiry_maximum.count());
  const std::uint32_t forever = connect.clean_start ? 0 : 0xFFFFFFFF;
  const std::uint32_t asked = line.v5() ? number(PropertyId::session_expiry_interval, 0) : forever;
  line.asked_expiry = asked > 0;
  line.session_expiry = std::min(asked, maximum);
  line.window =
      std::min<std::uint32_t>(number(PropertyId::receive_maximum, 65'535), options_.limits.inflight);
  line.alias_maximum = number(PropertyId::topic_alias_maximum, 0);
  line.keep_alive = connect.keep_alive;
  const auto longest = static_cast<std::uint16_t>(options_.limits.keep_alive_maximum.count());
  if (line.v5() && longest != 0 && (line.keep_alive == 0 || line.keep_alive > longest)) {
    line.keep_alive = longest;
  }
  line.last_packet = now_;
}

// The broker chooses; it must be unused. [MQTT-3.1.3-6] [MQTT-3.2.2-16]
std::string Oracle::assigned_client_id() const {
  for (const Event& event : news_.events) {
    const auto* connected = std::get_if<ClientConnected>(&event);
    if (connected == nullptr) continue;
    require(!connected->client.client_id.empty(), "a client was connected without a Client Identifier");
    require(!sessions_.contains(connected->client.client_id), "the assigned Client Identifier is in use");
    return connected->client.client_id;
  }
  throw Violation("a client without Client Identifier was neither refused nor connected");
}

void Oracle::accept(Line& line, const mqtt::Connect& connect) {
  take_terms(line, connect);
  line.client_id = connect.client_id.empty() ? assigned_client_id() : std::string(connect.client_id);
  ModelSession* session = session_of(line.client_id);
  if (session != nullptr && session->line != 0) {  // [MQTT-3.1.4-3]
    end_with(line_at(session->line), DisconnectCause::taken_over, {ReasonCode::session_taken_over});
    session = session_of(line.client_id);
  }
  if (session != nullptr && connect.clean_start) {  // [MQTT-3.1.2-4]
    end_session(line.client_id, false);
    session = nullptr;
  }
  const bool present = session != nullptr;
  if (!present) {
    session = &sessions_[line.client_id];
    session->client_id = line.client_id;
  }
  session->expires.reset();
  session->will_due.reset();
  session->will.reset();  // [MQTT-3.1.3-9]
  if (connect.will) session->will = will_of(*connect.will, line.client_id);
  session->line = line.serial;
  line.connected = true;
  expect_event("connected " + line.client_id + (present ? " present" : ""));
  line.answers.push_back({.type = mqtt::PacketType::connack,
                          .reasons = {ReasonCode::success},
                          .session_present = present && line.version != ProtocolVersion::v3_1});
  for (Sent& sent : session->inflight) {  // [MQTT-4.4.0-1]
    if (!sent.released) continue;
    sent.sent_on = line.serial;
    line.answers.push_back(
        {.type = mqtt::PacketType::pubrel, .packet_id = sent.packet_id, .reasons = {ReasonCode::success}});
  }
}

}  // namespace pint::sim
