// Records and events for the tests of the test kit: one of each kind, and packets as the engine tells them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <pint/event.hpp>
#include <pint/journal.hpp>

#include "base/bytes.hpp"
#include "mqtt/encode.hpp"
#include "testkit/journal.hpp"

namespace pint::test {

constexpr auto kAddress = "127.0.0.1:40122";

// 2026-03-01T12:00:00Z
inline std::chrono::system_clock::time_point noon() {
  return std::chrono::system_clock::time_point{std::chrono::seconds{1'772'366'400}};
}

// So long after the broker's start, which was at noon.
inline testkit::Moment after(std::chrono::milliseconds time) { return {time, noon() + time}; }

inline std::string encoded(const mqtt::Packet& packet, ProtocolVersion version) {
  Bytes bytes;
  mqtt::encode(bytes, packet, version);
  return std::string(as_text(bytes));
}

inline Client client(std::string id, ProtocolVersion version, std::string address = kAddress) {
  return {.client_id = std::move(id), .remote_address = std::move(address), .version = version};
}

inline PacketSeen seen(Direction direction, const Client& client, const mqtt::Packet& packet) {
  return {client, direction, encoded(packet, client.version)};
}
inline PacketSeen received(const Client& client, const mqtt::Packet& packet) {
  return seen(Direction::received, client, packet);
}
inline PacketSeen sent(const Client& client, const mqtt::Packet& packet) {
  return seen(Direction::sent, client, packet);
}

// One record of a kind, by client "dev-1", with nothing else filled in.
inline Record record(RecordKind kind) { return {.sequence = 7, .kind = kind, .client_id = "dev-1"}; }

inline Record packet_record(Direction direction, PacketType type) {
  Record packet = record(RecordKind::packet);
  packet.direction = direction;
  packet.packet_type = type;
  return packet;
}

// "a/b" with "21.5" at QoS 1, with every property.
inline Record published_record() {
  Record message = record(RecordKind::published);
  message.topic = "a/b";
  message.payload = R"({"celsius":21.5})";
  message.qos = QoS::at_least_once;
  message.properties.content_type = "text/plain";
  message.properties.response_topic = "answers";
  message.properties.correlation_data = "42";
  message.properties.user_properties = {{"room", "1"}, {"room", "2"}};
  return message;
}

}  // namespace pint::test
