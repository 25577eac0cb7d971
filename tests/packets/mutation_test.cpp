// Packets that something happened to: rows of the tables with bytes changed, dropped, doubled and swapped.
// Whatever comes out, decode() must neither read outside the frame (the sanitizers watch) nor accept what
// encode() cannot give back. Deterministic: the same seed, the same packets.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "base/random.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

constexpr std::uint64_t kSeed = 20190307;
constexpr int kPackets = 200'000;

std::size_t position_in(const Bytes& packet, Random& random) { return random.below(packet.size()); }

// Small numbers, edges and bytes that mean something to somebody are likelier than the rest.
std::uint8_t interesting_byte(Random& random) {
  constexpr std::uint8_t kLikely[] = {0, 1, 2, 3, 4, 5, 0x26, '#', '+', '/', 0x7F, 0x80, 0xC3, 0xED, 0xFF};
  const std::uint64_t choice = random.below(2 * std::size(kLikely));
  return choice < std::size(kLikely) ? kLikely[choice] : static_cast<std::uint8_t>(random.below(256));
}

void mutate(Bytes& packet, Random& random) {
  if (packet.empty()) return packet.push_back(interesting_byte(random));
  const std::size_t at = position_in(packet, random);
  const auto where = packet.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.below(5)) {
    case 0: packet[at] = interesting_byte(random); break;
    case 1: packet[at] = static_cast<std::uint8_t>(packet[at] ^ 1u << random.below(8)); break;
    case 2: packet.insert(where, interesting_byte(random)); break;
    case 3: packet.erase(where); break;
    default: std::swap(packet[at], packet[position_in(packet, random)]); break;
  }
}

// Mostly with the Remaining Length put right again, so that decode() gets to see what is behind it.
Bytes mutated(const Bytes& original, Random& random) {
  Bytes packet = original;
  for (std::uint64_t times = 1 + random.below(4); times > 0; --times) mutate(packet, random);
  if (packet.size() < 2 || random.below(8) == 0) return packet;
  return packet_of(packet[0], ByteView(packet).subspan(2));
}

// Decode as `version`; an accepted packet must survive the way to bytes and back. Says what went wrong, if
// anything did.
std::string problem_of(ByteView bytes, ProtocolVersion version) {
  const auto frame = next_frame(bytes, kMaxPacketBytes);
  if (!frame || !*frame) return {};
  const Result<Packet> packet = decode(**frame, version);
  if (!packet) return {};
  Bytes out;
  encode(out, *packet, version);
  const auto again = next_frame(out, kMaxPacketBytes);
  if (!again || !*again) return "what was decoded is not one frame when encoded";
  const Result<Packet> twice = decode(**again, version);
  if (!twice) return twice.refusal().why;
  return *twice == *packet ? "" : "another packet after encoding";
}

std::string hex(ByteView bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += {kDigits[byte >> 4], kDigits[byte & 0xF], ' '};
  }
  return text;
}

TEST(MutatedPackets, AreRefusedOrMeanWhatTheySay) {
  Random random(kSeed);
  for (int i = 0; i < kPackets; ++i) {
    const PacketRow& row = all_rows()[random.below(all_rows().size())];
    const Bytes packet = mutated(row.packet.bytes, random);
    // A block of exactly the packet's size, so that reading one byte too many is seen.
    const auto block = std::make_unique<std::uint8_t[]>(packet.size());
    std::ranges::copy(packet, block.get());
    for (const ProtocolVersion version : kAll) {
      ASSERT_EQ(problem_of({block.get(), packet.size()}, version), "")
          << "seed " << kSeed << ", packet " << i << ", " << tag_of(version) << ": " << hex(packet);
    }
  }
}

}  // namespace
}  // namespace pint::mqtt::test
