#include "support/wires.hpp"

#include "mqtt/encode.hpp"

namespace pint::test {

Bytes bytes_of(const mqtt::Packet& packet, ProtocolVersion version) {
  Bytes out;
  mqtt::encode(out, packet, version);
  return out;
}

Bytes connect_bytes(std::string_view client_id, ProtocolVersion version) {
  const mqtt::Connect connect{.version = version, .client_id = client_id, .will = {}, .user_name = {},
                              .password = {}};
  return bytes_of(connect, version);
}

ByteView AcknowledgementBytes::of(mqtt::PacketType type, std::uint16_t packet_id) {
  const unsigned flags = type == mqtt::PacketType::pubrel ? 2 : 0;
  bytes[0] = static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags);
  bytes[2] = static_cast<std::uint8_t>(packet_id >> 8);
  bytes[3] = static_cast<std::uint8_t>(packet_id);
  return bytes;
}

core::EngineOptions Wires::quiet() {
  core::EngineOptions options;
  options.sys_interval = Duration::zero();
  return options;
}

core::ConnectionId Wires::connect(std::string_view client_id, ProtocolVersion version) {
  const core::ConnectionId id = open();
  receive(id, connect_bytes(client_id, version));
  drain();
  return id;
}

void Wires::subscribe(core::ConnectionId id, std::string_view filter, QoS qos, ProtocolVersion version,
                      std::uint32_t identifier) {
  mqtt::PropertyList properties;
  if (identifier != 0) properties.add(mqtt::PropertyId::subscription_identifier, identifier);
  receive(id, bytes_of(mqtt::Subscribe{.packet_id = mqtt::PacketId{1}, .properties = properties.view(),
                                       .requests = {{filter, {.qos = qos}}}},
                       version));
  drain();
}

std::size_t Wires::drain() {
  std::size_t total = 0;
  flushing_.assign(engine_.touched().begin(), engine_.touched().end());
  engine_.clear_touched();
  for (const core::ConnectionId id : flushing_) {
    total += empty(id, [](ByteView) {});
    if (engine_.finished(id)) engine_.closed(id);
  }
  (void)engine_.take_events();
  rule_calls_ += engine_.take_rule_calls().size();
  return total;
}

std::string Wires::take(core::ConnectionId id) {
  std::string out;
  empty(id, [&](ByteView piece) { out += as_text(piece); });
  return out;
}

}  // namespace pint::test
