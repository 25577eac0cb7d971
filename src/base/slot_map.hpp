// SlotMap: objects under small ids that go stale when their object goes. An Id is {index, generation}; a slot
// that is used again has a new generation, so that a late timer or event cannot reach the wrong object.
// Objects never move: references stay good until erase().
//
//   pages_:  [page 0] -> 32 slots   [page 1] -> 32 slots …      free_: indices, last freed used first
//
// A slot is its object and the generation, which is odd while there is an object, and nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/assert.hpp"

namespace pint {

template <class Tag>
struct Id {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;  // 0: no object
  explicit operator bool() const { return generation != 0; }
  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;
};

template <class T>
class SlotMap {
 public:
  using Key = Id<T>;

  template <class... Arguments>
  Key emplace(Arguments&&... arguments) {
    if (free_.empty()) grow();
    const std::uint32_t index = free_.back();
    free_.pop_back();
    Slot& slot = slot_at(index);
    std::construct_at(&slot.value, std::forward<Arguments>(arguments)...);
    ++slot.generation;
    ++size_;
    return {index, slot.generation};
  }

  [[nodiscard]] T* find(Key key) {
    if (!key || key.index >= pages_.size() * kPage) return nullptr;
    Slot& slot = slot_at(key.index);
    return slot.generation == key.generation && slot.live() ? &slot.value : nullptr;
  }
  [[nodiscard]] const T* find(Key key) const { return const_cast<SlotMap*>(this)->find(key); }

  [[nodiscard]] T& at(Key key) {
    T* value = find(key);
    PINT_ASSERT(value != nullptr);
    return *value;
  }

  // By index alone, for tables that are kept in step with the map. Precondition: something is there.
  [[nodiscard]] T& at_index(std::uint32_t index) {
    PINT_ASSERT(index < pages_.size() * kPage && slot_at(index).live());
    return slot_at(index).value;
  }

  void erase(Key key) {
    PINT_ASSERT(find(key) != nullptr);
    Slot& slot = slot_at(key.index);
    std::destroy_at(&slot.value);
    ++slot.generation;
    free_.push_back(key.index);
    --size_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  // In order of index. The visitor may erase the object it is given, and no other.
  template <class Visitor>
  void for_each(Visitor visit) {
    for (std::uint32_t index = 0; index < pages_.size() * kPage; ++index) {
      Slot& slot = slot_at(index);
      if (slot.live()) visit(Key{index, slot.generation}, slot.value);
    }
  }

 private:
  static constexpr std::size_t kPage = 32;
  struct Slot {
    Slot() {}  // without a value
    ~Slot() {
      if (live()) std::destroy_at(&value);
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    [[nodiscard]] bool live() const { return generation % 2 == 1; }

    union {
      T value;
    };
    std::uint32_t generation = 0;
  };

  Slot& slot_at(std::uint32_t index) { return (*pages_[index / kPage])[index % kPage]; }

  void grow() {
    const auto first = static_cast<std::uint32_t>(pages_.size() * kPage);
    pages_.push_back(std::make_unique<std::array<Slot, kPage>>());
    for (std::uint32_t i = kPage; i > 0; --i) free_.push_back(first + i - 1);
  }

  std::vector<std::unique_ptr<std::array<Slot, kPage>>> pages_;
  std::vector<std::uint32_t> free_;
  std::size_t size_ = 0;
};

}  // namespace pint
