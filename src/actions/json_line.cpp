// Builds the object and lets Boost.JSON write it; sketch: 1 µs for a small message, one allocation for the
// line.
#include "actions/json_line.hpp"

#include <array>
#include <cstdio>
#include <ctime>

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/serializer.hpp>

#include "mqtt/utf8.hpp"

namespace pint::actions {
namespace {

namespace json = boost::json;

// RFC 3339 in UTC with milliseconds.
std::string text_of(std::chrono::system_clock::time_point time) {
  using std::chrono::milliseconds;
  const std::int64_t total = std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = static_cast<std::time_t>(total / 1000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text.data() + size, text.size() - size, ".%03dZ", static_cast<int>(total % 1000));
  return text.data();
}

// Give the bytes as "name", or as "name_base64" where they are no text.
void add_bytes(json::object& object, std::string_view name, std::string_view bytes) {
  if (mqtt::is_utf8_text(bytes))
    object[name] = bytes;
  else
    object[std::string(name) + "_base64"] = base64(bytes);
}

// User properties are a list of pairs, because names may repeat and order counts. [MQTT-3.3.2-18]
json::array pairs_of(const std::vector<UserProperty>& properties, const json::storage_ptr& memory) {
  json::array pairs(memory);
  for (const UserProperty& property : properties) pairs.push_back({property.name, property.value});
  return pairs;
}

json::object object_of(const Properties& properties, const json::storage_ptr& memory) {
  json::object object(memory);
  if (properties.payload_is_utf8) object["payload_is_utf8"] = true;
  if (properties.message_expiry) object["message_expiry"] = properties.message_expiry->count();
  if (properties.content_type) object["content_type"] = *properties.content_type;
  if (properties.response_topic) object["response_topic"] = *properties.response_topic;
  if (properties.correlation_data) add_bytes(object, "correlation_data", *properties.correlation_data);
  if (!properties.user_properties.empty()) {
    object["user_properties"] = pairs_of(properties.user_properties, memory);
  }
  return object;
}

}  // namespace

std::string json_line(const Message& message, std::chrono::system_clock::time_point time) {
  std::array<unsigned char, 4096> stack_memory;
  json::monotonic_resource resource(stack_memory.data(), stack_memory.size());
  const json::storage_ptr memory(&resource);
  json::object object(memory);
  object["time"] = text_of(time);
  object["topic"] = message.topic;
  object["qos"] = static_cast<unsigned>(message.qos);
  object["retain"] = message.retain;
  add_bytes(object, "payload", message.payload);
  json::object properties = object_of(message.properties, memory);
  if (!properties.empty()) object["properties"] = std::move(properties);
  std::string line = json::serialize(object);
  return line += '\n';
}

std::string base64(std::string_view bytes) {
  using Sextets = boost::archive::iterators::base64_from_binary<
      boost::archive::iterators::transform_width<std::string_view::const_iterator, 6, 8>>;
  // transform_width reads whole groups only: fill the last one up with zero bytes, then put "=" over what
  // they gave.
  const std::size_t missing = (3 - bytes.size() % 3) % 3;
  const std::string filled = std::string(bytes).append(missing, '\0');
  std::string text(Sextets(std::string_view(filled).begin()), Sextets(std::string_view(filled).end()));
  return text.replace(text.size() - missing, missing, missing, '=');
}

}  // namespace pint::actions
