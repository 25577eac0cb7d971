#include "testkit/journal_bytes.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace pint::testkit {

char* JournalBytes::push(std::size_t size) {
  if (size == 0) return nullptr;
  if (blocks_.empty() || blocks_.back().size - blocks_.back().used < size) {
    if (!blocks_.empty() && blocks_.back().used == 0) blocks_.pop_back();  // empty, but too small
    const std::size_t block_size = std::max(size, kBlockBytes);
    // Not make_unique: it would write zeros over what is about to be written.
    blocks_.push_back({.bytes = std::unique_ptr<char[]>(new char[block_size]), .size = block_size});
  }
  Block& block = blocks_.back();
  return block.bytes.get() + std::exchange(block.used, block.used + size);
}

void JournalBytes::pop(std::size_t size) {
  if (size == 0) return;
  PINT_ASSERT(!blocks_.empty());
  Block& oldest = blocks_.front();
  oldest.popped += size;
  PINT_ASSERT(oldest.popped <= oldest.used);
  if (oldest.popped < oldest.used) return;
  if (blocks_.size() > 1) blocks_.pop_front();
  else oldest.popped = oldest.used = 0;
}

}  // namespace pint::testkit
