#include "testkit/journal.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/assert.hpp"
#include "testkit/journal_event.hpp"
#include "testkit/journal_message.hpp"
#include "testkit/record_packet.hpp"

namespace pint::testkit {
namespace {

std::size_t weight_of(const std::optional<std::string>& text) { return text ? text->size() : 0; }

// Sizes, not capacities: a record must weigh the same when it goes as when it came.
std::size_t weight_of(const Record& record) {
  const Properties& properties = record.properties;
  std::size_t weight = sizeof record + record.topic.size() + record.payload.size() + record.detail.size() +
                       record.topic_filter.size() + record.client_id.size() +
                       weight_of(properties.content_type) + weight_of(properties.response_topic) +
                       weight_of(properties.correlation_data);
  for (const UserProperty& property : properties.user_properties) {
    weight += sizeof property + property.name.size() + property.value.size();
  }
  return weight;
}

bool ends_connection(RecordKind kind) {
  return kind == RecordKind::disconnected || kind == RecordKind::refused;
}

std::optional<PacketType> packet_type_of(std::string_view bytes) {
  const unsigned type = bytes.empty() ? 0 : static_cast<std::uint8_t>(bytes[0]) >> 4;
  if (type == 0) return std::nullopt;
  return static_cast<PacketType>(type);
}

}  // namespace

void Journal::append(Event&& event, const Moment& moment) {
  if (const auto* packet = std::get_if<PacketSeen>(&event)) return append_packet(*packet, moment);
  const auto* message = std::get_if<MessagePublished>(&event);
  if (message != nullptr && can_pack(*message)) return append_message(*message, moment);
  auto record = std::make_unique<Record>();
  fill(*record, std::move(event));
  if (ends_connection(record->kind)) connections_.end(record->remote_address);
  append_record(std::move(record), moment);
}

void Journal::append_rule_call(std::string_view rule_filter, const Message& message, const Moment& moment) {
  auto record = std::make_unique<Record>();
  record->kind = RecordKind::rule_called;
  record->topic_filter = rule_filter;
  record->topic = message.topic;
  record->payload = message.payload;
  record->qos = message.qos;
  record->retain = message.retain;
  record->properties = message.properties;
  append_record(std::move(record), moment);
}

void Journal::append_stub_call(StubCall call, const Record& request, const Moment& moment) {
  auto record = std::make_unique<Record>(request);
  record->kind = RecordKind::stub_called;
  record->name = std::move(call.name);
  record->detail = std::move(call.what);
  append_record(std::move(record), moment);
}

void Journal::append_fault(AppliedFault fault, const Moment& moment) {
  auto record = std::make_unique<Record>();
  record->kind = RecordKind::fault_applied;
  record->name = std::move(fault.name);
  record->detail = std::move(fault.what);
  record->client_id = std::move(fault.client_id);
  record->remote_address = std::move(fault.remote_address);
  append_record(std::move(record), moment);
}

void Journal::clear() {
  while (entries_.size() > 0) drop_oldest();
  begin_ = first_;
}

void Journal::append_packet(const PacketSeen& packet, const Moment& moment) {
  JournalConnection& connection = connections_.note(packet);
  const std::string_view topic = JournalConnections::alias_topic(connection, packet);
  const Form form = packet.direction == Direction::received ? Form::received_packet : Form::sent_packet;
  char* bytes = nullptr;
  Entry& entry = push(form, moment, packet.bytes.size() + topic.size(), bytes);
  entry.connection = connection.id;
  entry.alias_topic_bytes = static_cast<std::uint16_t>(topic.size());
  bytes = std::copy(packet.bytes.begin(), packet.bytes.end(), bytes);
  std::copy(topic.begin(), topic.end(), bytes);
  keep_within_bounds();
}

void Journal::append_message(const MessagePublished& event, const Moment& moment) {
  char* bytes = nullptr;
  push(Form::message, moment, packed_size(event), bytes);
  pack(bytes, event);
  keep_within_bounds();
}

void Journal::append_record(std::unique_ptr<Record> record, const Moment& moment) {
  char* bytes = nullptr;
  Entry& entry = push(Form::record, moment, 0, bytes);
  weight_ += testkit::weight_of(*record);
  entry.record = std::move(record);
  keep_within_bounds();
}

Journal::Entry& Journal::push(Form form, const Moment& moment, std::size_t size, char*& bytes) {
  Entry& entry = entries_.push_back({});
  bytes = bytes_.push(size);
  entry.moment = moment;
  entry.bytes = bytes;
  entry.size = static_cast<std::uint32_t>(size);
  entry.form = form;
  weight_ += sizeof entry + size;
  return entry;
}

void Journal::keep_within_bounds() {
  while (entries_.size() > 1 && (entries_.size() > bounds_.records || weight_ > bounds_.bytes)) drop_oldest();
}

void Journal::drop_oldest() {
  dropped_for_bytes_ = entries_.size() <= bounds_.records;
  const Entry& oldest = entries_.front();
  weight_ -= weight_of(oldest);
  if (oldest.connection) connections_.release(oldest.connection);
  bytes_.pop(oldest.size);
  entries_.pop_front();
  ++first_;
}

std::size_t Journal::weight_of(const Entry& entry) {
  return sizeof entry + entry.size + (entry.record ? testkit::weight_of(*entry.record) : 0);
}

const Journal::Entry& Journal::entry_at(std::uint64_t sequence) const {
  PINT_ASSERT(sequence >= first_);
  return entries_[static_cast<std::size_t>(sequence - first_)];
}

void Journal::require(std::uint64_t sequence) const {
  if (sequence >= first_) return;
  throw std::out_of_range("records " + std::to_string(sequence) + ".." + std::to_string(first_ - 1) +
                          " were dropped; raise TestOptions::journal_" +
                          (dropped_for_bytes_ ? "bytes" : "records"));
}

void Journal::fill_packet(Record& record, const Entry& entry) const {
  const JournalConnection* connection = connections_.find(entry.connection);
  PINT_ASSERT(connection != nullptr);
  const std::size_t packet_bytes = entry.size - entry.alias_topic_bytes;
  record.client_id = connection->client_id;
  record.remote_address = connection->remote_address;
  record.version = connection->version;
  record.direction = entry.form == Form::received_packet ? Direction::received : Direction::sent;
  record.bytes = entry.kept().substr(0, packet_bytes);
  decode_into(record, entry.kept().substr(packet_bytes));
}

Record Journal::record_of(const Entry& entry, std::uint64_t sequence) const {
  Record record;
  switch (entry.form) {
    case Form::received_packet:
    case Form::sent_packet: fill_packet(record, entry); break;
    case Form::message: unpack(record, entry.kept()); break;
    case Form::record: record = *entry.record; break;
  }
  record.sequence = sequence;
  record.at = entry.moment.at;
  record.wall = entry.moment.wall;
  return record;
}

// What pattern.kind_matches() will say of the entry's record; tells most apart without making them.
bool Journal::kind_matches(const Pattern& pattern, const Entry& entry) {
  switch (entry.form) {
    case Form::received_packet:
      return pattern.kind_matches(RecordKind::packet, Direction::received, packet_type_of(entry.kept()));
    case Form::sent_packet:
      return pattern.kind_matches(RecordKind::packet, Direction::sent, packet_type_of(entry.kept()));
    case Form::message: return pattern.kind() == RecordKind::published;
    case Form::record: return pattern.kind() == entry.record->kind;
  }
  return false;
}

Record Journal::record(std::uint64_t sequence) const {
  require(sequence);
  return record_of(entry_at(sequence), sequence);
}

std::vector<Record> Journal::since(std::uint64_t sequence) const {
  sequence = std::max(sequence, begin_);
  require(sequence);
  std::vector<Record> records;
  for (; sequence <= last(); ++sequence) records.push_back(record(sequence));
  return records;
}

// The sequence of the first match from `sequence` on, which is put into `found`; without one, past last().
std::uint64_t Journal::next_match(const Pattern& pattern, std::uint64_t sequence, Record& found) const {
  for (; sequence <= last(); ++sequence) {
    const Entry& entry = entry_at(sequence);
    if (!kind_matches(pattern, entry)) continue;
    found = record_of(entry, sequence);
    if (pattern.matches(found)) return sequence;
  }
  return sequence;
}

std::vector<Record> Journal::query(const Pattern& pattern) const {
  std::vector<Record> records;
  Record found;
  std::uint64_t sequence = std::max(begin_, pattern.after_sequence() + 1);
  require(sequence);
  for (; (sequence = next_match(pattern, sequence, found)) <= last(); ++sequence) records.push_back(found);
  return records;
}

std::optional<Record> Journal::find(const Pattern& pattern, std::uint64_t sequence) const {
  sequence = std::max({sequence, begin_, pattern.after_sequence() + 1});
  require(sequence);
  Record found;
  if (next_match(pattern, sequence, found) > last()) return std::nullopt;
  return found;
}

}  // namespace pint::testkit
