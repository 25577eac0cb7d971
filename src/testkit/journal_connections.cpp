#include "testkit/journal_connections.hpp"

#include <pint/packet_type.hpp>

namespace pint::testkit {
namespace {

bool is_connect(const PacketSeen& packet) {
  return packet.direction == Direction::received && !packet.bytes.empty() &&
         static_cast<std::uint8_t>(packet.bytes[0]) >> 4 == static_cast<unsigned>(PacketType::connect);
}

std::uint32_t find(const HashIndex& by_address, const core::PacketLog& log, std::string_view address) {
  return by_address.find(hash_text(address), [&](std::uint32_t candidate) {
    return log.connections().at(core::LogNumber{candidate}).remote_address == address;
  });
}

}  // namespace

core::LogNumber JournalConnections::number_of(core::PacketLog& log, const PacketSeen& packet) {
  const Client& client = packet.client;
  std::uint32_t index = find(by_address_, log, client.remote_address);
  if (index == HashIndex::kNone) {
    index = static_cast<std::uint32_t>(log.connections().add(
        {.remote_address = client.remote_address, .client_id = client.client_id, .version = client.version},
        log.first()));
    by_address_.insert(hash_text(client.remote_address), index);
  }
  core::LoggedConnection& connection = log.connections().at(core::LogNumber{index});
  if (!is_connect(packet)) {  // which says it itself
    connection.version = client.version;
    if (connection.client_id.empty()) connection.client_id = client.client_id;
  }
  return core::LogNumber{index};
}

void JournalConnections::end(core::PacketLog& log, std::string_view remote_address) {
  const std::uint32_t index = find(by_address_, log, remote_address);
  if (index == HashIndex::kNone) return;
  by_address_.erase(hash_text(remote_address), index);
  log.connections().end(core::LogNumber{index}, log.next());
}

}  // namespace pint::testkit
