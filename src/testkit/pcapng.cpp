// save_pcapng(): from records to conversations to a file.
#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include <pint/journal.hpp>

#include "testkit/pcapng_file.hpp"
#include "testkit/pcapng_tcp.hpp"

namespace pint {
namespace {

using testkit::PcapngFile;
using testkit::TcpConversation;
using testkit::TcpEnd;

bool ends_connection(const Record& record) {
  return record.kind == RecordKind::disconnected || record.kind == RecordKind::refused;
}

TcpEnd server_for(const TcpEnd& client, std::uint16_t port) {
  TcpEnd server{.is_ipv6 = client.is_ipv6, .port = port};
  if (client.is_ipv6)
    server.address.back() = 1;
  else
    server.address = {127, 0, 0, 1};
  return server;
}

class Capture {
 public:
  Capture(const std::vector<Record>& records, const std::filesystem::path& path, std::uint16_t broker_port)
      : file_(path),
        broker_port_(broker_port),
        ends_are_told_(std::ranges::any_of(records, ends_connection)) {
    if (!records.empty()) begin_ = records.front().wall.time_since_epoch() - records.front().at;
  }

  void add(const Record& record) {
    if (record.kind == RecordKind::packet)
      add_packet(record);
    else if (ends_connection(record))
      end(record);
  }

  void close() { file_.close(); }

 private:
  struct Open {
    TcpConversation tcp;
    bool connect_seen = false;
  };

  void add_packet(const Record& record) {
    const bool is_connect =
        record.direction == Direction::received && record.packet_type == PacketType::connect;
    auto found = open_.find(record.remote_address);
    // Without records of ends, a second CONNECT tells that the address has come back as another connection.
    if (found != open_.end() && is_connect && found->second.connect_seen && !ends_are_told_) {
      end(record);
      found = open_.end();
    }
    if (found == open_.end()) found = begin(record);
    found->second.connect_seen |= is_connect;
    write(found->second.tcp.carry(record.direction, as_bytes(record.bytes)), record,
          '#' + std::to_string(record.sequence));
  }

  std::map<std::string, Open>::iterator begin(const Record& record) {
    const TcpEnd client = testkit::parse_tcp_end(record.remote_address).value_or(made_up_client());
    // Far apart, so that Wireshark does not take a new conversation on an old address for its continuation.
    const std::uint32_t first_number = ++begun_ * 0x9E3779B1u;
    const TcpConversation tcp(client, server_for(client, broker_port_), first_number);
    const auto place = open_.insert_or_assign(record.remote_address, Open{tcp}).first;
    write(place->second.tcp.open(), record);
    return place;
  }

  void end(const Record& record) {
    const auto found = open_.find(record.remote_address);
    if (found == open_.end()) return;
    const bool by_broker =
        record.kind == RecordKind::refused || (record.reason && is_failure(*record.reason));
    write(found->second.tcp.close(by_broker), record);
    open_.erase(found);
  }

  // For connections that were not over TCP.
  [[nodiscard]] TcpEnd made_up_client() const {
    return {.address = {127, 0, 0, 2}, .port = static_cast<std::uint16_t>(49'152 + begun_ % 16'384)};
  }

  void write(const TcpConversation::Packets& packets, const Record& record, const std::string& comment = {}) {
    for (const Bytes& packet : packets) file_.add(packet, begin_ + record.at, comment);
  }

  PcapngFile file_;
  std::uint16_t broker_port_;
  bool ends_are_told_;
  std::chrono::nanoseconds begin_{};  // when broker time was 0, since 1970
  std::uint32_t begun_ = 0;
  std::map<std::string, Open> open_ = {};
};

}  // namespace

void save_pcapng(const std::vector<Record>& records, const std::filesystem::path& path,
                 std::uint16_t broker_port) {
  Capture capture(records, path, broker_port);
  for (const Record& record : records) capture.add(record);
  capture.close();
}

}  // namespace pint
