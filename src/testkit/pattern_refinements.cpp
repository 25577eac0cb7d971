// The refinements of patterns, one function each: refuse what is impossible, then say what must hold, what
// was expected, and what a record has instead.
#include <algorithm>
#include <utility>

#include <pint/pattern.hpp>

#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"
#include "testkit/json_pointer.hpp"
#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"

namespace pint {
namespace {

using testkit::Field;
using testkit::plain;
using testkit::in_quotes;
using testkit::refuse;
using testkit::refuse_unless;
using testkit::text_of;

constexpr auto kTextMax = std::size_t{65'535};  // of what has two bytes of length on the wire

std::string glob_text(std::string_view name) { return name.empty() ? "\"\"" : plain(name); }

void refuse_bad_filter(std::string_view filter) {
  if (mqtt::parse_topic_filter(filter) && mqtt::is_utf8_text(filter)) return;
  refuse(in_quotes(filter) + " is no Topic Filter: # stands last in a level of its own, + fills a whole " +
         "level, and a shared one reads $share/name/filter");
}

void refuse_bad_text(std::string_view what, std::string_view text) {
  refuse_unless(mqtt::is_utf8_text(text), std::string(what) + " " + in_quotes(text) + " is no UTF-8 text");
  refuse_unless(text.size() <= kTextMax, std::string(what) + " is longer than 65,535 bytes");
}

std::string text_of(const std::optional<std::string>& text) { return text ? in_quotes(*text) : "none"; }

std::string payload_text(const Record& record) { return in_quotes(record.payload); }

std::string values_of(const Record& record, std::string_view name) {
  std::string values;
  for (const UserProperty& property : record.properties.user_properties) {
    if (property.name != name) continue;
    (values += values.empty() ? "" : ", ") += in_quotes(property.value);
  }
  return values.empty() ? "none" : values;
}

}  // namespace

Pattern Pattern::client(std::string_view name) const {
  refuse_bad_text("the client name", name);
  Pattern narrower = with({.field = Field::client, .label = "client", .expected = glob_text(name),
                           .holds = [name = std::string(name)](const Record& record) {
                             return client_matches(name, record.client_id);
                           },
                           .actual = testkit::who});
  narrower.client_ = name;
  return narrower;
}

Pattern Pattern::topic(std::string_view topic_filter) const {
  refuse_bad_filter(topic_filter);
  refuse_unless(!topic_filter.starts_with("$share/"),
                in_quotes(topic_filter) + " is a shared filter, which is no message's topic");
  Pattern narrower = with({.field = Field::topic, .label = "topic", .expected = plain(topic_filter),
                           .holds = [filter = std::string(topic_filter)](const Record& record) {
                             return !record.topic.empty() && mqtt::matches(filter, record.topic);
                           },
                           .actual = [](const Record& record) { return plain(record.topic); }});
  narrower.topic_ = topic_filter;
  return narrower;
}

Pattern Pattern::topic_filter(std::string_view topic_filter) const {
  refuse_bad_filter(topic_filter);
  return with({.field = Field::topic_filter, .label = "topic filter", .expected = plain(topic_filter),
               .holds = [filter = std::string(topic_filter)](const Record& record) {
                 return record.topic_filter == filter;
               },
               .actual = [](const Record& record) { return plain(record.topic_filter); },
               .one_value = true});
}

Pattern Pattern::qos(QoS qos) const {
  refuse_unless(qos <= QoS::exactly_once, text_of(qos) + " is no QoS: there are 0, 1 and 2");
  return with({.field = Field::qos, .label = "qos", .expected = text_of(qos),
               .holds = [qos](const Record& record) { return record.qos == qos; },
               .actual = [](const Record& record) { return text_of(record.qos); }, .one_value = true});
}

Pattern Pattern::retain(bool retain) const {
  return with({.field = Field::retain, .label = "retain", .expected = std::string(text_of(retain)),
               .holds = [retain](const Record& record) { return record.retain == retain; },
               .actual = [](const Record& record) { return std::string(text_of(record.retain)); },
               .one_value = true});
}

Pattern Pattern::duplicate(bool duplicate) const {
  return with({.field = Field::duplicate, .label = "dup", .expected = std::string(text_of(duplicate)),
               .holds = [duplicate](const Record& record) { return record.duplicate == duplicate; },
               .actual = [](const Record& record) { return std::string(text_of(record.duplicate)); },
               .one_value = true});
}

Pattern Pattern::packet_id(std::uint16_t id) const {
  refuse_unless(id != 0, "0 is no Packet Identifier: they are 1 to 65,535");
  return with({.field = Field::packet_id, .label = "packet id", .expected = std::to_string(id),
               .holds = [id](const Record& record) { return record.packet_id == id; },
               .actual = [](const Record& record) {
                 return record.packet_id ? std::to_string(*record.packet_id) : std::string("none");
               },
               .one_value = true});
}

Pattern Pattern::payload(std::string_view bytes) const {
  return with(
      {.field = Field::payload,
       .label = "payload",
       .expected = in_quotes(bytes),
       .holds = [bytes = std::string(bytes)](const Record& record) { return record.payload == bytes; },
       .actual = payload_text,
       .one_value = true});
}

Pattern Pattern::payload_contains(std::string_view part) const {
  return with({.field = Field::payload, .label = "payload", .expected = "contains " + in_quotes(part),
               .holds = [part = std::string(part)](const Record& record) {
                 return record.payload.find(part) != std::string::npos;
               },
               .actual = payload_text});
}

Pattern Pattern::payload_json(std::string_view pointer, std::string_view json) const {
  const testkit::JsonExpectation expectation(pointer, json);
  return with({.field = Field::payload,
               .label = pointer.empty() ? "payload as JSON" : "payload at " + plain(pointer),
               .expected = plain(expectation.expected()),
               .holds = [expectation](const Record& record) { return expectation.holds(record.payload); },
               .actual = [expectation](const Record& record) {
                 return plain(expectation.actual(record.payload));
               },
               .one_value = true});
}

Pattern Pattern::payload_where(std::string_view says, std::function<bool(std::string_view)> predicate) const {
  refuse_unless(predicate != nullptr, "payload_where() needs a predicate");
  return with({.field = Field::payload, .label = "payload", .expected = plain(says),
               .holds = [predicate = std::move(predicate)](const Record& record) {
                 return predicate(record.payload);
               },
               .actual = payload_text});
}

Pattern Pattern::where(std::string_view says, std::function<bool(const Record&)> predicate) const {
  refuse_unless(predicate != nullptr, "where() needs a predicate");
  return with({.field = Field::any, .label = "where", .expected = plain(says), .holds = std::move(predicate),
               .actual = [](const Record&) { return std::string("not so"); }});
}

Pattern Pattern::user_property(std::string_view name, std::string_view value) const {
  refuse_bad_text("the user property's name", name);
  refuse_bad_text("the user property's value", value);
  return with(
      {.field = Field::user_property,
       .label = "user property " + plain(name),
       .expected = in_quotes(value),
       .holds =
           [wanted = UserProperty{std::string(name), std::string(value)}](const Record& record) {
             const auto& all = record.properties.user_properties;
             return std::find(all.begin(), all.end(), wanted) != all.end();
           },
       .actual = [name = std::string(name)](const Record& record) { return values_of(record, name); }});
}

Pattern Pattern::content_type(std::string_view type) const {
  refuse_bad_text("the content type", type);
  return with({.field = Field::content_type, .label = "content type", .expected = in_quotes(type),
               .holds = [type = std::string(type)](const Record& record) {
                 return record.properties.content_type == type;
               },
               .actual = [](const Record& record) { return text_of(record.properties.content_type); },
               .one_value = true});
}

Pattern Pattern::response_topic(std::string_view topic) const {
  refuse_unless(mqtt::is_topic_name(topic),
                in_quotes(topic) + " is no Response Topic: a Topic Name without wildcards");
  return with({.field = Field::response_topic, .label = "response topic", .expected = in_quotes(topic),
               .holds = [topic = std::string(topic)](const Record& record) {
                 return record.properties.response_topic == topic;
               },
               .actual = [](const Record& record) { return text_of(record.properties.response_topic); },
               .one_value = true});
}

Pattern Pattern::correlation_data(std::string_view bytes) const {
  refuse_unless(bytes.size() <= kTextMax, "the correlation data is longer than 65,535 bytes");
  return with({.field = Field::correlation_data, .label = "correlation data", .expected = in_quotes(bytes),
               .holds = [bytes = std::string(bytes)](const Record& record) {
                 return record.properties.correlation_data == bytes;
               },
               .actual = [](const Record& record) { return text_of(record.properties.correlation_data); },
               .one_value = true});
}

Pattern Pattern::reason(ReasonCode reason) const {
  refuse_unless(name_of(reason) != "Unknown reason code",
                text_of(reason).substr(0, 4) + " is no Reason Code");
  return with({.field = Field::reason, .label = "reason", .expected = text_of(reason),
               .holds = [reason](const Record& record) { return record.reason == reason; },
               .actual = [](const Record& record) {
                 return record.reason ? text_of(*record.reason) : std::string("none");
               },
               .one_value = true});
}

Pattern Pattern::version(ProtocolVersion version) const {
  refuse_unless(version >= ProtocolVersion::v3_1 && version <= ProtocolVersion::v5,
                std::to_string(static_cast<unsigned>(version)) + " is no version: there are 3, 4 and 5");
  return with({.field = Field::version, .label = "version", .expected = std::string(text_of(version)),
               .holds = [version](const Record& record) { return record.version == version; },
               .actual = [](const Record& record) { return std::string(text_of(record.version)); },
               .one_value = true});
}

Pattern Pattern::name(std::string_view name) const {
  return with({.field = Field::name, .label = "name", .expected = glob_text(name),
               .holds = [name = std::string(name)](const Record& record) {
                 return client_matches(name, record.name);
               },
               .actual = [](const Record& record) { return plain(record.name); }});
}

Pattern Pattern::detail_contains(std::string_view part) const {
  return with({.field = Field::detail, .label = "detail", .expected = "contains " + in_quotes(part),
               .holds = [part = std::string(part)](const Record& record) {
                 return record.detail.find(part) != std::string::npos;
               },
               .actual = [](const Record& record) { return in_quotes(record.detail); }});
}

Pattern Pattern::after(const Record& record) const {
  const std::uint64_t sequence = record.sequence;
  Pattern narrower =
      with({.field = Field::sequence,
            .label = "after",
            .expected = '#' + std::to_string(sequence),
            .holds = [sequence](const Record& other) { return other.sequence > sequence; },
            .actual = [](const Record& other) { return '#' + std::to_string(other.sequence); }});
  narrower.after_ = std::max(after_, sequence);
  return narrower;
}

}  // namespace pint
