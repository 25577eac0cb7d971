// Writing packets. PUBLISH knows its size before it starts and is written in one go; the others are small, so
// their body is written behind a gap of one byte for the Remaining Length, which is widened in the rare case
// that it takes more.
#include "mqtt/encode.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "mqtt/frame.hpp"

namespace pint::mqtt {
namespace {

constexpr std::uint8_t number_of(ReasonCode reason) { return static_cast<std::uint8_t>(reason); }

// Writes one packet: its fields in wire order, then finish(), which knows the length.
class PacketWriter {
 public:
  PacketWriter(Bytes& out, PacketType type, std::uint8_t flags, ProtocolVersion version)
      : out_(out), fields_(out), version_(version) {
    fields_.u8(static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags));
    fields_.u8(0);  // the Remaining Length
    body_ = out_.size();
  }

  [[nodiscard]] bool v5() const { return version_ == ProtocolVersion::v5; }
  Writer& fields() { return fields_; }
  void packet_id(PacketId id) { fields_.u16(static_cast<std::uint16_t>(id)); }
  void reason(ReasonCode code) { fields_.u8(number_of(code)); }
  // Left out in 3.x; an empty set is a length of 0. [MQTT-2.2.2-1]
  void properties(PropertyView properties) {
    if (!v5()) return;
    write_varint(out_, static_cast<std::uint32_t>(properties.encoded().size()));
    fields_.raw(properties.encoded());
  }
  // What 5.0 packets may leave out from the end: properties if empty, then the reason if it is 0x00.
  void optional_tail(ReasonCode code, PropertyView set) {
    if (!v5() || (code == ReasonCode::success && set.empty())) return;
    reason(code);
    if (!set.empty()) properties(set);
  }

  void finish() {
    const std::size_t size = out_.size() - body_;
    PINT_ASSERT(size <= kMaxVarint);
    std::uint8_t length[4];
    const std::size_t width = put_varint(length, static_cast<std::uint32_t>(size));
    out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(body_), width - 1, 0);
    std::copy_n(length, width, out_.begin() + static_cast<std::ptrdiff_t>(body_) - 1);
  }

 private:
  Bytes& out_;
  Writer fields_;
  ProtocolVersion version_;
  std::size_t body_ = 0;  // where in out_ it begins
};

std::uint8_t connect_flags(const Connect& connect) {
  unsigned bits = connect.clean_start ? 0x02 : 0;
  if (connect.will) bits |= 0x04u | static_cast<unsigned>(connect.will->qos) << 3;
  if (connect.will && connect.will->retain) bits |= 0x20;
  if (connect.password) bits |= 0x40;
  if (connect.user_name) bits |= 0x80;
  return static_cast<std::uint8_t>(bits);
}

void write(Bytes& out, const Connect& connect, ProtocolVersion) {
  PacketWriter packet(out, PacketType::connect, 0, connect.version);
  Writer& fields = packet.fields();
  fields.prefixed(connect.version == ProtocolVersion::v3_1 ? "MQIsdp" : "MQTT");  // [MQTT-3.1.2-1]
  fields.u8(static_cast<std::uint8_t>(connect.version));
  fields.u8(connect_flags(connect));
  fields.u16(connect.keep_alive);
  packet.properties(connect.properties);
  fields.prefixed(connect.client_id);  // the payload, in the order of [MQTT-3.1.3-1]
  if (connect.will) {
    packet.properties(connect.will->properties);
    fields.prefixed(connect.will->topic);
    fields.prefixed(connect.will->payload);
  }
  if (connect.user_name) fields.prefixed(*connect.user_name);
  if (connect.password) fields.prefixed(*connect.password);
  packet.finish();
}

// In 3.x the reason must have a return code (v3_return_code): there is no CONNACK for the others.
// [MQTT3-3.2.2-6]
void write(Bytes& out, const Connack& connack, ProtocolVersion version) {
  PacketWriter packet(out, PacketType::connack, 0, version);
  const bool can_tell = version != ProtocolVersion::v3_1;  // 3.1 knows no Session Present
  packet.fields().u8(connack.session_present && can_tell ? 1 : 0);
  if (packet.v5()) {
    packet.reason(connack.reason);
  } else {
    const std::optional<std::uint8_t> return_code = v3_return_code(connack.reason);
    PINT_ASSERT(return_code.has_value());
    packet.fields().u8(*return_code);
  }
  packet.properties(connack.properties);
  packet.finish();
}

void write(Bytes& out, const Publish& publish, ProtocolVersion version) {
  encode_publish_head(out, publish, version);
  Writer(out).raw(publish.payload);
}

template <PacketType Type>
void write(Bytes& out, const Acknowledgement<Type>& acknowledgement, ProtocolVersion version) {
  constexpr std::uint8_t kFlags = Type == PacketType::pubrel ? 2 : 0;
  PacketWriter packet(out, Type, kFlags, version);
  packet.packet_id(acknowledgement.packet_id);
  packet.optional_tail(acknowledgement.reason, acknowledgement.properties);
  packet.finish();
}

std::uint8_t options_byte(const SubscriptionOptions& options, bool v5) {
  unsigned bits = static_cast<unsigned>(options.qos);
  if (!v5) return static_cast<std::uint8_t>(bits);
  if (options.no_local) bits |= 0x04;
  if (options.retain_as_published) bits |= 0x08;
  bits |= static_cast<unsigned>(options.retain_handling) << 4;
  return static_cast<std::uint8_t>(bits);
}

