#include "testkit/record_text.hpp"

#include <array>
#include <cstdio>

#include "mqtt/utf8.hpp"

namespace pint::testkit {
namespace {

constexpr std::size_t kShownBytes = 64;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The front of the bytes, not ending within a character.
std::string_view cut(std::string_view bytes) {
  if (bytes.size() <= kShownBytes) return bytes;
  std::size_t size = kShownBytes;
  while (size > kShownBytes - 4 && is_continuation(bytes[size])) --size;
  return bytes.substr(0, size);
}

std::string hex_byte(char byte) {
  char text[5];
  std::snprintf(text, sizeof text, "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return text;
}

void add_escaped(std::string& out, char byte, bool is_text, bool with_marks) {
  const auto value = static_cast<unsigned char>(byte);
  if (byte == '\n')
    out += "\\n";
  else if (byte == '\r')
    out += "\\r";
  else if (byte == '\t')
    out += "\\t";
  else if (with_marks && (byte == '"' || byte == '\\'))
    (out += '\\') += byte;
  else if (value < 0x20 || value == 0x7F || (value >= 0x80 && !is_text))
    out += hex_byte(byte);
  else
    out += byte;
}

std::string escaped(std::string_view bytes, bool with_marks) {
  const bool is_text = mqtt::is_utf8_text(bytes);
  std::string out;
  out.reserve(bytes.size() + 2);
  for (const char byte : bytes) add_escaped(out, byte, is_text, with_marks);
  return out;
}

// Kinds whose records nobody caused but the broker itself.
bool is_of_broker(RecordKind kind) {
  return kind == RecordKind::limit_reached || kind == RecordKind::rule_called ||
         kind == RecordKind::fault_applied || kind == RecordKind::handler_failed;
}

}  // namespace

std::string in_quotes(std::string_view bytes) {
  const std::string_view shown = cut(bytes);
  const std::string text = '"' + escaped(shown, true);
  if (shown.size() == bytes.size()) return text + '"';
  return text + "…\" (" + std::to_string(bytes.size()) + " bytes)";
}

std::string plain(std::string_view text) { return text.empty() ? "none" : escaped(text, false); }

std::string_view text_of(bool value) { return value ? "true" : "false"; }

std::string text_of(QoS qos) { return std::to_string(static_cast<unsigned>(qos)); }

std::string_view text_of(ProtocolVersion version) {
  switch (version) {
    case ProtocolVersion::v3_1: return "MQTT 3.1";
    case ProtocolVersion::v3_1_1: return "MQTT 3.1.1";
    case ProtocolVersion::v5: return "MQTT 5.0";
  }
  return "MQTT";
}

std::string text_of(ReasonCode reason) {
  char number[8];
  std::snprintf(number, sizeof number, "0x%02X ", static_cast<unsigned>(reason));
  return number + std::string(name_of(reason));
}

std::string text_of(std::chrono::nanoseconds time) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "+%lld.%03lld s", static_cast<long long>(milliseconds / 1000),
                static_cast<long long>(milliseconds % 1000));
  return text.data();
}

std::string span_text(std::chrono::nanoseconds span) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.9g s", std::chrono::duration<double>(span).count());
  return text.data();
}

std::string text_of(const std::vector<UserProperty>& properties) {
  std::string text;
  for (const UserProperty& property : properties) {
    if (!text.empty()) text += ", ";
    text += plain(property.name) + '=' + in_quotes(property.value);
  }
  return text;
}

std::string kind_text(RecordKind kind, Direction direction, std::optional<PacketType> type) {
  if (kind != RecordKind::packet) return std::string(name_of(kind));
  const std::string verb = direction == Direction::received ? "received " : "sent ";
  return verb + std::string(type ? name_of(*type) : "a broken packet");
}

std::string kind_text(const Record& record) {
  return kind_text(record.kind, record.direction, record.packet_type);
}

std::string who(const Record& record) {
  if (!record.client_id.empty()) return plain(record.client_id);
  if (!record.remote_address.empty()) return plain(record.remote_address);
  if (record.kind == RecordKind::packet) return "an unknown client";
  if (record.kind == RecordKind::dropped) return "nobody";
  return is_of_broker(record.kind) ? "the broker" : "the application";
}

}  // namespace pint::testkit
