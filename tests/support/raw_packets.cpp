#include "support/raw_packets.hpp"

#include "mqtt/frame.hpp"

namespace pint::test {
namespace {

std::string varint(std::size_t value) {
  Bytes out;
  mqtt::write_varint(out, static_cast<std::uint32_t>(value));
  return std::string(as_text(out));
}

}  // namespace

std::string raw_packet(int first_byte, std::string_view body) {
  return static_cast<char>(first_byte) + varint(body.size()) + std::string(body);
}

std::string raw_text(std::string_view text) {
  std::string out;
  out += static_cast<char>(text.size() >> 8);
  out += static_cast<char>(text.size());
  return out.append(text);
}

std::string raw_connect(ProtocolVersion version, int flags, std::string_view payload,
                        std::string_view properties) {
  std::string body = raw_text(version == ProtocolVersion::v3_1 ? "MQIsdp" : "MQTT");
  body += static_cast<char>(version);
  body += static_cast<char>(flags);
  body += "\0\0"sv;  // Keep Alive
  if (version == ProtocolVersion::v5) body += varint(properties.size()).append(properties);
  return raw_packet(0x10, body.append(payload));
}

}  // namespace pint::test
