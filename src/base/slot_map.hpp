// SlotMap: objects under small ids that go stale when their object goes. An Id is {index, generation}; each
// object has a generation of its own, so that a late timer or event cannot reach the wrong one. Objects never
// move: references stay good until erase().
//
//   slots_:  {object, generation} … in pages, see slot_pages.hpp      generation 0: no object
//
// Generations are counted by the map, not by the slot, and so survive the page a slot was in: memory is given
// back, and no id is given twice before four thousand million objects have come and gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/assert.hpp"
#include "base/slot_pages.hpp"

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
    const std::uint32_t index = slots_.take();
    Slot& slot = slots_[index];
    std::construct_at(&slot.value, std::forward<Arguments>(arguments)...);
    if (++last_generation_ == 0) ++last_generation_;
    slot.generation = last_generation_;
    ++size_;
    return {index, slot.generation};
  }

  [[nodiscard]] T* find(Key key) {
    Slot* slot = slots_.find(key.index);
    return slot != nullptr && key && slot->generation == key.generation ? &slot->value : nullptr;
  }
  [[nodiscard]] const T* find(Key key) const { return const_cast<SlotMap*>(this)->find(key); }

  [[nodiscard]] T& at(Key key) {
    T* value = find(key);
    PINT_ASSERT(value != nullptr);
    return *value;
  }

  // By index alone, for tables that are kept in step with the map. Precondition: something is there.
  [[nodiscard]] T& at_index(std::uint32_t index) {
    Slot* slot = slots_.find(index);
    PINT_ASSERT(slot != nullptr && slot->live());
    return slot->value;
  }

  void erase(Key key) {
    PINT_ASSERT(find(key) != nullptr);
    Slot& slot = slots_[key.index];
    std::destroy_at(&slot.value);
    slot.generation = 0;
    slots_.give_back(key.index);
    --size_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  // What it takes of the system, but for what its objects own.
  [[nodiscard]] std::size_t bytes() const { return slots_.bytes(); }

  // In order of index. The visitor may erase the object it is given, and no other.
  template <class Visitor>
  void for_each(Visitor visit) {
    for (std::uint32_t index = 0; index < slots_.end(); ++index) {
      Slot* slot = slots_.find(index);
      if (slot != nullptr && slot->live()) visit(Key{index, slot->generation}, slot->value);
    }
  }

 private:
  struct Slot {
    Slot() {}  // without a value
    ~Slot() {
      if (live()) std::destroy_at(&value);
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    [[nodiscard]] bool live() const { return generation != 0; }

    union {
      T value;
    };
    std::uint32_t generation = 0;
  };

  SlotPages<Slot> slots_;
  std::uint32_t last_generation_ = 0;
  std::size_t size_ = 0;
};

}  // namespace pint
