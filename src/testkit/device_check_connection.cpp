// Device checks about connections and subscriptions. Those about the client's own messages and its back-off
// are in device_check.cpp.
#include <pint/device_check.hpp>

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "testkit/record_text.hpp"

namespace pint {
namespace {

using namespace testkit;

bool is_packet(const Record& record, Direction direction, PacketType type) {
  return record.kind == RecordKind::packet && record.direction == direction && record.packet_type == type;
}

bool is_end(const Record& record) { return record.kind == RecordKind::disconnected; }

void require(bool right, const Record& record, std::string_view is_no) {
  if (right) return;
  throw std::invalid_argument("record " + std::to_string(record.sequence) + " is no " + std::string(is_no));
}

// The first record of the same client after this one for which it holds; null if there is none.
const Record* next_of(const std::vector<Record>& records, const Record& before,
                      const std::function<bool(const Record&)>& holds) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const Record& record) {
    return record.sequence > before.sequence && record.client_id == before.client_id && holds(record);
  });
  return found == records.end() ? nullptr : &*found;
}

const Record* end_of_connection(const std::vector<Record>& records, const Record& on) {
  return next_of(records, on, [&](const Record& record) {
    return is_end(record) && record.remote_address == on.remote_address;
  });
}

const Record* next_connect(const std::vector<Record>& records, const Record& end) {
  return next_of(records, end, [](const Record& record) {
    return is_packet(record, Direction::received, PacketType::connect);
  });
}

std::string after(const Record& from, const Record& to) {
  return "after " + text_of(std::chrono::nanoseconds(to.wall - from.wall)).substr(1);
}

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

bool ended_by_client(const Record& end) {
  constexpr DisconnectCause kCauses[] = {DisconnectCause::client_disconnected, DisconnectCause::client_closed,
                                         DisconnectCause::transport_failed};
  return std::any_of(std::begin(kCauses), std::end(kCauses),
                     [&](DisconnectCause cause) { return begins_with(end.detail, name_of(cause)); });
}

}  // namespace

DeviceVerdict check_subscribed_again(const std::vector<Record>& records, const Record& subscribe) {
  require(is_packet(subscribe, Direction::received, PacketType::subscribe), subscribe, "SUBSCRIBE");
  const std::string words = "SUBSCRIBE to " + plain(subscribe.topic_filter);
  const Record* again = next_of(records, subscribe, [&](const Record& record) {
    return is_packet(record, Direction::received, PacketType::subscribe) &&
           record.topic_filter == subscribe.topic_filter;
  });
  if (again == nullptr) {
    return {.passed = false, .explanation = words + " was not sent again", .evidence = {subscribe.sequence}};
  }
  const bool same = again->remote_address == subscribe.remote_address;
  return {.passed = true,
          .explanation = words + " was sent again " + after(subscribe, *again) +
                         (same ? " on the same connection" : " on the next connection"),
          .evidence = {subscribe.sequence, again->sequence}};
}

DeviceVerdict check_gave_up(const std::vector<Record>& records, const Record& pingreq) {
  require(is_packet(pingreq, Direction::received, PacketType::pingreq), pingreq, "PINGREQ");
  const std::string who = plain(pingreq.client_id);
  const Record* end = end_of_connection(records, pingreq);
  if (end == nullptr) {
    return {
        .passed = false, .explanation = who + " did not end the connection", .evidence = {pingreq.sequence}};
  }
  const bool passed = ended_by_client(*end);
  const std::string when = " the connection " + after(pingreq, *end) + ": " + end->detail;
  return {.passed = passed,
          .explanation = passed ? who + " ended" + when : "not " + who + " ended" + when,
          .evidence = {pingreq.sequence, end->sequence}};
}

DeviceVerdict check_came_back(const std::vector<Record>& records, const Record& end,
                              std::chrono::nanoseconds soonest) {
  require(is_end(end), end, "end of a connection");
  const std::string who = plain(end.client_id);
  const Record* back = next_connect(records, end);
  if (back == nullptr) {
    return {.passed = false, .explanation = who + " did not come back", .evidence = {end.sequence}};
  }
  const bool passed = back->wall - end.wall >= soonest;
  return {.passed = passed,
          .explanation = who + " came back " + after(end, *back) + (passed ? "" : ", which is too soon"),
          .evidence = {end.sequence, back->sequence}};
}

DeviceVerdict check_stayed_away(const std::vector<Record>& records, const Record& end) {
  const DeviceVerdict back = check_came_back(records, end);
  if (back) return {.passed = false, .explanation = back.explanation, .evidence = back.evidence};
  return {.passed = true, .explanation = plain(end.client_id) + " stayed away", .evidence = {end.sequence}};
}

DeviceVerdict check_resumed(const std::vector<Record>& records, const Record& end, bool session_kept) {
  require(is_end(end), end, "end of a connection");
  const std::string who = plain(end.client_id);
  const Record* back =
      next_of(records, end, [](const Record& record) { return record.kind == RecordKind::connected; });
  if (back == nullptr) {
    return {.passed = false, .explanation = who + " did not come back", .evidence = {end.sequence}};
  }
  DeviceVerdict verdict{.evidence = {end.sequence, back->sequence}};
  const bool present = begins_with(back->detail, "session present");
  if (session_kept || present) {
    verdict.passed = present;
    verdict.explanation = who + (present ? " came back to its Session" : " came back and had no Session: ") +
                          (present ? "" : back->detail);
    return verdict;
  }
  const Record* again =
      next_of(records, *back, [](const Record& record) { return record.kind == RecordKind::subscribed; });
  verdict.passed = again != nullptr;
  verdict.explanation = who + " came back without a Session and " +
                        (verdict.passed ? "subscribed again" : "did not subscribe again");
  if (verdict.passed) verdict.evidence.push_back(again->sequence);
  return verdict;
}

DeviceVerdict check_taken(const std::vector<Record>& records, const Record& publish) {
  require(is_packet(publish, Direction::sent, PacketType::publish), publish, "PUBLISH to a client");
  const std::string who = plain(publish.client_id);
  const PacketType answers = publish.qos == QoS::exactly_once ? PacketType::pubrec : PacketType::puback;
  const Record* answer = next_of(records, publish, [&](const Record& record) {
    return is_packet(record, Direction::received, answers) && record.packet_id == publish.packet_id &&
           record.remote_address == publish.remote_address;
  });
  const Record* end = end_of_connection(records, publish);
  DeviceVerdict verdict{.evidence = {publish.sequence}};
  if (publish.qos != QoS::at_most_once && answer != nullptr) {
    verdict.passed = true;
    verdict.explanation = who + " acknowledged the message";
    verdict.evidence.push_back(answer->sequence);
  } else if (end != nullptr) {
    verdict.explanation = who + " lost the connection over the message: " + end->detail;
    verdict.evidence.push_back(end->sequence);
  } else {
    verdict.passed = publish.qos == QoS::at_most_once;
    verdict.explanation =
        who + (verdict.passed ? " kept the connection" : " did not acknowledge the message");
  }
  return verdict;
}

}  // namespace pint