void write(Bytes& out, const Subscribe& subscribe, ProtocolVersion version) {
  PacketWriter packet(out, PacketType::subscribe, 2, version);
  packet.packet_id(subscribe.packet_id);
  packet.properties(subscribe.properties);
  for (const SubscriptionRequest& request : subscribe.requests) {
    packet.fields().prefixed(request.topic_filter);
    packet.fields().u8(options_byte(request.options, packet.v5()));
  }
  packet.finish();
}

void write(Bytes& out, const Suback& suback, ProtocolVersion version) {
  PacketWriter packet(out, PacketType::suback, 0, version);
  packet.packet_id(suback.packet_id);
  packet.properties(suback.properties);
  for (const ReasonCode reason : suback.reasons) {
    const bool failure_of_3 = !packet.v5() && is_failure(reason);  // [MQTT3-3.9.3-2]
    packet.reason(failure_of_3 ? ReasonCode::unspecified_error : reason);
  }
  packet.finish();
}

void write(Bytes& out, const Unsubscribe& unsubscribe, ProtocolVersion version) {
  PacketWriter packet(out, PacketType::unsubscribe, 2, version);
  packet.packet_id(unsubscribe.packet_id);
  packet.properties(unsubscribe.properties);
  for (const std::string_view filter : unsubscribe.topic_filters) packet.fields().prefixed(filter);
  packet.finish();
}

void write(Bytes& out, const Unsuback& unsuback, ProtocolVersion version) {
  PacketWriter packet(out, PacketType::unsuback, 0, version);
  packet.packet_id(unsuback.packet_id);
  packet.properties(unsuback.properties);
  if (packet.v5()) {
    for (const ReasonCode reason : unsuback.reasons) packet.reason(reason);
  }
  packet.finish();
}

void write(Bytes& out, const Pingreq&, ProtocolVersion version) {
  PacketWriter(out, PacketType::pingreq, 0, version).finish();
}

void write(Bytes& out, const Pingresp&, ProtocolVersion version) {
  PacketWriter(out, PacketType::pingresp, 0, version).finish();
}

void write(Bytes& out, const Disconnect& disconnect, ProtocolVersion version) {
  PacketWriter packet(out, PacketType::disconnect, 0, version);
  packet.optional_tail(disconnect.reason, disconnect.properties);
  packet.finish();
}

void write(Bytes& out, const Auth& auth, ProtocolVersion version) {
  PINT_ASSERT(version == ProtocolVersion::v5);  // no such packet before
  PacketWriter packet(out, PacketType::auth, 0, version);
  packet.optional_tail(auth.reason, auth.properties);
  packet.finish();
}

// The parts of a PUBLISH's size.
struct PublishSizes {
  std::size_t remaining_length;
  std::size_t head;  // fixed header and variable header
};

PublishSizes sizes_of(const Publish& publish, ProtocolVersion version) {
  std::size_t variable_header = 2 + publish.topic.size();
  if (publish.qos != QoS::at_most_once) variable_header += 2;
  if (version == ProtocolVersion::v5) {
    const std::size_t properties = publish.properties.encoded().size();
    variable_header += varint_size(static_cast<std::uint32_t>(properties)) + properties;
  }
  const std::size_t remaining_length = variable_header + publish.payload.size();
  return {remaining_length, 1 + varint_size(static_cast<std::uint32_t>(remaining_length)) + variable_header};
}

// Bytes copied to raw memory; returns the end.
std::uint8_t* put(std::uint8_t* at, ByteView bytes) { return std::copy(bytes.begin(), bytes.end(), at); }

std::uint8_t* put_u16(std::uint8_t* at, std::size_t value) {
  *at++ = static_cast<std::uint8_t>(value >> 8);
  *at++ = static_cast<std::uint8_t>(value);
  return at;
}

}  // namespace

void encode(Bytes& out, const Packet& packet, ProtocolVersion version) {
  std::visit([&](const auto& kind) { write(out, kind, version); }, packet);
}

std::uint8_t publish_first_byte(const Publish& publish) {
  const unsigned flags = (publish.duplicate ? 0x08u : 0) | static_cast<unsigned>(publish.qos) << 1 |
                         (publish.retain ? 0x01u : 0);
  return static_cast<std::uint8_t>(static_cast<unsigned>(PacketType::publish) << 4 | flags);
}

PublishHead encode_publish_head(Bytes& out, const Publish& publish, ProtocolVersion version) {
  const PublishSizes sizes = sizes_of(publish, version);
  PINT_ASSERT(sizes.remaining_length <= kMaxVarint);
  PublishHead head;
  const std::size_t begin = out.size();
  out.resize(begin + sizes.head);
  std::uint8_t* at = out.data() + begin;
  *at++ = publish_first_byte(publish);
  at += put_varint(at, static_cast<std::uint32_t>(sizes.remaining_length));
  at = put_u16(at, publish.topic.size());
  at = put(at, as_bytes(publish.topic));
  if (publish.qos != QoS::at_most_once) {  // [MQTT-2.2.1-2]
    head.packet_id_at = static_cast<std::size_t>(at - out.data());
    at = put_u16(at, static_cast<std::uint16_t>(publish.packet_id));
  }
  if (version == ProtocolVersion::v5) {
    const ByteView properties = publish.properties.encoded();
    at += put_varint(at, static_cast<std::uint32_t>(properties.size()));
    at = put(at, properties);
  }
  PINT_ASSERT(at == out.data() + out.size());
  return head;
}

std::size_t encoded_size(const Publish& publish, ProtocolVersion version) {
  const PublishSizes sizes = sizes_of(publish, version);
  return sizes.head + publish.payload.size();
}

}  // namespace pint::mqtt
