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

using core::PacketLog;
using Form = PacketLog::Form;

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

bool is_publish(ByteView packet) {
  return !packet.empty() && packet[0] >> 4 == static_cast<unsigned>(PacketType::publish);
}

std::optional<PacketType> packet_type_of(const PacketLog::Entry& entry) {
  const unsigned type = entry.first >> 4;
  if (type == 0) return std::nullopt;
  return static_cast<PacketType>(type);
}

void fill_packet(Record& record, const PacketLog& log, const PacketLog::Entry& entry) {
  const core::LoggedConnection& connection = log.connections().at(entry.connection);
  record.client_id = connection.client_id;
  record.remote_address = connection.remote_address;
  record.version = connection.version;
  record.direction = entry.form == Form::received ? Direction::received : Direction::sent;
  record.bytes = log.packet(entry);
  decode_into(record, log.alias_topic(entry));
}

// What a packet has published: all that is the message's, and nothing that is the packet's.
void fill_message(Record& record, const PacketLog& log, const PacketLog::Entry& entry) {
  Record packet;
  fill_packet(packet, log, entry);
  record.kind = RecordKind::published;
  record.client_id = std::move(packet.client_id);
  record.topic = std::move(packet.topic);
  record.payload = std::move(packet.payload);
  record.qos = packet.qos;
  record.retain = packet.retain;
  record.duplicate = packet.duplicate;
  record.properties = std::move(packet.properties);
  record.detail = receivers_text(entry.size);
}

}  // namespace

// Writing.

void Journal::place(std::uint64_t sequence, Event&& event) {
  const auto* message = std::get_if<MessagePublished>(&event);
  if (message != nullptr && can_pack(*message)) {
    return pack(log_.keep(sequence, packed_size(*message)), *message);
  }
  Record record;
  testkit::fill(record, std::move(event));
  if (ends_connection(record.kind)) connections_.end(log_, record.remote_address);
  place_record(sequence, std::move(record));
}

void Journal::tell(const Moment& moment) {
  const std::uint64_t end = log_.first_open();
  if (end <= untold_) return;
  if (turns_.empty() || turns_.back().moment != moment) turns_.push_back({untold_, moment});
  untold_ = end;
  log_.seen_before(untold_);
  forget_dropped();
}

void Journal::insert_stub_calls(std::vector<Answered> answered) {
  std::vector<std::uint64_t> sequences;
  std::vector<Record> records;
  for (Answered& each : answered) {
    sequences.push_back(each.sequence);
    Record& record = records.emplace_back(untold_record(each.sequence));
    record.kind = RecordKind::stub_called;
    record.name = std::move(each.call.name);
    record.detail = std::move(each.call.what);
  }
  log_.make_places_after(sequences);
  for (Placed& later : records_) {
    later.sequence +=
        static_cast<std::uint64_t>(std::ranges::lower_bound(sequences, later.sequence) - sequences.begin());
  }
  for (std::size_t i = 0; i < records.size(); ++i) place_record(sequences[i] + i + 1, std::move(records[i]));
}

void Journal::append(Event&& event, const Moment& moment) {
  append(std::move(event));
  tell(moment);
}

void Journal::append(Event&& event) {
  const auto* packet = std::get_if<PacketSeen>(&event);
  if (packet == nullptr) return place(log_.add_other(), std::move(event));
  const core::LogNumber number = connections_.number_of(log_, *packet);
  core::LoggedConnection& connection = log_.connections().at(number);
  const ByteView bytes = as_bytes(packet->bytes);
  if (packet->direction == Direction::received) return log_.add_received(number, connection.version, bytes);
  const std::string_view alias_topic =
      is_publish(bytes) ? connection.alias_topic(Direction::sent, bytes) : std::string_view();
  log_.add_sent(number, bytes, {}, alias_topic);
}

void Journal::append_rule_call(std::string_view rule_filter, const Message& message, const Moment& moment) {
  append_record({.kind = RecordKind::rule_called,
                 .topic = message.topic,
                 .payload = message.payload,
                 .qos = message.qos,
                 .retain = message.retain,
                 .properties = message.properties,
                 .topic_filter = std::string(rule_filter)});
  tell(moment);
}

