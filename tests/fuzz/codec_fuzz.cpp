// One packet, there and back: what decode() takes, encode() gives back as the same packet, and in a form that
// stays the same from then on. The input is version, first byte and body; the Remaining Length is counted, so
// that every input is one whole frame.
//
//   bytes ──decode──▶ packet ──encode──▶ bytes' ──decode──▶ the same packet ──encode──▶ bytes' again
#include "fuzz/target.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "mqtt/frame.hpp"

namespace pint::fuzz {
namespace {

mqtt::Frame frame_of(ByteView bytes) {
  const auto frame = mqtt::next_frame(bytes, mqtt::kMaxPacketBytes);
  require(frame && frame->has_value(), "what was encoded is not a packet");
  require((*frame)->bytes.size() == bytes.size(), "what was encoded is more than one packet");
  return **frame;
}

Bytes encoded(const mqtt::Packet& packet, ProtocolVersion version) {
  Bytes out = {0xFF};  // encode() appends, and leaves alone what stands there
  mqtt::encode(out, packet, version);
  require(out.front() == 0xFF, "encode() wrote over what stood before it");
  out.erase(out.begin());
  return out;
}

void check_publish(const mqtt::Packet& packet, ProtocolVersion version, std::size_t size) {
  const auto* publish = std::get_if<mqtt::Publish>(&packet);
  if (publish == nullptr) return;
  require(mqtt::encoded_size(*publish, version) == size, "encoded_size() is not the size of what is encoded");
  Bytes head;
  const mqtt::PublishHead places = mqtt::encode_publish_head(head, *publish, version);
  require(head.size() + publish->payload.size() == size, "a PUBLISH is not its head and its payload");
  require((places.packet_id_at != 0) == (publish->qos != QoS::at_most_once), "a Packet Identifier too many");
  if (places.packet_id_at == 0) return;
  Reader at(ByteView(head).subspan(places.packet_id_at));
  require(at.u16() == static_cast<std::uint16_t>(publish->packet_id), "the Packet Identifier is elsewhere");
}

// A property set is a walk over all its bytes.
void check_properties(mqtt::PropertyView properties) {
  std::size_t bytes = 0;
  properties.for_each([&](const mqtt::Property& property) {
    bytes += property.encoded.size();
    require(properties.find(property.id).has_value(), "a property is there and not found");
  });
  require(bytes == properties.encoded().size(), "a walk over properties skips bytes");
}

void check_properties_of(const mqtt::Packet& packet) {
  std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.properties; }) check_properties(kind.properties);
      },
      packet);
  const auto* connect = std::get_if<mqtt::Connect>(&packet);
  if (connect != nullptr && connect->will) check_properties(connect->will->properties);
}

}  // namespace

void try_input(ByteView input) {
  Reader reader(input);
  const auto version = static_cast<ProtocolVersion>(3 + reader.u8() % 3);
  Bytes bytes = {reader.u8()};
  if (reader.failed() || bytes.front() >> 4 == 0) return;
  mqtt::write_varint(bytes, static_cast<std::uint32_t>(reader.rest().size()));
  bytes.insert(bytes.end(), reader.rest().begin(), reader.rest().end());
  bytes.shrink_to_fit();  // the frame ends where the block does

  const Result<mqtt::Packet> packet = mqtt::decode(frame_of(bytes), version);
  if (!packet) return;
  check_properties_of(*packet);
  const Bytes once = encoded(*packet, version);
  require(once.size() <= bytes.size(), "encode() chose a longer form than the one it came in");
  check_publish(*packet, version, once.size());
  const Result<mqtt::Packet> again = mqtt::decode(frame_of(once), version);
  require(static_cast<bool>(again), "what was encoded is refused");
  require(*again == *packet, "a packet is another one after encoding");
  require(encoded(*again, version) == once, "a packet is encoded in two ways");
}

}  // namespace pint::fuzz
