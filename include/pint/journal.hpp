// Journal: everything that happened in a TestBroker, as records in order. Values only; a record owns all it
// names.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/error.hpp>
#include <pint/event.hpp>
#include <pint/message.hpp>
#include <pint/packet_type.hpp>

namespace pint {

enum class RecordKind : std::uint8_t {
  packet,     // one whole MQTT packet, either way, before any fault touched it
  connected,  // CONNACK with success was sent
  refused,    // a connection ended before that
  disconnected,
  subscribed,
  unsubscribed,
  published,  // the broker took a message: from a client, the application, or as a Will
  dropped,    // somebody did not get a message; `detail` says why
  will_published,
  session_ended,
  limit_reached,
  rule_called,    // `topic_filter` is the rule's
  stub_called,    // `name` is the stub's, the message the one it answers, `detail` says how
  fault_applied,  // `name` is the fault's, `detail` says what it did
  handler_failed,
};
// The enumerator's own words: "will published".
[[nodiscard]] std::string_view name_of(RecordKind kind);

// One thing that happened. Which fields mean something depends on the kind; the others are empty.
struct Record {
  std::uint64_t sequence = 0;     // 1, 2, 3 … without gaps, from the broker's start
  std::chrono::nanoseconds at{};  // broker time since start: virtual if the test owns the clock
  std::chrono::system_clock::time_point wall = {};
  RecordKind kind = RecordKind::packet;
  std::string client_id = {};  // empty: the application, or not yet known
  std::string remote_address = {};
  ProtocolVersion version = ProtocolVersion::v3_1_1;
  Direction direction = Direction::received;    // packets
  std::optional<PacketType> packet_type = {};   // packets
  std::string bytes = {};                       // packets: raw, fixed header and all
  std::optional<std::uint16_t> packet_id = {};  // packets that have one
  std::string topic = {};                       // of messages and of PUBLISH (alias resolved)
  std::string payload = {};
  QoS qos = QoS::at_most_once;
  bool retain = false;
  bool duplicate = false;
  Properties properties = {};     // user properties also of other packets than PUBLISH
  std::string topic_filter = {};  // subscribed, unsubscribed, rule_called; first one of packets
  // disconnected, refused; CONNACK, DISCONNECT, AUTH and acknowledgements (of SUBACK and UNSUBACK the first)
  std::optional<ReasonCode> reason = {};
  std::string name = {};    // of the limit, stub, fault or handler
  std::string detail = {};  // what else is worth telling, for people
};

// One line: #12 +1.500 s  <- dev-1 PUBLISH a/b id 7 qos 1 dup "21.5"
// "<-" came from the client, "->" went to it, "*" happened in the broker. Long payloads are cut, and whatever
// could steer a terminal is escaped.
[[nodiscard]] std::string to_string(const Record& record);

// As one JSON object on one line, as save_json_lines() writes it, without the newline. Payload as text, or as
// "payload_base64" if it is no UTF-8; raw bytes always in base64; fields that mean nothing are left out.
[[nodiscard]] std::string to_json(const Record& record);

// Write records to a file, replacing it. Throws std::system_error.
void save_json_lines(const std::vector<Record>& records, const std::filesystem::path& path);

// Write packets as one TCP conversation for each connection, so that Wireshark and tshark decode them as
// MQTT. Of the other kinds, disconnected and refused end conversations. Records must be in order.
//   Addresses: the client keeps its own; the broker is on loopback at `broker_port`. Wireshark knows 1883 by
//   itself; another port needs its option -d tcp.port==N,mqtt.
//   Time: the first packet's wall time, and from there broker time, which is what a test with a virtual clock
//   went by.
//   Each packet has its record's number as comment.
void save_pcapng(const std::vector<Record>& records, const std::filesystem::path& path,
                 std::uint16_t broker_port = 1883);

}  // namespace pint
