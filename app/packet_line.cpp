// One overload for each packet type, all appending to one line; a table names the properties.
#include "packet_line.hpp"

#include <algorithm>
#include <string_view>

#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"
#include "mqtt/packet.hpp"
#include "mqtt/utf8.hpp"

namespace pint::app {
namespace {

using mqtt::PropertyId;

constexpr std::size_t kTextMax = 80;     // bytes shown of a payload or another text
constexpr std::size_t kElementsMax = 8;  // filters or reasons shown of a list

enum class Shown { number, text, pair };
struct PropertyName {
  PropertyId id;
  std::string_view name;
  Shown shown = Shown::number;
};
constexpr PropertyName kProperties[] = {
    {PropertyId::payload_format_indicator, "payload_format"},
    {PropertyId::message_expiry_interval, "message_expiry"},
    {PropertyId::content_type, "content_type", Shown::text},
    {PropertyId::response_topic, "response_topic", Shown::text},
    {PropertyId::correlation_data, "correlation_data", Shown::text},
    {PropertyId::subscription_identifier, "subscription_identifier"},
    {PropertyId::session_expiry_interval, "session_expiry"},
    {PropertyId::assigned_client_identifier, "assigned_client_identifier", Shown::text},
    {PropertyId::server_keep_alive, "server_keep_alive"},
    {PropertyId::authentication_method, "authentication_method", Shown::text},
    {PropertyId::authentication_data, "authentication_data", Shown::text},
    {PropertyId::request_problem_information, "request_problem_information"},
    {PropertyId::will_delay_interval, "will_delay"},
    {PropertyId::request_response_information, "request_response_information"},
    {PropertyId::response_information, "response_information", Shown::text},
    {PropertyId::server_reference, "server_reference", Shown::text},
    {PropertyId::reason_string, "reason_string", Shown::text},
    {PropertyId::receive_maximum, "receive_maximum"},
    {PropertyId::topic_alias_maximum, "topic_alias_maximum"},
    {PropertyId::topic_alias, "topic_alias"},
    {PropertyId::maximum_qos, "maximum_qos"},
    {PropertyId::retain_available, "retain_available"},
    {PropertyId::user_property, "user_property", Shown::pair},
    {PropertyId::maximum_packet_size, "maximum_packet_size"},
    {PropertyId::wildcard_subscription_available, "wildcard_subscription_available"},
    {PropertyId::subscription_identifiers_available, "subscription_identifiers_available"},
    {PropertyId::shared_subscription_available, "shared_subscription_available"},
};

void append_hex(std::string& line, std::uint8_t byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  line += kDigits[byte >> 4];
  line += kDigits[byte & 0x0F];
}

// Text as it is, everything else as \xNN: what clients send must not steer a terminal or look like another
// line.
std::string printable(std::string_view bytes) {
  const bool cut = bytes.size() > kTextMax;
  std::string_view shown = bytes.substr(0, kTextMax);
  // Do not cut a character in two: that would make all of it no UTF-8.
  while (cut && !shown.empty() && (static_cast<std::uint8_t>(bytes[shown.size()]) & 0xC0) == 0x80)
    shown.remove_suffix(1);
  const bool is_text = mqtt::is_utf8_text(shown);
  std::string line;
  for (const char c : shown) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !is_text))
      append_hex(line += "\\x", byte);
    else
      line += c;
  }
  return cut ? line + "..." : line;
}

std::string quoted(std::string_view bytes) { return '"' + printable(bytes) + '"'; }
std::string quoted(ByteView bytes) { return quoted(as_text(bytes)); }

std::string qos(QoS value) { return " q" + std::to_string(static_cast<unsigned>(value)); }
std::string flag(std::string_view name, bool value) { return ' ' + std::string(name) + (value ? '1' : '0'); }
std::string id(mqtt::PacketId value) { return " id " + std::to_string(static_cast<unsigned>(value)); }

// "0x00", "0x87 Not authorized"; the small ones mean different things in different packets, so they stay
// numbers.
std::string reason(ReasonCode code) {
  std::string text = "0x";
  append_hex(text, static_cast<std::uint8_t>(code));
  return is_failure(code) ? text + ' ' + std::string(name_of(code)) : text;
}

std::string property(const mqtt::Property& property) {
  const auto* row = std::ranges::find(kProperties, property.id, &PropertyName::id);
  if (row == std::end(kProperties)) return "?";
  std::string name(row->name);
  switch (row->shown) {
    case Shown::number: return name + ' ' + std::to_string(property.number);
    case Shown::text: return name + ' ' + quoted(property.text);
    case Shown::pair: return name + ' ' + quoted(property.text) + '=' + quoted(property.value);
  }
  return name;
}

std::string properties(const mqtt::PropertyView& view) {
  if (view.empty()) return "";
  std::string text;
  view.for_each([&](const mqtt::Property& each) { text += (text.empty() ? " {" : ", ") + property(each); });
  return text + '}';
}

