#include "testkit/fault_bytes.hpp"

#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

std::optional<mqtt::Packet> decoded(const Record& record) {
  const auto frame = mqtt::next_frame(as_bytes(record.bytes), mqtt::kMaxPacketBytes);
  if (!frame || !*frame) return std::nullopt;
  Result<mqtt::Packet> packet = mqtt::decode(**frame, record.version);
  if (!packet) return std::nullopt;
  return std::move(*packet);
}

Bytes encoded(const mqtt::Packet& packet, ProtocolVersion version) {
  Bytes bytes;
  mqtt::encode(bytes, packet, version);
  return bytes;
}

// Where in a whole packet its identifier stands.
std::size_t packet_id_at(ByteView packet) {
  Reader reader(packet);
  const auto type = static_cast<PacketType>(reader.u8() >> 4);
  (void)mqtt::read_varint(reader);
  if (type == PacketType::publish) reader.prefixed();
  PINT_ASSERT(!reader.failed());
  return packet.size() - reader.rest().size();
}

// The answers by request. Each reason is legal in its answer: refused otherwise when the fault was added.
class Answer {
 public:
  Answer(ReasonCode reason, ProtocolVersion version) : reason_(reason), version_(version) {}

  Bytes operator()(const mqtt::Connect& connect) const {
    const bool has_code = connect.version == ProtocolVersion::v5 || mqtt::v3_return_code(reason_).has_value();
    return has_code ? encoded(mqtt::Connack{.reason = reason_}, connect.version) : Bytes{};
  }
  Bytes operator()(const mqtt::Publish& publish) const {
    if (publish.qos == QoS::exactly_once) return acknowledged<mqtt::Pubrec>(publish.packet_id);
    return acknowledged<mqtt::Puback>(publish.packet_id);
  }
  Bytes operator()(const mqtt::Pubrec& pubrec) const { return acknowledged<mqtt::Pubrel>(pubrec.packet_id); }
  Bytes operator()(const mqtt::Pubrel& pubrel) const { return acknowledged<mqtt::Pubcomp>(pubrel.packet_id); }
  Bytes operator()(const mqtt::Subscribe& subscribe) const {
    const std::vector<ReasonCode> reasons(subscribe.requests.size(), reason_);
    return encoded(mqtt::Suback{.packet_id = subscribe.packet_id, .reasons = reasons}, version_);
  }
  Bytes operator()(const mqtt::Unsubscribe& unsubscribe) const {
    const std::vector<ReasonCode> reasons(unsubscribe.topic_filters.size(), reason_);
    return encoded(mqtt::Unsuback{.packet_id = unsubscribe.packet_id, .reasons = reasons}, version_);
  }
  template <class Other>
  Bytes operator()(const Other&) const {
    PINT_ASSERT(!"a packet that has an answer");
    return {};
  }

 private:
  template <class Acknowledgement>
  [[nodiscard]] Bytes acknowledged(mqtt::PacketId id) const {
    return encoded(Acknowledgement{.packet_id = id, .reason = reason_}, version_);
  }

  ReasonCode reason_;
  ProtocolVersion version_;
};

}  // namespace

std::optional<Made> with_wrong_packet_id(ByteView packet, const Record& record, Random& random) {
  if (!record.packet_id || *record.packet_id == 0) return std::nullopt;
  const std::uint16_t right = *record.packet_id;
  // One of the 65,534 others, each as likely: those from the right one on are moved up by one.
  auto wrong = static_cast<std::uint16_t>(1 + random.below(65'534));
  if (wrong >= right) ++wrong;
  Made made{.bytes = Bytes(packet.begin(), packet.end()),
            .what = "with Packet Identifier " + std::to_string(wrong)};
  const std::size_t at = packet_id_at(packet);
  made.bytes[at] = static_cast<std::uint8_t>(wrong >> 8);
  made.bytes[at + 1] = static_cast<std::uint8_t>(wrong);
  return made;
}

Made with_corrupt_header(ByteView packet, Random& random) {
  Made made{.bytes = Bytes(packet.begin(), packet.end()), .what = {}};
  std::uint8_t& first = made.bytes.front();
  switch (random.below(3)) {
    case 0:
      first &= 0x0F;
      made.what = "with packet type 0";
      break;
    case 1:
      // PUBLISH has no reserved flags, but no QoS 3 either.
      if (static_cast<PacketType>(first >> 4) == PacketType::publish)
        first |= 0x06;
      else
        first ^= static_cast<std::uint8_t>(1u << random.below(4));
      made.what = "with reserved flags";
      break;
    default: {
      constexpr std::uint8_t kFiveBytes[] = {0xFF, 0xFF, 0xFF, 0xFF, 0x01};
      Reader reader(packet);
      reader.u8();
      (void)mqtt::read_varint(reader);
      made.bytes.resize(1);
      Writer writer(made.bytes);
      writer.raw(kFiveBytes);
      writer.raw(reader.rest());
      made.what = "with a Remaining Length of five bytes";
    }
  }
  return made;
}

bool can_be_answered(const Record& request) {
  if (request.packet_type == PacketType::publish && request.qos == QoS::at_most_once) return false;
  return decoded(request).has_value();
}

Bytes answer_to(const Record& request, ReasonCode reason) {
  const std::optional<mqtt::Packet> packet = decoded(request);
  PINT_ASSERT(packet.has_value());
  return std::visit(Answer(reason, request.version), *packet);
}

bool answer_has_reason(const Record& request) {
  return request.version == ProtocolVersion::v5 || request.packet_type == PacketType::connect ||
         request.packet_type == PacketType::subscribe;
}

Edited with_reason(ByteView packet, ReasonCode reason, ProtocolVersion version) {
  PacketFields fields{.reason = reason};
  if (is_failure(reason) && static_cast<PacketType>(packet[0] >> 4) == PacketType::connack) {
    fields.session_present = false;  // a refusal tells of no Session
  }
  return with_fields(packet, fields, version);
}

}  // namespace pint::testkit
