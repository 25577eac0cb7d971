// Ring: a queue in one block of memory that grows by doubling and is given back when it empties. An empty
// Ring owns nothing and is one pointer (std::deque takes about 576 bytes when empty, which a hundred thousand
// idle Sessions would feel).
//
//   block_ -> | head, size, capacity | . . c d e . . |     head: where c is, size 3, capacity a power of two
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "base/assert.hpp"

namespace pint {

template <class T>
class Ring {
 public:
  Ring() = default;
  Ring(Ring&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Ring& operator=(Ring&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Ring() { clear(); }

  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t size() const { return block_ == nullptr ? 0 : block_->size; }

  [[nodiscard]] T& operator[](std::size_t position) {
    PINT_ASSERT(position < size());
    return block_->slot(position);
  }
  [[nodiscard]] const T& operator[](std::size_t position) const { return const_cast<Ring&>(*this)[position]; }
  [[nodiscard]] T& front() { return (*this)[0]; }
  [[nodiscard]] const T& front() const { return (*this)[0]; }
  [[nodiscard]] T& back() { return (*this)[size() - 1]; }
  [[nodiscard]] const T& back() const { return (*this)[size() - 1]; }

  T& push_back(T value) {
    if (block_ == nullptr || block_->size == block_->capacity) grow();
    T& slot = block_->slot(block_->size++);
    slot = std::move(value);
    return slot;
  }

  void pop_front() {
    PINT_ASSERT(!empty());
    block_->slot(0) = T{};  // let go of what it owns now, not when the slot is used again
    block_->head = (block_->head + 1) & (block_->capacity - 1);
    if (--block_->size == 0 && block_->capacity > kKept) clear();
  }

  void clear() {
    if (block_ != nullptr) Block::free(std::exchange(block_, nullptr));
  }

 private:
  static constexpr std::uint32_t kKept =
      64;  // an emptied ring up to this size is kept: a busy one empties often

  // The slots stand behind it; all of them hold a T, those that are not in use an empty one.
  struct alignas(std::max(alignof(T), alignof(std::uint32_t))) Block {
    std::uint32_t head = 0;
    std::uint32_t size = 0;
    std::uint32_t capacity;

    explicit Block(std::uint32_t slots_wanted) : capacity(slots_wanted) {
      std::uninitialized_value_construct_n(slots(), capacity);
    }
    ~Block() { std::destroy_n(slots(), capacity); }

    [[nodiscard]] static Block* make(std::uint32_t capacity) {
      return new (::operator new(sizeof(Block) + capacity * sizeof(T))) Block(capacity);
    }
    static void free(Block* block) {
      block->~Block();
      ::operator delete(block);
    }
    [[nodiscard]] T* slots() { return reinterpret_cast<T*>(this + 1); }
    [[nodiscard]] T& slot(std::size_t position) { return slots()[(head + position) & (capacity - 1)]; }
  };
  static_assert(alignof(Block) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

  void grow() {
    PINT_ASSERT(block_ == nullptr || block_->capacity < (1u << 31));
    Block* const larger = Block::make(block_ == nullptr ? 4 : block_->capacity * 2);
    for (std::size_t i = 0; i < size(); ++i) larger->slot(i) = std::move((*this)[i]);
    larger->size = static_cast<std::uint32_t>(size());
    clear();
    block_ = larger;
  }

  Block* block_ = nullptr;
};

}  // namespace pint
