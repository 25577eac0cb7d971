#include "core/logged_connection.hpp"

#include "base/assert.hpp"
#include "core/publish_bytes.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {
void LoggedConnection::learn_from_connect(ByteView packet) {
  if (!client_id.empty()) return;
  const auto frame = mqtt::next_frame(packet, mqtt::kMaxPacketBytes);
  if (!frame || !*frame) return;
  const Result<mqtt::Connect> connect = mqtt::decode_connect(**frame);
  if (!connect) return;
  version = connect->version;
  client_id = connect->client_id;
}

std::string_view LoggedConnection::alias_topic(Direction direction, ByteView packet) {
  if (version != ProtocolVersion::v5 || !PublishBytes::has_properties(packet)) return {};
  const auto frame = mqtt::next_frame(packet, mqtt::kMaxPacketBytes);
  if (!frame || !*frame) return {};
  const Result<mqtt::Publish> publish = mqtt::decode_publish(**frame, version);
  if (!publish) return {};
  const auto alias = publish->properties.number(mqtt::PropertyId::topic_alias);
  if (!alias) return {};
  const std::pair key{direction, *alias};
  if (!publish->topic.empty()) {
    aliases[key] = publish->topic;
    return {};
  }
  const auto found = aliases.find(key);
  return found == aliases.end() ? std::string_view() : found->second;
}

LogNumber LoggedConnections::add(LoggedConnection connection, std::uint64_t first) {
  while (!ended_.empty() && ended_.front().next <= first) {
    connections_.erase(ended_.front().id);
    ended_.pop_front();
  }
  const Id<LoggedConnection> id = connections_.emplace(std::move(connection));
  if (ids_.size() <= id.index) ids_.resize(id.index + 1);
  ids_[id.index] = id;
  return LogNumber{id.index};
}

void LoggedConnections::end(LogNumber number, std::uint64_t next) {
  LoggedConnection& connection = at(number);
  PINT_ASSERT(!connection.ended);
  connection.ended = true;
  connection.aliases.clear();  // what they stood for is kept with the packets
  ended_.push_back({next, ids_[static_cast<std::uint32_t>(number)]});
}

}  // namespace pint::core
