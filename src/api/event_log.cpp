#include "api/event_log.hpp"

#include <algorithm>
#include <string_view>

namespace pint {
namespace {

std::string_view name_of(ProtocolVersion version) {
  switch (version) {
    case ProtocolVersion::v3_1: return "MQTT 3.1";
    case ProtocolVersion::v3_1_1: return "MQTT 3.1.1";
    case ProtocolVersion::v5: return "MQTT 5.0";
  }
  return "MQTT";
}

std::string with(std::string_view explanation) {
  return explanation.empty() ? std::string() : ": " + std::string(explanation);
}

std::string qos(QoS value) { return "QoS " + std::to_string(static_cast<int>(value)); }

std::string publisher(const std::string& client_id) {
  return client_id.empty() ? "the application" : client_id;
}

// One line for each kind of event.
struct Liner {
  LogLine operator()(const ClientConnected& event) const {
    const std::string session = event.session_present ? ", session resumed" : "";
    return {LogLevel::info, event.client.client_id + " connected from " + event.client.remote_address + " (" +
                                std::string(name_of(event.client.version)) + ", keep alive " +
                                std::to_string(event.keep_alive.count()) + " s" + session + ")"};
  }
  LogLine operator()(const ClientDisconnected& event) const {
    return {LogLevel::info, event.client.client_id + " is gone, " + std::string(pint::name_of(event.cause)) +
                                with(event.explanation)};
  }
  LogLine operator()(const ConnectRefused& event) const {
    return {LogLevel::warning, "connection from " + event.client.remote_address + " refused, " +
                                   std::string(pint::name_of(event.reason)) + with(event.explanation)};
  }
  LogLine operator()(const ClientSubscribed& event) const {
    return {LogLevel::debug,
            event.client_id + " subscribed to " + event.topic_filter + " (" + qos(event.qos) + ")"};
  }
  LogLine operator()(const ClientUnsubscribed& event) const {
    return {LogLevel::debug, event.client_id + " unsubscribed from " + event.topic_filter};
  }
  LogLine operator()(const MessagePublished& event) const {
    return {LogLevel::debug, publisher(event.client_id) + " published " +
                                 std::to_string(event.message.payload.size()) + " bytes to " +
                                 event.message.topic + " (" + qos(event.message.qos) + ", " +
                                 std::to_string(event.receivers) + " receivers)"};
  }
  LogLine operator()(const MessageDropped& event) const {
    const std::string receiver = event.client_id.empty() ? "" : " for " + event.client_id;
    return {LogLevel::warning, "message to " + event.topic + " (" + qos(event.qos) + ")" + receiver +
                                   " dropped, " + std::string(pint::name_of(event.cause))};
  }
  LogLine operator()(const WillPublished& event) const {
    return {LogLevel::info, "will of " + event.client_id + " published to " + event.topic};
  }
  LogLine operator()(const SessionEnded& event) const {
    return {LogLevel::debug, "session of " + event.client_id + (event.expired ? " expired" : " ended")};
  }
  LogLine operator()(const LimitReached& event) const {
    const std::string client = event.client_id.empty() ? "" : " by " + event.client_id;
    return {LogLevel::warning, "limit " + event.limit + " reached" + client};
  }
  LogLine operator()(const HandlerFailed& event) const {
    return {LogLevel::error, "handler " + event.handler + " failed" + with(event.explanation)};
  }
  LogLine operator()(const PacketSeen& event) const {
    const bool received = event.direction == Direction::received;
    return {LogLevel::debug, std::string(received ? "received " : "sent ") +
                                 std::to_string(event.bytes.size()) + " bytes " +
                                 (received ? "from " : "to ") + event.client.client_id};
  }
};

}  // namespace

LogLine log_line(const Event& event) {
  LogLine line = std::visit(Liner{}, event);
  // Clients choose topics and identifiers; they must not be able to forge a line or to steer a terminal.
  std::ranges::replace_if(
      line.text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return line;
}

}  // namespace pint
