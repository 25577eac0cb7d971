// FloodBudget: how much the links that had more than fits into the last turn may give in the next one. Alone,
// a whole buffer each, which is cheapest. Beside others that send a little now and then, together about as
// much as a thousand packets, in and out: a message of one of the others waits for no more than that.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace pint::net {

class FloodBudget {
 public:
  static constexpr std::size_t kAloneBytes = 256u << 10;
  static constexpr std::size_t kLeastBytes = 4u << 10;

  // For each link.
  [[nodiscard]] std::size_t bytes() const { return company_ > 0 ? beside_others_ : kAloneBytes; }

  // A link has given so many bytes in this turn.
  void received(std::size_t bytes) { seen_company_ = seen_company_ || bytes <= kFewBytes; }

  // A turn is over in which so many links flooded; what they gave and what it caused.
  void end_turn(std::size_t links, std::size_t bytes, std::uint64_t packets) {
    if (seen_company_)
      company_ = kCompanyTurns;
    else if (company_ > 0)
      --company_;
    seen_company_ = false;
    if (packets == 0 || bytes < kLeastBytes) return;
    const std::uint64_t share = bytes * kPackets / packets / links;
    beside_others_ = std::clamp(static_cast<std::size_t>(share), kLeastBytes, kAloneBytes);
  }

 private:
  static constexpr std::uint64_t kPackets = 1'000;     // 50 to 100 µs
  static constexpr std::size_t kFewBytes = 4u << 10;   // who gives no more does not flood
  static constexpr std::uint32_t kCompanyTurns = 256;  // so long is it remembered: some 10 ms

  std::uint32_t company_ = 0;
  bool seen_company_ = false;
  std::size_t beside_others_ = 64u << 10;
};

}  // namespace pint::net
