// The memory of a PacketLog for what its entries are about: runs of bytes in large blocks, written one after
// the other and given back a block at a time. A block whose last entry is gone is written again, so that a
// log that has reached its bounds allocates nothing more.
//
//   blocks_:  [ run | run | run ] last 41    [ run | run ] last 67    [ run | run | .... ]  the one written
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace pint::core {

class PacketLogBytes {
 public:
  // Room for a run. `next` is the number of the entry after the one the run is for, `first` the oldest entry
  // that is still held.
  [[nodiscard]] std::uint8_t* push(std::size_t size, std::uint64_t next, std::uint64_t first) {
    if (static_cast<std::size_t>(end_ - at_) < size) begin_block(size, next, first);
    return std::exchange(at_, at_ + size);
  }
  // The oldest entry whose run is in the block that is written. A new entry may refer to the runs of this and
  // later ones; those of older blocks would not be kept for it.
  [[nodiscard]] std::uint64_t first_of_block() const { return first_of_block_; }
  // Entries behind each of these, whose numbers rise, have moved up by one more.
  void make_places_after(const std::vector<std::uint64_t>& numbers);
  // No entry refers to anything any more; `next` is the number of the next one.
  void clear(std::uint64_t next);

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{256} << 10;  // a larger run has a block of its own

  struct Block {
    std::unique_ptr<std::uint8_t[]> bytes;
    std::size_t size = 0;
    std::uint64_t last = 0;  // the last entry that may refer to it; of the one that is written: not known yet
  };

  void begin_block(std::size_t size, std::uint64_t next, std::uint64_t first);

  std::deque<Block> blocks_;
  std::uint8_t* at_ = nullptr;
  std::uint8_t* end_ = nullptr;
  std::uint64_t first_of_block_ = 0;
};

}  // namespace pint::core
