// ShortList: a growing list of small plain values, of which mostly there are only a few: up to kInside of
// them are inside the list itself, so that they cost no allocation and no second cache line; more are in a
// block that grows by doubling, shrinks when little of it is used (see spare_room.hpp), and is given back
// when few are left again.
//
//   | value, value | size, capacity |          | block -> value, value, value, . | size, capacity |
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "base/spare_room.hpp"

namespace pint {

template <class T, std::uint32_t kInside>
class ShortList {
  static_assert(std::is_trivially_copyable_v<T> && kInside > 0);

 public:
  ShortList() : inside_{} {}
  ShortList(ShortList&& other) noexcept : ShortList() { take(other); }
  ShortList& operator=(ShortList&& other) noexcept {
    if (this == &other) return *this;
    clear();
    take(other);
    return *this;
  }
  ~ShortList() { clear(); }

  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] T* begin() { return outside() ? block_ : inside_; }
  [[nodiscard]] T* end() { return begin() + size_; }
  [[nodiscard]] const T* begin() const { return outside() ? block_ : inside_; }
  [[nodiscard]] const T* end() const { return begin() + size_; }
  [[nodiscard]] T& operator[](std::size_t position) {
    PINT_ASSERT(position < size_);
    return begin()[position];
  }
  [[nodiscard]] const T& operator[](std::size_t position) const {
    PINT_ASSERT(position < size_);
    return begin()[position];
  }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] T& back() { return (*this)[size() - 1]; }

  void push_back(const T& value) {
    const T copy = value;  // it may lie in the block that is given back
    if (size_ == capacity_) {
      PINT_ASSERT(capacity_ < (1u << 31));
      move_to_block(capacity_ * 2);
    }
    begin()[size_++] = copy;
  }

  void pop_back() {
    PINT_ASSERT(size_ > 0);
    --size_;
    if (!outside()) return;
    if (size_ == kInside)
      move_inside();
    else if (has_spare_room(size_, capacity_))
      move_to_block(capacity_ / 2);
  }

  void clear() {
    size_ = 0;
    if (outside()) move_inside();
  }

 private:
  [[nodiscard]] bool outside() const { return capacity_ > kInside; }

  void move_to_block(std::uint32_t capacity) {
    T* const block = new T[capacity];
    std::copy_n(begin(), size_, block);
    if (outside()) delete[] block_;
    block_ = block;
    capacity_ = capacity;
  }

  void move_inside() {
    T* const block = block_;
    std::uninitialized_copy_n(block, size_, inside_);
    delete[] block;
    capacity_ = kInside;
  }

  // Precondition: this one is empty.
  void take(ShortList& other) {
    if (other.outside()) {
      block_ = other.block_;
    } else {
      std::uninitialized_copy_n(other.inside_, other.size_, inside_);
    }
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, kInside);
  }

  union {
    T inside_[kInside];
    T* block_;
  };
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = kInside;
};

}  // namespace pint
