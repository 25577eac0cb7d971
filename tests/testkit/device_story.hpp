// Story: a client's records, made by hand, for the tests of device checks.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <pint/journal.hpp>

#include "samples.hpp"

namespace pint::test {

// One client's, with only what checks look at. Sequences are 1, 2, 3 …
class Story {
 public:
  Story& connect() {
    Record& record = add(RecordKind::packet);
    record.packet_type = PacketType::connect;
    return *this;
  }
  Story& over5() {
    version_ = ProtocolVersion::v5;
    return *this;
  }
  Story& connected(std::string detail = {}) {
    add(RecordKind::connected).detail = std::move(detail);
    return *this;
  }
  Story& refused() {
    add(RecordKind::refused);
    ++port_;
    return *this;
  }
  Story& lost(std::string detail = {}) {
    add(RecordKind::disconnected).detail = std::move(detail);
    ++port_;
    return *this;
  }
  Story& wait(std::chrono::milliseconds time) {
    now_ += time;
    return *this;
  }
  Story& publish(std::uint16_t id, std::string payload, bool duplicate = false) {
    Record& record = add(RecordKind::packet);
    record.packet_type = PacketType::publish;
    record.packet_id = id;
    record.topic = "a";
    record.payload = std::move(payload);
    record.qos = QoS::exactly_once;
    record.duplicate = duplicate;
    return *this;
  }
  Story& received(PacketType type, std::uint16_t id = 0, std::string filter = {}) {
    Record& record = add(RecordKind::packet);
    record.packet_type = type;
    if (id != 0) record.packet_id = id;
    record.topic_filter = std::move(filter);
    return *this;
  }
  Story& sent_publish(std::uint16_t id, QoS qos) {
    Record& record = add(RecordKind::packet);
    record.direction = Direction::sent;
    record.packet_type = PacketType::publish;
    record.packet_id = id;
    record.qos = qos;
    return *this;
  }
  Story& subscribed() {
    add(RecordKind::subscribed);
    return *this;
  }
  Story& published(std::string payload) {
    Record& record = add(RecordKind::published);
    record.topic = "a";
    record.payload = std::move(payload);
    return *this;
  }
  // An attempt that fails, after each wait.
  Story& fail_after(std::initializer_list<std::chrono::milliseconds> waits) {
    for (const auto time : waits) wait(time).connect().refused();
    return *this;
  }
  [[nodiscard]] const std::vector<Record>& records() const { return records_; }
  [[nodiscard]] const Record& at(std::uint64_t sequence) const { return records_.at(sequence - 1); }

 private:
  Record& add(RecordKind kind) {
    Record& record = records_.emplace_back();
    record.sequence = records_.size();
    record.wall = noon() + now_;
    record.kind = kind;
    record.version = version_;
    record.client_id = kind == RecordKind::refused ? "" : "dev-1";  // not yet known to the broker
    record.remote_address = "127.0.0.1:" + std::to_string(port_);
    return record;
  }
  std::vector<Record> records_;
  ProtocolVersion version_ = ProtocolVersion::v3_1_1;
  std::chrono::milliseconds now_{0};
  int port_ = 40'000;
};

}  // namespace pint::test
