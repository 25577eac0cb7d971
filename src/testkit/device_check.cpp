#include <pint/device_check.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "testkit/record_text.hpp"
#include "testkit/waits.hpp"

namespace pint {
namespace {

using namespace testkit;

bool is_received(const Record& record, PacketType type) {
  return record.kind == RecordKind::packet && record.direction == Direction::received &&
         record.packet_type == type;
}

void require_publish(const Record& record) {
  if (is_received(record, PacketType::publish) && record.qos != QoS::at_most_once && record.packet_id) return;
  throw std::invalid_argument("record " + std::to_string(record.sequence) +
                              " is no PUBLISH of QoS 1 or 2 that a client sent");
}

bool same_message(const Record& a, const Record& b) {
  return a.client_id == b.client_id && a.topic == b.topic && a.payload == b.payload;
}

// The waits of one client, and the CONNECT packets at their ends.
struct Attempts {
  Waits waits;
  std::vector<std::uint64_t> connects;
};

Attempts attempts_of(const std::vector<Record>& records, std::string_view client_id) {
  Attempts attempts;
  std::set<std::string> addresses;  // of its connections
  const Record* end = nullptr;      // of its last connection
  for (const Record& record : records) {
    if (is_received(record, PacketType::connect) && record.client_id == client_id) {
      addresses.insert(record.remote_address);
      if (end != nullptr) {
        attempts.waits.push_back(record.wall - end->wall);
        attempts.connects.push_back(record.sequence);
      }
      end = nullptr;
    }
    if (record.kind == RecordKind::connected && record.client_id == client_id) attempts = {};
    const bool ends = record.kind == RecordKind::refused || record.kind == RecordKind::disconnected;
    if (ends && addresses.erase(record.remote_address) > 0) end = &record;
  }
  return attempts;
}

}  // namespace

DeviceVerdict check_back_off(const std::vector<Record>& records, std::string_view client_id,
                             const BackOffTerms& terms) {
  if (terms.waits < 2) throw std::invalid_argument("back-off shows in two waits or more");
  const Attempts attempts = attempts_of(records, client_id);
  const std::string who = plain(client_id);
  if (attempts.waits.size() < terms.waits) {
    return {.passed = false,
            .explanation = who + " came back " + std::to_string(attempts.waits.size()) +
                           " times after a failure, too seldom to tell: expected " +
                           std::to_string(terms.waits),
            .evidence = attempts.connects};
  }
  const std::string waited = who + " waited " + text_of(attempts.waits);
  if (attempts.waits.back() < terms.last_at_least) {
    return {.passed = false,
            .explanation = waited + ": too short, even at the last",
            .evidence = attempts.connects};
  }
  if (!back_off(attempts.waits)) {
    return {.passed = false, .explanation = waited + ": no longer and longer", .evidence = attempts.connects};
  }
  if (terms.jitter && lack_jitter(attempts.waits)) {
    return {.passed = false, .explanation = waited + ": without jitter", .evidence = attempts.connects};
  }
  return {.passed = true, .explanation = waited, .evidence = attempts.connects};
}

DeviceVerdict check_resent(const std::vector<Record>& records, const Record& publish) {
  require_publish(publish);
  const std::string words = "PUBLISH " + std::to_string(*publish.packet_id);
  const auto again = std::find_if(records.begin(), records.end(), [&](const Record& record) {
    return record.sequence > publish.sequence && is_received(record, PacketType::publish) &&
           same_message(record, publish);
  });
  if (again == records.end()) {
    return {.passed = false, .explanation = words + " was not sent again", .evidence = {publish.sequence}};
  }
  DeviceVerdict verdict{.evidence = {publish.sequence, again->sequence}};
  if (again->packet_id != publish.packet_id) {
    verdict.explanation = words + " was sent again with another Packet Identifier";
  } else if (again->version == ProtocolVersion::v5 && again->remote_address == publish.remote_address) {
    verdict.explanation = words + " was sent again on the same connection, which MQTT 5.0 forbids";
  } else if (!again->duplicate) {
    verdict.explanation = words + " was sent again with DUP 0";
  } else {
    verdict.passed = true;
    verdict.explanation = words + " was sent again with DUP 1";
  }
  return verdict;
}

DeviceVerdict check_exactly_once(const std::vector<Record>& records, const Record& publish) {
  require_publish(publish);
  DeviceVerdict verdict{.evidence = {publish.sequence}};
  for (const Record& record : records) {
    if (record.kind == RecordKind::published && same_message(record, publish)) {
      verdict.evidence.push_back(record.sequence);
    }
  }
  const std::size_t times = verdict.evidence.size() - 1;
  verdict.passed = times == 1;
  verdict.explanation = "the message of PUBLISH " + std::to_string(*publish.packet_id) + " arrived " +
                        (times == 0   ? "never"
                         : times == 1 ? "once"
                                      : std::to_string(times) + " times");
  return verdict;
}

}  // namespace pint
