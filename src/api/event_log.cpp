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

// One level for each kind of event.
struct Leveller {
  LogLevel operator()(const ClientConnected&) const { return LogLevel::info; }
  LogLevel operator()(const ClientDisconnected&) const { return LogLevel::info; }
  LogLevel operator()(const ConnectRefused&) const { return LogLevel::warning; }
  LogLevel operator()(const MessageDropped&) const { return LogLevel::warning; }
  LogLevel operator()(const WillPublished&) const { return LogLevel::info; }
  LogLevel operator()(const LimitReached&) const { return LogLevel::warning; }
  LogLevel operator()(const HandlerFailed&) const { return LogLevel::error; }
  template <class Other>
  LogLevel operator()(const Other&) const {
    return LogLevel::debug;
  }
};

// One line for each kind of event.
struct Liner {
  std::string operator()(const ClientConnected& event) const {
    const std::string session = event.session_present ? ", session resumed" : "";
    return event.client.client_id + " connected from " + event.client.remote_address + " (" +
           std::string(name_of(event.client.version)) + ", keep alive " +
           std::to_string(event.keep_alive.count()) + " s" + session + ")";
  }
  std::string operator()(const ClientDisconnected& event) const {
    return event.client.client_id + " is gone, " + std::string(pint::name_of(event.cause)) +
           with(event.explanation);
  }
  std::string operator()(const ConnectRefused& event) const {
    return "connection from " + event.client.remote_address + " refused, " +
           std::string(pint::name_of(event.reason)) + with(event.explanation);
  }
  std::string operator()(const ClientSubscribed& event) const {
    return event.client_id + " subscribed to " + event.topic_filter + " (" + qos(event.qos) + ")";
  }
  std::string operator()(const ClientUnsubscribed& event) const {
    return event.client_id + " unsubscribed from " + event.topic_filter;
  }
  std::string operator()(const MessagePublished& event) const {
    return publisher(event.client_id) + " published " + std::to_string(event.message.payload.size()) +
           " bytes to " + event.message.topic + " (" + qos(event.message.qos) + ", " +
           std::to_string(event.receivers) + " receivers)";
  }
  std::string operator()(const MessageDropped& event) const {
    const std::string receiver = event.client_id.empty() ? "" : " for " + event.client_id;
    return "message to " + event.topic + " (" + qos(event.qos) + ")" + receiver + " dropped, " +
           std::string(pint::name_of(event.cause));
  }
  std::string operator()(const WillPublished& event) const {
    return "will of " + event.client_id + " published to " + event.topic;
  }
  std::string operator()(const SessionEnded& event) const {
    return "session of " + event.client_id + (event.expired ? " expired" : " ended");
  }
  std::string operator()(const LimitReached& event) const {
    const std::string client = event.client_id.empty() ? "" : " by " + event.client_id;
    return "limit " + event.limit + " reached" + client;
  }
  std::string operator()(const HandlerFailed& event) const {
    return "handler " + event.handler + " failed" + with(event.explanation);
  }
  std::string operator()(const PacketSeen& event) const {
    const bool received = event.direction == Direction::received;
    return std::string(received ? "received " : "sent ") + std::to_string(event.bytes.size()) + " bytes " +
           (received ? "from " : "to ") + event.client.client_id;
  }
};

}  // namespace

LogLevel log_level(const Event& event) { return std::visit(Leveller{}, event); }

std::string log_line(const Event& event) {
  std::string line = std::visit(Liner{}, event);
  // Clients choose topics and identifiers; they must not be able to forge a line or to steer a terminal.
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return line;
}

}  // namespace pint
