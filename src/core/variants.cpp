#include "core/variants.hpp"

#include "mqtt/encode.hpp"
#include "mqtt/frame.hpp"

namespace pint::core {

void Variants::begin(const MessageView& message) {
  message_ = message;
  arena_.clear();
  places_.fill({});
}

Variants::Variant Variants::get(ProtocolVersion version, QoS qos, bool retain) {
  const bool v5 = version == ProtocolVersion::v5;
  Place& place = places_[(v5 ? 6u : 0u) + static_cast<unsigned>(qos) * 2 + (retain ? 1u : 0u)];
  if (place.size == 0) {
    const mqtt::Publish publish{.qos = qos, .retain = retain, .topic = message_.topic,
                                .properties = message_.properties, .payload = message_.payload};
    place.packet_bytes = mqtt::encoded_size(publish, version);
    if (place.packet_bytes > mqtt::kMaxPacketBytes) return {.packet_bytes = place.packet_bytes};
    place.offset = arena_.size();
    const mqtt::PublishHead head = mqtt::encode_publish_head(arena_, publish, version);
    place.packet_id_at = head.packet_id_at == 0 ? 0 : head.packet_id_at - place.offset;
    place.whole = place.packet_bytes <= kCopiedPacketBytes;
    if (place.whole) arena_.insert(arena_.end(), message_.payload.begin(), message_.payload.end());
    place.size = arena_.size() - place.offset;
  }
  return {{arena_.data() + place.offset, place.size}, place.packet_id_at, place.packet_bytes, place.whole};
}

}  // namespace pint::core
