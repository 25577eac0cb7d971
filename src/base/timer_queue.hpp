// TimerQueue: deadlines in order of time, then in order of setting, so that ties are never broken by chance.
// A timer can be cancelled for real (no tombstones: a client that connects and leaves a thousand times a
// second must not leave ninety seconds' worth of Keep Alive behind).
//
//   heap_:  binary heap of {due, slot}          slots_[slot] = {sequence, position in heap_, what}, in pages
//
// The sequence is looked at when two are due at the same time only, so it does not travel with the heap.
// Setting and cancelling are O(log size). Memory follows the number of timers down again, see slot_pages.hpp
// and spare_room.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/assert.hpp"
#include "base/slot_pages.hpp"
#include "base/spare_room.hpp"
#include "base/time.hpp"

namespace pint {

enum class TimerId : std::uint32_t { none = 0xFFFFFFFF };

// What: a small value that tells the owner what is due.
template <class What>
class TimerQueue {
 public:
  TimerId set(Time due, What what) {
    const std::uint32_t slot = slots_.take();
    slots_[slot] = {.sequence = sequence_++, .what = what};
    heap_.push_back({due, slot});
    sift_up(heap_.size() - 1);
    return TimerId{slot};
  }

  // Forget a timer, and its id with it. TimerId::none is allowed.
  void cancel(TimerId& id) {
    if (id == TimerId::none) return;
    remove_at(slots_[static_cast<std::uint32_t>(id)].position);
    id = TimerId::none;
  }

  [[nodiscard]] std::optional<Time> next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().due;
  }

  // Take the first timer due at `now` or before. Its id is free from here on: the owner forgets it.
  [[nodiscard]] std::optional<What> pop(Time now) {
    if (heap_.empty() || heap_.front().due > now) return std::nullopt;
    const What what = slots_[heap_.front().slot].what;
    remove_at(0);
    return what;
  }

  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  // What it takes of the system.
  [[nodiscard]] std::size_t bytes() const { return slots_.bytes() + heap_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    Time due;
    std::uint32_t slot;
  };
  struct Slot {
    std::uint64_t sequence = 0;
    What what{};
    std::uint32_t position = 0;
  };

  [[nodiscard]] bool before(const Entry& a, const Entry& b) const {
    return a.due != b.due ? a.due < b.due : slots_[a.slot].sequence < slots_[b.slot].sequence;
  }

  void place(std::size_t position, const Entry& entry) {
    heap_[position] = entry;
    slots_[entry.slot].position = static_cast<std::uint32_t>(position);
  }

  void sift_up(std::size_t position) {
    const Entry entry = heap_[position];
    while (position > 0) {
      const std::size_t parent = (position - 1) / 2;
      if (!before(entry, heap_[parent])) break;
      place(position, heap_[parent]);
      position = parent;
    }
    place(position, entry);
  }

  void sift_down(std::size_t position) {
    const Entry entry = heap_[position];
    for (;;) {
      std::size_t child = 2 * position + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
      if (!before(heap_[child], entry)) break;
      place(position, heap_[child]);
      position = child;
    }
    place(position, entry);
  }

  void remove_at(std::size_t position) {
    PINT_ASSERT(position < heap_.size());
    slots_.give_back(heap_[position].slot);
    const Entry last = heap_.back();
    heap_.pop_back();
    give_back_spare_room(heap_);
    if (position == heap_.size()) return;
    place(position, last);
    sift_up(position);
    sift_down(slots_[last.slot].position);
  }

  std::vector<Entry> heap_;
  SlotPages<Slot> slots_;
  std::uint64_t sequence_ = 0;
};

}  // namespace pint
