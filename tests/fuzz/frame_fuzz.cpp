// A stream of bytes, as it comes from a socket: where packets end, and whether each is taken or refused
// without a look outside it. Every version; the stream goes on behind refused packets.
#include <optional>

#include "fuzz/target.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"

namespace pint::fuzz {
namespace {

constexpr ProtocolVersion kVersions[] = {ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, ProtocolVersion::v5};
constexpr std::size_t kPortionsMaximum = 64;  // longer ones teach nothing, and the check is quadratic

void check_frame(ByteView bytes, const mqtt::Frame& frame) {
  require(!frame.bytes.empty() && frame.bytes.size() <= bytes.size(), "a frame is larger than what it is in");
  require(frame.bytes.data() == bytes.data(), "a frame does not begin at the front");
  require(frame.body.size() < frame.bytes.size(), "a frame has no fixed header");
  require(frame.bytes.size() == mqtt::announced_size(bytes), "a frame is not as long as announced");
  require(static_cast<unsigned>(frame.type()) != 0, "a frame has the reserved type 0");
}

// What is found in a part of the bytes is found in all of them: more bytes never change an answer.
void check_portions(ByteView bytes, const std::optional<mqtt::Frame>& whole) {
  for (std::size_t size = 0; size < bytes.size() && size < kPortionsMaximum; ++size) {
    const auto part = mqtt::next_frame(bytes.first(size), mqtt::kMaxPacketBytes);
    require(static_cast<bool>(part), "a part of what is fine is refused");
    const bool found = part->has_value();
    require(found == (whole && whole->bytes.size() <= size), "a part of a packet is taken for all of it");
  }
}

void check_decoding(const mqtt::Frame& frame) {
  for (const ProtocolVersion version : kVersions) {
    const Result<mqtt::Packet> packet = mqtt::decode(frame, version);
    if (packet) {
      require(mqtt::type_of(*packet) == frame.type(), "a packet was decoded as another type");
    } else {
      require(packet.refusal().why[0] != '\0', "a packet was refused without a word");
    }
  }
  if (frame.type() == PacketType::connect) (void)mqtt::connect_preamble(frame);
}

// A limit refuses what announces more, and nothing else.
void check_limit(ByteView bytes, const std::optional<mqtt::Frame>& whole) {
  const std::size_t announced = mqtt::announced_size(bytes);
  if (announced == 0) return;
  const auto as_large = mqtt::next_frame(bytes, announced);
  require(static_cast<bool>(as_large), "a packet of the size of the limit is refused");
  require(as_large->has_value() == whole.has_value(), "the limit hides a packet");
  const auto too_large = mqtt::next_frame(bytes, announced - 1);
  require(!too_large && too_large.refusal().reason == ReasonCode::packet_too_large,
          "a packet over the limit is not refused as such");
}

}  // namespace

void try_input(ByteView input) {
  for (ByteView rest = input; !rest.empty();) {
    const auto frame = mqtt::next_frame(rest, mqtt::kMaxPacketBytes);
    if (!frame) return;
    check_portions(rest, *frame);
    check_limit(rest, *frame);
    if (!frame->has_value()) return;
    check_frame(rest, **frame);
    check_decoding(**frame);
    rest = rest.subspan((*frame)->bytes.size());
  }
}

}  // namespace pint::fuzz
