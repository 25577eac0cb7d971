#include "core/variants.hpp"

#include <algorithm>
#include <limits>

#include "mqtt/encode.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {

// Field by field: what is written as a whole cannot be read at once, and this is read at once.
void Variants::make(Variant& variant, std::uint64_t number, ProtocolVersion version, QoS qos, bool retain) {
  const mqtt::Publish publish{.qos = qos,
                              .retain = retain,
                              .topic = message_->topic,
                              .properties = message_->properties,
                              .payload = message_->payload};
  const std::size_t packet_bytes = mqtt::encoded_size(publish, version);
  variant.number = number;
  variant.offset = variant.size = variant.packet_id_at = 0;
  variant.packet_bytes = static_cast<std::uint32_t>(
      std::min<std::size_t>(packet_bytes, std::numeric_limits<std::uint32_t>::max()));
  variant.first = mqtt::publish_first_byte(publish);
  variant.whole = packet_bytes <= kCopiedPacketBytes;
  const bool same_version = (packet_->version == ProtocolVersion::v5) == (version == ProtocolVersion::v5);
  variant.as_it_came = same_version && qos == message_->qos && packet_bytes == packet_->bytes.size();
  if (packet_bytes > mqtt::kMaxPacketBytes) return;
  if (variant.as_it_came)
    take_packet(variant);
  else
    encode(variant, publish, version);
}

void Variants::take_packet(Variant& variant) const {
  variant.size = variant.packet_bytes;
  if (!variant.whole) variant.size -= static_cast<std::uint32_t>(message_->payload.size());
  if (message_->qos == QoS::at_most_once) return;
  const std::size_t topic = mqtt::body_at(packet_->bytes) + 2;
  variant.packet_id_at = static_cast<std::uint32_t>(topic + message_->topic.size());
}

void Variants::encode(Variant& variant, const mqtt::Publish& publish, ProtocolVersion version) {
  const std::size_t offset = arena_.size();
  const mqtt::PublishHead head = mqtt::encode_publish_head(arena_, publish, version);
  if (variant.whole) arena_.insert(arena_.end(), message_->payload.begin(), message_->payload.end());
  variant.offset = static_cast<std::uint32_t>(offset);
  variant.size = static_cast<std::uint32_t>(arena_.size() - offset);
  if (head.packet_id_at != 0) variant.packet_id_at = static_cast<std::uint32_t>(head.packet_id_at - offset);
}

}  // namespace pint::core
