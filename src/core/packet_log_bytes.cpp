#include "core/packet_log_bytes.hpp"

#include <algorithm>

namespace pint::core {

void PacketLogBytes::begin_block(std::size_t size, std::uint64_t next, std::uint64_t first) {
  if (!blocks_.empty()) blocks_.back().last = next - 2;  // the entry before the one this run is for
  Block block;
  while (!blocks_.empty() && blocks_.front().last < first) {
    const bool usable = blocks_.front().size == kBlockBytes && size <= kBlockBytes;
    if (usable) block = std::move(blocks_.front());
    blocks_.pop_front();
  }
  if (block.bytes == nullptr) {
    block.size = std::max(size, kBlockBytes);
    block.bytes.reset(new std::uint8_t[block.size]);  // make_unique would write zeros that nobody reads
  }
  at_ = block.bytes.get();
  end_ = at_ + block.size;
  blocks_.push_back(std::move(block));
  first_of_block_ = next - 1;
}

void PacketLogBytes::make_places_after(const std::vector<std::uint64_t>& numbers) {
  for (Block& block : blocks_) {
    block.last += static_cast<std::uint64_t>(std::ranges::lower_bound(numbers, block.last) - numbers.begin());
  }
}

void PacketLogBytes::clear(std::uint64_t next) {
  blocks_.clear();
  at_ = end_ = nullptr;
  first_of_block_ = next;
}

}  // namespace pint::core
