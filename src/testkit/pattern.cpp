// Patterns as a whole: what happened, all criteria, and how they read. The single refinements are in
// pattern_refinements.cpp.
#include <pint/pattern.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "base/glob.hpp"
#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"

namespace pint {
namespace {

using testkit::Field;
using testkit::refuse;

// "*" for any is no criterion: it would only make the description longer.
Pattern of_client(RecordKind kind, std::string_view client) {
  const Pattern pattern = Pattern::of(kind, name_of(kind));
  return client == "*" ? pattern : pattern.client(client);
}

Pattern of_topic(RecordKind kind, std::string_view filter) {
  return Pattern::of(kind, name_of(kind)).topic(filter);
}

Pattern of_filter(RecordKind kind, std::string_view filter) {
  const Pattern pattern = Pattern::of(kind, name_of(kind));
  return filter == "*" ? pattern : pattern.topic_filter(filter);
}

Pattern of_name(RecordKind kind, std::string_view name) {
  const Pattern pattern = Pattern::of(kind, name_of(kind));
  return name == "*" ? pattern : pattern.name(name);
}

// The field a kind is about, which its description gives without a word: "published a/b", "connected dev-1".
bool is_subject(RecordKind kind, Field field) {
  using enum RecordKind;
  switch (kind) {
    case published:
    case dropped:
    case will_published: return field == Field::topic;
    case connected:
    case refused:
    case disconnected:
    case session_ended: return field == Field::client;
    case subscribed:
    case unsubscribed:
    case rule_called: return field == Field::topic_filter;
    case limit_reached:
    case stub_called:
    case fault_applied:
    case handler_failed: return field == Field::name;
    case packet: return false;
  }
  return false;
}

bool only_clients_send(PacketType type) {
  return type == PacketType::connect || type == PacketType::subscribe || type == PacketType::unsubscribe ||
         type == PacketType::pingreq;
}

}  // namespace

void testkit::refuse(const std::string& sentence) { throw std::invalid_argument(sentence); }

void testkit::refuse_unless(bool possible, const std::string& sentence) {
  if (!possible) refuse(sentence);
}

std::optional<std::string> Pattern::Criterion::different(const Record& record) const try {
  if (!testkit::has_field(record, field)) return "none";
  if (holds(record)) return std::nullopt;
  return actual(record);
} catch (const std::exception& error) {
  return std::string("an exception: ") + error.what();
} catch (...) {
  return "an exception";
}

Pattern Pattern::of(RecordKind kind, std::string_view says) {
  Pattern pattern;
  pattern.kind_ = kind;
  pattern.says_ = says;
  return pattern;
}

Pattern Pattern::packet(Direction direction, PacketType type) {
  if (type < PacketType::connect || type > PacketType::auth) {
    refuse(std::to_string(static_cast<unsigned>(type)) + " is no type of MQTT packet");
  }
  Pattern pattern = of(RecordKind::packet, testkit::kind_text(RecordKind::packet, direction, type));
  pattern.direction_ = direction;
  pattern.packet_type_ = type;
  return pattern;
}

Pattern Pattern::with(Criterion criterion) const {
  if (!testkit::has_field(kind_, packet_type_, criterion.field)) {
    refuse("a pattern for \"" + says_ + "\" cannot ask for " + criterion.label + " " + criterion.expected +
           ": such records have no " + std::string(testkit::name_of(criterion.field)));
  }
  for (const auto& other : criteria_) {
    const bool same_label = criterion.one_value && other->one_value && other->label == criterion.label;
    if (same_label && other->expected != criterion.expected) {
      refuse("a pattern for \"" + describe() + "\" cannot ask for " + criterion.label + " " +
             criterion.expected + " as well");
    }
  }
  Pattern narrower = *this;
  narrower.criteria_.push_back(std::make_shared<const Criterion>(std::move(criterion)));
  return narrower;
}

bool Pattern::kind_matches(const Record& record) const {
  return kind_matches(record.kind, record.direction, record.packet_type);
}

bool Pattern::kind_matches(RecordKind kind, Direction direction, std::optional<PacketType> type) const {
  return kind == kind_ && (!direction_ || direction == *direction_) &&
         (!packet_type_ || type == packet_type_);
}

bool Pattern::matches(const Record& record) const {
  return kind_matches(record) &&
         std::ranges::all_of(criteria_, [&](const auto& criterion) { return criterion->holds(record); });
}

std::vector<Pattern::Difference> Pattern::differences(const Record& record) const {
  std::vector<Difference> differences;
  if (!kind_matches(record)) differences.push_back({"kind", says_, testkit::kind_text(record)});
  for (const auto& criterion : criteria_) {
    const std::optional<std::string> actual = criterion->different(record);
    if (actual) differences.push_back({criterion->label, criterion->expected, *actual});
  }
  return differences;
}

std::string Pattern::describe() const {
  std::string text = says_;
  for (const auto& criterion : criteria_) {
    const bool subject = criterion == criteria_.front() && is_subject(kind_, criterion->field);
    text += subject ? " " + criterion->expected : ", " + criterion->label + " " + criterion->expected;
  }
  return text;
}

Pattern published(std::string_view topic_filter) { return of_topic(RecordKind::published, topic_filter); }
Pattern dropped(std::string_view topic_filter) { return of_topic(RecordKind::dropped, topic_filter); }
Pattern will_published(std::string_view topic_filter) {
  return of_topic(RecordKind::will_published, topic_filter);
}
Pattern connected(std::string_view client) { return of_client(RecordKind::connected, client); }
Pattern refused(std::string_view client) { return of_client(RecordKind::refused, client); }
Pattern disconnected(std::string_view client) { return of_client(RecordKind::disconnected, client); }
Pattern session_ended(std::string_view client) { return of_client(RecordKind::session_ended, client); }
Pattern subscribed(std::string_view topic_filter) { return of_filter(RecordKind::subscribed, topic_filter); }
Pattern unsubscribed(std::string_view topic_filter) {
  return of_filter(RecordKind::unsubscribed, topic_filter);
}
Pattern rule_called(std::string_view rule_filter) { return of_filter(RecordKind::rule_called, rule_filter); }
Pattern limit_reached(std::string_view limit) { return of_name(RecordKind::limit_reached, limit); }
Pattern stub_called(std::string_view stub) { return of_name(RecordKind::stub_called, stub); }
Pattern fault_applied(std::string_view name) { return of_name(RecordKind::fault_applied, name); }
Pattern handler_failed(std::string_view handler) { return of_name(RecordKind::handler_failed, handler); }

Pattern received(PacketType type) { return Pattern::packet(Direction::received, type); }

Pattern sent(PacketType type) {
  if (only_clients_send(type)) {
    const std::string name(name_of(type));
    refuse("a broker never sends " + name + "; for what it gets from clients say received(), not sent()");
  }
  return Pattern::packet(Direction::sent, type);
}

bool client_matches(std::string_view pattern, std::string_view client_id) {
  return glob_matches(pattern, client_id);
}

}  // namespace pint