template <class Elements, class Describe>
std::string listed(const Elements& elements, Describe describe) {
  std::string text;
  for (std::size_t i = 0; i < std::min(elements.size(), kElementsMax); ++i)
    text += ' ' + describe(elements[i]);
  if (elements.size() > kElementsMax)
    text += " and " + std::to_string(elements.size() - kElementsMax) + " more";
  return text;
}

std::string subscription(const mqtt::SubscriptionRequest& request) {
  const mqtt::SubscriptionOptions& options = request.options;
  std::string text = printable(request.topic_filter) + qos(options.qos);
  if (options.no_local) text += " no-local";
  if (options.retain_as_published) text += " retain-as-published";
  if (options.retain_handling != mqtt::RetainHandling::send) {
    text += " retain-handling " + std::to_string(static_cast<unsigned>(options.retain_handling));
  }
  return text;
}

std::string_view version_name(ProtocolVersion version) {
  switch (version) {
    case ProtocolVersion::v3_1: return "3.1";
    case ProtocolVersion::v3_1_1: return "3.1.1";
    case ProtocolVersion::v5: return "5.0";
  }
  return "?";
}

std::string will(const mqtt::WillView& view) {
  return ' ' + printable(view.topic) + qos(view.qos) + flag("r", view.retain) + properties(view.properties) +
         ' ' + quoted(view.payload);
}

// What follows the packet's name: its fields, then its properties.
struct Fields {
  std::string operator()(const mqtt::Connect& packet) const {
    std::string text = ' ' + std::string(version_name(packet.version)) + " client " +
                       quoted(packet.client_id) + flag("c", packet.clean_start) + " keep alive " +
                       std::to_string(packet.keep_alive) + " s";
    if (packet.user_name) text += " user name " + quoted(*packet.user_name);
    if (packet.password) text += " password " + std::to_string(packet.password->size()) + " bytes";
    if (packet.will) text += " will" + will(*packet.will);
    return text + properties(packet.properties);
  }
  std::string operator()(const mqtt::Connack& packet) const {
    return flag("s", packet.session_present) + ' ' + reason(packet.reason) + properties(packet.properties);
  }
  std::string operator()(const mqtt::Publish& packet) const {
    std::string text = ' ' + printable(packet.topic) + qos(packet.qos) + flag("d", packet.duplicate) +
                       flag("r", packet.retain);
    if (packet.qos != QoS::at_most_once) text += id(packet.packet_id);
    return text + properties(packet.properties);
  }
  template <mqtt::PacketType Type>
  std::string operator()(const mqtt::Acknowledgement<Type>& packet) const {
    return id(packet.packet_id) + ' ' + reason(packet.reason) + properties(packet.properties);
  }
  std::string operator()(const mqtt::Subscribe& packet) const {
    return id(packet.packet_id) + listed(packet.requests, subscription) + properties(packet.properties);
  }
  std::string operator()(const mqtt::Suback& packet) const {
    return id(packet.packet_id) + listed(packet.reasons, reason) + properties(packet.properties);
  }
  std::string operator()(const mqtt::Unsubscribe& packet) const {
    return id(packet.packet_id) + listed(packet.topic_filters, printable) + properties(packet.properties);
  }
  std::string operator()(const mqtt::Unsuback& packet) const {
    return id(packet.packet_id) + listed(packet.reasons, reason) + properties(packet.properties);
  }
  std::string operator()(const mqtt::Pingreq&) const { return ""; }
  std::string operator()(const mqtt::Pingresp&) const { return ""; }
  std::string operator()(const mqtt::Disconnect& packet) const {
    return ' ' + reason(packet.reason) + properties(packet.properties);
  }
  std::string operator()(const mqtt::Auth& packet) const {
    return ' ' + reason(packet.reason) + properties(packet.properties);
  }
};

std::string described(ByteView bytes, ProtocolVersion version) {
  const std::string size = " (" + std::to_string(bytes.size()) + " bytes)";
  const auto frame = mqtt::next_frame(bytes, mqtt::kMaxPacketBytes);
  if (!frame || !*frame) return "broken packet" + size;
  const auto packet = mqtt::decode(**frame, version);
  if (!packet)
    return std::string(mqtt::name_of((*frame)->type())) + size + " refused: " + packet.refusal().why;
  std::string text =
      std::string(mqtt::name_of(mqtt::type_of(*packet))) + std::visit(Fields{}, *packet) + size;
  if (const auto* publish = std::get_if<mqtt::Publish>(&*packet)) text += ' ' + quoted(publish->payload);
  return text;
}

}  // namespace

std::string packet_line(const PacketSeen& packet) {
  const std::string& client_id = packet.client.client_id;
  const std::string client = printable(client_id.empty() ? packet.client.remote_address : client_id);
  const std::string_view arrow = packet.direction == Direction::received ? "<- " : "-> ";
  return std::string(arrow) + client + ' ' + described(as_bytes(packet.bytes), packet.client.version);
}

}  // namespace pint::app
