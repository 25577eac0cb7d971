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
  ++begun_;
}

void PacketLogBytes::clear() {
  blocks_.clear();
  at_ = end_ = nullptr;
  ++begun_;
}

}  // namespace pint::core
