// Ring: a queue in one block of memory that grows by doubling and is given back when it empties. An empty
// Ring owns nothing (std::deque takes about 576 bytes when empty, which a hundred thousand idle Sessions
// would feel).
//
//   slots_: [ . . c d e . . ]     head_ -> c, size_ = 3, capacity a power of two
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/assert.hpp"

namespace pint {

template <class T>
class Ring {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] T& operator[](std::size_t position) {
    PINT_ASSERT(position < size_);
    return slots_[(head_ + position) & (capacity_ - 1)];
  }
  [[nodiscard]] const T& operator[](std::size_t position) const { return const_cast<Ring&>(*this)[position]; }
  [[nodiscard]] T& front() { return (*this)[0]; }
  [[nodiscard]] const T& front() const { return (*this)[0]; }
  [[nodiscard]] T& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }

  T& push_back(T value) {
    if (size_ == capacity_) grow();
    T& slot = slots_[(head_ + size_) & (capacity_ - 1)];
    slot = std::move(value);
    ++size_;
    return slot;
  }

  void pop_front() {
    PINT_ASSERT(size_ > 0);
    slots_[head_] = T{};  // let go of what it owns now, not when the slot is used again
    head_ = (head_ + 1) & (capacity_ - 1);
    if (--size_ == 0 && capacity_ > kKept) clear();
  }

  void clear() {
    slots_.reset();
    head_ = size_ = capacity_ = 0;
  }

 private:
  static constexpr std::uint32_t kKept =
      64;  // an emptied ring up to this size is kept: a busy one empties often

  void grow() {
    PINT_ASSERT(capacity_ < (1u << 31));
    const std::uint32_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
    auto slots = std::make_unique<T[]>(capacity);
    for (std::uint32_t i = 0; i < size_; ++i) slots[i] = std::move((*this)[i]);
    slots_ = std::move(slots);
    head_ = 0;
    capacity_ = capacity;
  }

  std::unique_ptr<T[]> slots_;
  std::uint32_t head_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
};

}  // namespace pint
