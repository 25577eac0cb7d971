// A record as one line for people, and the names of the kinds.
//
//   #12 +1.500 s  <- dev-1 PUBLISH a/b id 7 qos 1 dup "21.5" [content type "text/plain"]
//   #13 +1.500 s  *  dev-1 published a/b qos 1 dup "21.5" (2 receivers)
//   #14 +1.500 s  -> dev-1 PUBACK id 7 0x00 Success
#include <pint/journal.hpp>

#include "testkit/record_field.hpp"
#include "testkit/record_text.hpp"

namespace pint {
namespace {

using testkit::Field;
using testkit::has_field;
using testkit::in_quotes;
using testkit::plain;
using testkit::text_of;

std::string_view arrow(const Record& record) {
  if (record.kind != RecordKind::packet) return "* ";
  return record.direction == Direction::received ? "<-" : "->";
}

std::string what(const Record& record) {
  if (record.kind != RecordKind::packet) return std::string(name_of(record.kind));
  return record.packet_type ? std::string(name_of(*record.packet_type)) : "broken packet";
}

void add(std::string& line, std::string_view part) { (line += ' ') += part; }

void add_message(std::string& line, const Record& record) {
  if (record.packet_id) add(line, "id " + std::to_string(*record.packet_id));
  if (has_field(record, Field::qos)) add(line, "qos " + text_of(record.qos));
  if (record.retain) add(line, "retain");
  if (record.duplicate) add(line, "dup");
  if (has_field(record, Field::payload)) add(line, in_quotes(record.payload));
}

std::string text_of_properties(const Properties& properties) {
  std::string text;
  const auto add_item = [&](const std::string& item) { (text += text.empty() ? "" : ", ") += item; };
  if (properties.payload_is_utf8) add_item("payload is UTF-8");
  if (properties.message_expiry) {
    add_item("expiry " + std::to_string(properties.message_expiry->count()) + " s");
  }
  if (properties.content_type) add_item("content type " + in_quotes(*properties.content_type));
  if (properties.response_topic) add_item("response topic " + plain(*properties.response_topic));
  if (properties.correlation_data) add_item("correlation data " + in_quotes(*properties.correlation_data));
  if (!properties.user_properties.empty()) add_item(text_of(properties.user_properties));
  for (const std::uint32_t id : properties.subscription_identifiers) {
    add_item("subscription identifier " + std::to_string(id));
  }
  return text;
}

}  // namespace

std::string_view name_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::packet: return "packet";
    case RecordKind::connected: return "connected";
    case RecordKind::refused: return "refused";
    case RecordKind::disconnected: return "disconnected";
    case RecordKind::subscribed: return "subscribed";
    case RecordKind::unsubscribed: return "unsubscribed";
    case RecordKind::published: return "published";
    case RecordKind::dropped: return "dropped";
    case RecordKind::will_published: return "will published";
    case RecordKind::session_ended: return "session ended";
    case RecordKind::limit_reached: return "limit reached";
    case RecordKind::rule_called: return "rule called";
    case RecordKind::stub_called: return "stub called";
    case RecordKind::fault_applied: return "fault applied";
    case RecordKind::handler_failed: return "handler failed";
  }
  return "unknown kind";
}

std::string to_string(const Record& record) {
  std::string line = '#' + std::to_string(record.sequence) + ' ' + text_of(record.at) + "  ";
  line += arrow(record);
  add(line, testkit::who(record));
  add(line, what(record));
  if (!record.name.empty()) add(line, plain(record.name));
  if (!record.topic_filter.empty()) add(line, plain(record.topic_filter));
  if (!record.topic.empty()) add(line, plain(record.topic));
  add_message(line, record);
  if (record.reason) add(line, text_of(*record.reason));
  const std::string properties = text_of_properties(record.properties);
  if (!properties.empty()) add(line, '[' + properties + ']');
  if (!record.detail.empty()) add(line, '(' + plain(record.detail) + ')');
  return line;
}

}  // namespace pint
