// Records as JSON, one object on one line each:
//
//   {"sequence":12,"at_ns":1500000000,"wall":"2026-03-01T12:00:01.500000Z","kind":"packet",
//    "client_id":"dev-1","remote_address":"127.0.0.1:40122","version":"5.0","direction":"received",
//    "packet":"PUBLISH","bytes_base64":"MgoAA2EvYgAHAGhp","packet_id":7,"topic":"a/b","payload":"hi",
//    "qos":1,"retain":false,"duplicate":false}
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <pint/journal.hpp>

#include "actions/json_line.hpp"
#include "mqtt/utf8.hpp"
#include "testkit/record_field.hpp"

namespace pint {
namespace {

namespace json = boost::json;
using testkit::Field;
using testkit::has_field;

// RFC 3339 in UTC with microseconds.
std::string text_of(std::chrono::system_clock::time_point time) {
  const auto total = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(total / 1'000'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 48> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::snprintf(text.data() + size, text.size() - size, ".%06dZ", static_cast<int>(total % 1'000'000));
  return text.data();
}

const char* text_of(ProtocolVersion version) {
  switch (version) {
    case ProtocolVersion::v3_1: return "3.1";
    case ProtocolVersion::v3_1_1: return "3.1.1";
    case ProtocolVersion::v5: return "5.0";
  }
  return "unknown";
}

// The kind as one word: "will_published".
std::string word_of(RecordKind kind) {
  std::string word(name_of(kind));
  std::ranges::replace(word, ' ', '_');
  return word;
}

// Give the text as "name" unless it is empty, or as "name_base64" where the bytes are no text.
void add(json::object& object, const std::string& name, std::string_view bytes) {
  if (bytes.empty()) return;
  if (mqtt::is_utf8_text(bytes)) object[name] = json::string_view(bytes.data(), bytes.size());
  else object[name + "_base64"] = actions::base64(bytes);
}

// User properties are a list of pairs, because names may repeat and order counts. [MQTT-3.3.2-18]
void add_properties(json::object& record, const Properties& properties) {
  json::object object;
  if (properties.payload_is_utf8) object["payload_is_utf8"] = true;
  if (properties.message_expiry) object["message_expiry"] = properties.message_expiry->count();
  if (properties.content_type) add(object, "content_type", *properties.content_type);
  if (properties.response_topic) add(object, "response_topic", *properties.response_topic);
  if (properties.correlation_data) add(object, "correlation_data", *properties.correlation_data);
  json::array pairs;
  for (const UserProperty& property : properties.user_properties) {
    pairs.push_back({property.name, property.value});
  }
  if (!pairs.empty()) object["user_properties"] = std::move(pairs);
  json::array identifiers;
  for (const std::uint32_t id : properties.subscription_identifiers) identifiers.push_back(id);
  if (!identifiers.empty()) object["subscription_identifiers"] = std::move(identifiers);
  if (!object.empty()) record["properties"] = std::move(object);
}

void add_packet(json::object& object, const Record& record) {
  object["direction"] = record.direction == Direction::received ? "received" : "sent";
  if (record.packet_type) {
    const std::string_view name = name_of(*record.packet_type);
    object["packet"] = json::string_view(name.data(), name.size());
  }
  object["bytes_base64"] = actions::base64(record.bytes);
  if (record.packet_id) object["packet_id"] = *record.packet_id;
}

void add_message(json::object& object, const Record& record) {
  add(object, "topic", record.topic);
  if (has_field(record, Field::payload)) {
    if (record.payload.empty()) object["payload"] = "";
    add(object, "payload", record.payload);
  }
  if (has_field(record, Field::qos)) object["qos"] = static_cast<unsigned>(record.qos);
  if (has_field(record, Field::retain)) object["retain"] = record.retain;
  if (has_field(record, Field::duplicate)) object["duplicate"] = record.duplicate;
  add_properties(object, record.properties);
}

json::object object_of(const Record& record) {
  json::object object;
  object["sequence"] = record.sequence;
  object["at_ns"] = record.at.count();
  object["wall"] = text_of(record.wall);
  object["kind"] = word_of(record.kind);
  add(object, "client_id", record.client_id);
  add(object, "remote_address", record.remote_address);
  if (has_field(record, Field::version)) object["version"] = text_of(record.version);
  if (record.kind == RecordKind::packet) add_packet(object, record);
  add_message(object, record);
  add(object, "topic_filter", record.topic_filter);
  if (record.reason) {
    const std::string_view name = name_of(*record.reason);
    object["reason"] = static_cast<unsigned>(*record.reason);
    object["reason_name"] = json::string_view(name.data(), name.size());
  }
  add(object, "name", record.name);
  add(object, "detail", record.detail);
  return object;
}

}  // namespace

std::string to_json(const Record& record) { return json::serialize(object_of(record)); }

void save_json_lines(const std::vector<Record>& records, const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  for (const Record& record : records) file << to_json(record) << '\n';
  file.close();
  if (!file) throw std::system_error(errno, std::generic_category(), "cannot write " + path.string());
}

}  // namespace pint
