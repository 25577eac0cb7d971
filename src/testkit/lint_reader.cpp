#include "testkit/lint_reader.hpp"

#include <algorithm>

#include "mqtt/frame.hpp"

namespace pint::testkit {
namespace {

using core::PacketLog;
using Form = PacketLog::Form;

// The topic of a PUBLISH of QoS 0 and, in 5.0, the byte that says that it has no properties; empty if it has
// some, or if this is no whole packet.
std::string_view head_of(const PacketLog::Entry& entry, ProtocolVersion version) {
  const std::string_view packet(reinterpret_cast<const char*>(entry.bytes), entry.size);
  const std::size_t at = mqtt::body_at(as_bytes(packet));
  if (at + 2 > packet.size()) return {};
  const auto byte = [&](std::size_t position) { return static_cast<std::uint8_t>(packet[position]); };
  const std::size_t topic = static_cast<std::size_t>(byte(at)) << 8 | byte(at + 1);
  const std::size_t size = 2 + topic + (version == ProtocolVersion::v5 ? 1 : 0);
  if (topic == 0 || at + size > packet.size()) return {};
  if (version == ProtocolVersion::v5 && byte(at + size - 1) != 0) return {};
  return packet.substr(at, size);
}

}  // namespace

void LintReader::read_before(std::uint64_t sequence, const Moment& moment) {
  for (next_ = std::max(next_, log_.first()); next_ < sequence; ++next_) {
    const PacketLog::Entry& entry = log_.at(next_);
    if (entry.form == Form::sent ? !mqtt::is_qos_0_publish(entry.first) : entry.form == Form::received) {
      read_packet(entry, moment);
    }
  }
}

void LintReader::read(const Event& event, const Moment& moment, std::uint64_t sequence) {
  read_before(sequence, moment);
  tell_all_repeated(moment);
  lint_.append(event, moment, sequence);
}

void LintReader::end_turn(std::uint64_t sequence, const Moment& moment) {
  read_before(sequence, moment);
  tell_all_repeated(moment);
  ++turn_;
  lint_.turn_ended();
}

void LintReader::read_packet(const PacketLog::Entry& entry, const Moment& moment) {
  if (entry.form == Form::received && is_repeated(entry)) return;
  Last& last = last_of(entry.connection);
  tell_repeated(last, moment);
  const std::size_t before = lint_.found();
  lint_.append(packet_of(entry), moment, next_);
  last = {};
  if (entry.form == Form::sent || !mqtt::is_qos_0_publish(entry.first) || lint_.found() != before) return;
  last = {.turn = turn_,
          .head = head_of(entry, log_.connections().at(entry.connection).version),
          .first = entry.first};
}

bool LintReader::is_repeated(const PacketLog::Entry& entry) {
  Last& last = last_of(entry.connection);
  if (last.turn != turn_ || last.first != entry.first || last.head.empty()) return false;
  if (head_of(entry, log_.connections().at(entry.connection).version) != last.head) return false;
  if (last.repeated == 0) repeaters_.push_back(entry.connection);
  last.repeated = next_;
  return true;
}

PacketSeen LintReader::packet_of(const PacketLog::Entry& entry) const {
  const core::LoggedConnection& connection = log_.connections().at(entry.connection);
  return {.client = {.client_id = connection.client_id,
                     .remote_address = connection.remote_address,
                     .version = connection.version},
          .direction = entry.form == Form::sent ? Direction::sent : Direction::received,
          .bytes = log_.packet(entry)};
}

LintReader::Last& LintReader::last_of(core::LogNumber connection) {
  const auto index = static_cast<std::size_t>(connection);
  if (last_.size() <= index) last_.resize(index + 1);
  return last_[index];
}

void LintReader::tell_repeated(Last& last, const Moment& moment) {
  if (last.turn != turn_ || last.repeated == 0) return;
  lint_.repeat(packet_of(log_.at(last.repeated)), moment, last.repeated);
  last.repeated = 0;
}

void LintReader::tell_all_repeated(const Moment& moment) {
  for (const core::LogNumber connection : repeaters_) tell_repeated(last_of(connection), moment);
  repeaters_.clear();
}

}  // namespace pint::testkit