void Journal::append_fault(AppliedFault fault, const Moment& moment) {
  append_fault(std::move(fault));
  tell(moment);
}

void Journal::append_fault(AppliedFault fault) {
  append_record({.kind = RecordKind::fault_applied,
                 .client_id = std::move(fault.client_id),
                 .remote_address = std::move(fault.remote_address),
                 .name = std::move(fault.name),
                 .detail = std::move(fault.what)});
}

void Journal::append_record(Record&& record) { place_record(log_.add_other(), std::move(record)); }

void Journal::place_record(std::uint64_t sequence, Record&& record) {
  const std::size_t weight = weight_of(record);
  // Nearly always the last one; a place may be filled after a later one was.
  const auto later = std::ranges::upper_bound(records_, sequence, {}, &Placed::sequence);
  records_.insert(later, {sequence, std::move(record)});
  log_.fill(sequence, weight);
}

void Journal::clear() {
  log_.clear();
  untold_ = begin_ = log_.first();
  records_.clear();
  turns_.clear();
}

void Journal::forget_dropped() {
  while (!records_.empty() && records_.front().sequence < first()) records_.pop_front();
  while (turns_.size() > 1 && turns_[1].first <= first()) turns_.pop_front();
}

// Reading.

const Record* Journal::placed(std::uint64_t sequence) const {
  const auto found = std::ranges::lower_bound(records_, sequence, {}, &Placed::sequence);
  return found != records_.end() && found->sequence == sequence ? &found->record : nullptr;
}

const Moment& Journal::moment_of(std::uint64_t sequence) const {
  const auto later = std::ranges::upper_bound(turns_, sequence, {}, &Turn::first);
  PINT_ASSERT(later != turns_.begin());
  return std::prev(later)->moment;
}

void Journal::require(std::uint64_t sequence) const {
  if (sequence >= first()) return;
  throw std::out_of_range("records " + std::to_string(sequence) + ".." + std::to_string(first() - 1) +
                          " were dropped; raise TestOptions::journal_" +
                          (log_.dropped_for_bytes() ? "bytes" : "records"));
}

void Journal::fill(Record& record, std::uint64_t sequence) const {
  const PacketLog::Entry& entry = log_.at(sequence);
  switch (entry.form) {
    case Form::received:
    case Form::sent: fill_packet(record, log_, entry); break;
    case Form::message: fill_message(record, log_, entry); break;
    case Form::kept: unpack(record, log_.kept(entry)); break;
    case Form::other: {
      const Record* placed_record = placed(sequence);
      PINT_ASSERT(placed_record != nullptr);
      record = *placed_record;
      break;
    }
  }
  record.sequence = sequence;
}

// What pattern.kind_matches() will say of the record; tells most apart without making them.
bool Journal::kind_matches(const Pattern& pattern, std::uint64_t sequence) const {
  const PacketLog::Entry& entry = log_.at(sequence);
  switch (entry.form) {
    case Form::received:
      return pattern.kind_matches(RecordKind::packet, Direction::received, packet_type_of(entry));
    case Form::sent: return pattern.kind_matches(RecordKind::packet, Direction::sent, packet_type_of(entry));
    case Form::message:
    case Form::kept: return pattern.kind() == RecordKind::published;
    case Form::other: return pattern.kind() == placed(sequence)->kind;
  }
  return false;
}

bool Journal::is_message(std::uint64_t sequence) const {
  const Form form = log_.at(sequence).form;
  if (form != Form::other) return form == Form::message || form == Form::kept;
  const Record* record = placed(sequence);
  return record != nullptr && record->kind == RecordKind::published;
}

Record Journal::untold_record(std::uint64_t sequence) const {
  Record record;
  fill(record, sequence);
  return record;
}

Record Journal::record(std::uint64_t sequence) const {
  require(sequence);
  PINT_ASSERT(sequence <= last());
  Record record = untold_record(sequence);
  const Moment& moment = moment_of(sequence);
  record.at = moment.at;
  record.wall = moment.wall;
  return record;
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
    if (!kind_matches(pattern, sequence)) continue;
    found = record(sequence);
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
