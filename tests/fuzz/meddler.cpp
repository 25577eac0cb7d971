#include "fuzz/meddler.hpp"

#include <chrono>
#include <utility>

namespace pint::fuzz {
namespace {

using Kind = core::Return::Kind;
constexpr Duration kDelay = std::chrono::seconds{3};

core::Return same_packet(const core::PassingPacket& packet) {
  return {.connection = packet.connection,
          .kind = Kind::packet,
          .direction = packet.direction,
          .bytes = Bytes(packet.bytes.begin(), packet.bytes.end())};
}

}  // namespace

bool Meddler::take(const core::PassingPacket& packet, Time now, std::vector<core::Return>& returns) {
  const unsigned every = 2 + choice_ % 8;
  if (++seen_ % every != 0) return false;
  const auto end = [&](Kind kind) {
    returns.push_back(
        {.connection = packet.connection, .kind = kind, .direction = packet.direction, .bytes = {}});
  };
  switch ((choice_ / 8u + seen_ / every) % 6) {
    case 0: return true;  // lost
    case 1: kept_.push_back({now + kDelay, same_packet(packet)}); return true;
    case 2:
      returns.push_back(same_packet(packet));
      returns.push_back(same_packet(packet));
      return true;
    case 3: end(Kind::end); return true;
    case 4:
      returns.push_back(same_packet(packet));
      end(Kind::end_by_reset);
      return true;
    default: return false;
  }
}

std::optional<Time> Meddler::next_deadline() const {
  if (kept_.empty()) return std::nullopt;
  return kept_.front().due;
}

void Meddler::tick(Time now, std::vector<core::Return>& returns) {
  for (; !kept_.empty() && kept_.front().due <= now; kept_.pop_front()) {
    returns.push_back(std::move(kept_.front().packet));
  }
}

void Meddler::ended(core::ConnectionId connection) {
  std::erase_if(kept_, [&](const Kept& kept) { return kept.packet.connection == connection; });
}

}  // namespace pint::fuzz
