#include "testkit/journal_connections.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"

namespace pint::testkit {
namespace {

PacketType type_of(const PacketSeen& packet) {
  return packet.bytes.empty() ? PacketType{}
                              : static_cast<PacketType>(static_cast<std::uint8_t>(packet.bytes[0]) >> 4);
}

bool is_connect(const PacketSeen& packet) {
  return packet.direction == Direction::received && type_of(packet) == PacketType::connect;
}

// CONNECT says who speaks and in which version, before the broker has accepted either.
void learn_from_connect(JournalConnection& connection, const PacketSeen& packet) {
  const auto frame = mqtt::next_frame(as_bytes(packet.bytes), mqtt::kMaxPacketBytes);
  if (!frame || !*frame) return;
  const Result<mqtt::Connect> connect = mqtt::decode_connect(**frame);
  if (!connect) return;
  connection.version = connect->version;
  connection.client_id = connect->client_id;
}

// Whether the PUBLISH of 5.0 has properties at all: most have none, and that is quickly seen.
bool has_properties(const PacketSeen& packet) {
  Reader reader(as_bytes(packet.bytes));
  const bool has_id = (reader.u8() & 0x06) != 0;  // QoS 1 or 2
  if (!mqtt::read_varint(reader)) return false;
  reader.prefixed();
  if (has_id) reader.u16();
  return reader.u8() != 0;
}

}  // namespace

JournalConnection& JournalConnections::note(const PacketSeen& packet) {
  JournalConnection& connection = find_or_add(packet);
  ++connection.packets;
  if (is_connect(packet)) {
    if (connection.client_id.empty()) learn_from_connect(connection, packet);
    return connection;
  }
  connection.version = packet.client.version;
  if (connection.client_id.empty()) connection.client_id = packet.client.client_id;
  return connection;
}

std::string_view JournalConnections::alias_topic(JournalConnection& connection, const PacketSeen& packet) {
  if (connection.version != ProtocolVersion::v5 || type_of(packet) != PacketType::publish) return {};
  if (!has_properties(packet)) return {};
  const auto frame = mqtt::next_frame(as_bytes(packet.bytes), mqtt::kMaxPacketBytes);
  if (!frame || !*frame) return {};
  const Result<mqtt::Publish> publish = mqtt::decode_publish(**frame, connection.version);
  if (!publish) return {};
  const auto alias = publish->properties.number(mqtt::PropertyId::topic_alias);
  if (!alias) return {};
  const std::pair key{packet.direction, *alias};
  if (!publish->topic.empty()) {
    connection.aliases[key] = publish->topic;
    return {};
  }
  const auto found = connection.aliases.find(key);
  return found == connection.aliases.end() ? std::string_view() : found->second;
}

void JournalConnections::release(Id<JournalConnection> id) {
  JournalConnection& connection = connections_.at(id);
  PINT_ASSERT(connection.packets > 0);
  if (--connection.packets == 0 && connection.ended) connections_.erase(connection.id);
}

void JournalConnections::end(std::string_view remote_address) {
  JournalConnection* connection = find(remote_address);
  if (connection == nullptr) return;
  by_address_.erase(hash_text(remote_address), connection->id.index);
  connection->ended = true;
  connection->aliases
      .clear();  // they end with the connection, and what they stood for is kept with the packets
  if (connection->packets == 0) connections_.erase(connection->id);
}

JournalConnection& JournalConnections::find_or_add(const PacketSeen& packet) {
  Id<JournalConnection>& recent = recent_[static_cast<std::size_t>(packet.direction)];
  JournalConnection* connection = connections_.find(recent);
  const std::string& address = packet.client.remote_address;
  if (connection != nullptr && !connection->ended && connection->remote_address == address)
    return *connection;
  connection = find(address);
  if (connection == nullptr) connection = &add(packet.client);
  recent = connection->id;
  return *connection;
}

JournalConnection* JournalConnections::find(std::string_view remote_address) {
  const std::uint32_t index = by_address_.find(hash_text(remote_address), [&](std::uint32_t candidate) {
    return connections_.at_index(candidate).remote_address == remote_address;
  });
  return index == HashIndex::kNone ? nullptr : &connections_.at_index(index);
}

JournalConnection& JournalConnections::add(const Client& client) {
  const auto id = connections_.emplace(JournalConnection{
      .remote_address = client.remote_address, .client_id = client.client_id, .version = client.version});
  JournalConnection& connection = connections_.at(id);
  connection.id = id;
  by_address_.insert(hash_text(client.remote_address), id.index);
  return connection;
}

}  // namespace pint::testkit
