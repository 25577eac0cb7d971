#include "api/message_check.hpp"

#include <algorithm>

#include <pint/error.hpp>

#include "mqtt/frame.hpp"
#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"

namespace pint {
namespace {

constexpr std::size_t kMaxText = 65'535;  // of any string or binary field [MQTT-1.5.4-1]

bool fits(const std::optional<std::string>& bytes) { return !bytes || bytes->size() <= kMaxText; }
bool is_text(const std::string& text) { return text.size() <= kMaxText && mqtt::is_utf8_text(text); }

bool are_valid(const Properties& properties) {
  using std::chrono::seconds;
  const auto& expiry = properties.message_expiry;
  if (expiry && (*expiry < seconds{0} || *expiry > seconds{0xFFFF'FFFF})) return false;
  if (properties.content_type && !is_text(*properties.content_type)) return false;
  // [MQTT-3.3.2-14]
  if (properties.response_topic && !mqtt::is_topic_name(*properties.response_topic)) return false;
  return fits(properties.correlation_data) &&
         std::ranges::all_of(properties.user_properties, [](const UserProperty& property) {
           return is_text(property.name) && is_text(property.value);
         });
}

// Identifier, length prefixes and contents of each property, as encoded.
std::size_t encoded_size(const Properties& properties) {
  std::size_t size = properties.payload_is_utf8 ? 2 : 0;
  if (properties.message_expiry) size += 5;
  for (const auto* text :
       {&properties.content_type, &properties.response_topic, &properties.correlation_data}) {
    if (*text) size += 3 + (*text)->size();
  }
  for (const UserProperty& property : properties.user_properties) {
    size += 5 + property.name.size() + property.value.size();
  }
  return size;
}

// With a Packet Identifier and the longest property length, so that it fits for every subscriber.
std::size_t remaining_length(const Message& message) {
  return 2 + message.topic.size() + 2 + 4 + encoded_size(message.properties) + message.payload.size();
}

}  // namespace

std::error_code check_message(const Message& message) {
  if (!mqtt::is_topic_name(message.topic)) return Errc::invalid_topic_name;
  if (message.qos > QoS::exactly_once || !are_valid(message.properties)) return Errc::invalid_message;
  if (remaining_length(message) > mqtt::kMaxVarint) return Errc::packet_too_large;
  return {};
}

bool is_topic_filter(std::string_view text) {
  return text.size() <= mqtt::kMaxTopicBytes && mqtt::is_utf8_text(text) && mqtt::parse_topic_filter(text);
}

}  // namespace pint
