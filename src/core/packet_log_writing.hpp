// The way of every message into a PacketLog. In a header, and inline, because -fPIC keeps the compiler from
// merging other functions, and the calls would cost as much as the work.
#pragma once

#include <cstring>

#include "base/assert.hpp"
#include "core/packet_log.hpp"
#include "core/publish_bytes.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {

// Whether a PUBLISH is this entry's but for what an entry says itself: its first byte, where DUP and RETAIN
// may differ, and its Packet Identifier.
inline bool PacketLog::alike(const Entry& model, std::size_t packet_id_at, ByteView head, ByteView payload) {
  if (((model.first ^ head[0]) & mqtt::kTypeAndQos) != 0) return false;
  if (model.size != head.size() + payload.size() || model.alias_topic_bytes != 0) return false;
  const auto equal = [&](const std::uint8_t* there, const std::uint8_t* here, std::size_t size) {
    return size == 0 || std::memcmp(there, here, size) == 0;
  };
  const std::size_t rest = packet_id_at == 0 ? 1 : packet_id_at + 2;
  return equal(model.bytes + rest, head.data() + rest, head.size() - rest) &&
         (packet_id_at == 0 || equal(model.bytes + 1, head.data() + 1, packet_id_at - 1)) &&
         equal(model.bytes + head.size(), payload.data(), payload.size());
}

// A new last entry that has the bytes of another one.
inline PacketLog::Entry& PacketLog::add_like(const Entry& model, Form form, LogNumber connection) {
  Entry& entry = slot(next_++);
  entry = model;
  entry.weight_before = weight_;
  entry.connection = connection;
  entry.form = form;
  return entry;
}

// A new last entry with bytes of its own, or a small one with its bytes in it.
inline void PacketLog::add_copy(Form form, LogNumber connection, ByteView head, ByteView payload,
                                std::string_view alias_topic) {
  const std::size_t packet = head.size() + payload.size();
  const std::size_t size = packet + alias_topic.size();
  std::uint8_t* run = bytes_.push(size, next_ + 1, first_);
  std::memcpy(run, head.data(), head.size());
  if (!payload.empty()) std::memcpy(run + head.size(), payload.data(), payload.size());
  if (!alias_topic.empty()) std::memcpy(run + packet, alias_topic.data(), alias_topic.size());
  slot(next_++) = {.bytes = run,
                   .weight_before = weight_,
                   .size = static_cast<std::uint32_t>(packet),
                   .connection = connection,
                   .alias_topic_bytes = static_cast<std::uint16_t>(alias_topic.size()),
                   .first = head[0],
                   .form = form};
  weigh(size);
}

inline void PacketLog::add_received(LogNumber connection, ProtocolVersion version, ByteView packet) {
  prepare();
  if (packet.empty() || !PublishBytes::is(packet[0]))
    return add_no_publish(Form::received, connection, packet);
  last_received_ = next_;
  const bool may_have_alias = version == ProtocolVersion::v5 && PublishBytes::has_properties(packet);
  if (may_have_alias) return add_received_with_properties(connection, packet);
  add_copy(Form::received, connection, packet, {}, {});
}

inline void PacketLog::add_sent_in_form(const SharedForm& form, LogNumber connection, ByteView head,
                                        mqtt::PacketId packet_id) {
  prepare();
  const bool known = form_ == form.number;
  const std::uint64_t model = known ? form_entry_ : form.as_it_came ? last_received_ : 0;
  form_ = form.number;
  form_entry_ = next_;
  if (model < oldest_model()) return add_sent(connection, head, form.payload, {});
  Entry& entry = add_like(slot(model), Form::sent, connection);
  entry.first = head[0];
  entry.packet_id = static_cast<std::uint16_t>(packet_id);
  entry.has_packet_id = packet_id != mqtt::PacketId::none;
  weigh(0);
}

inline void PacketLog::add_message(std::uint32_t receivers) {
  PINT_ASSERT(last_received_ >= first_);
  prepare();  // before looking at the packet, which it may move
  const Entry& packet = slot(last_received_);
  if (last_received_ < bytes_.first_of_block()) return add_message_anew(packet, receivers);
  Entry& entry = add_like(packet, Form::message, packet.connection);
  entry.size = receivers;
  weigh(0);
}

}  // namespace pint::core
