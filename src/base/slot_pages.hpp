// SlotPages: slots under small numbers, in pages that are given back when nothing is in them any more. What
// is in a slot never moves, so references and numbers stay good until give_back(), whoever else comes and
// goes.
//
//   pages_:  [page 0] -> 32 slots   [page 1] -> none   [page 2] -> 32 slots …      notes_: by page, 1 bit a
//   slot
//
// One empty page is kept as a spare, all others go to the system. Hence a page is asked for at most once in
// 32 calls of take(): it is when there is no room at all, and after a page has gone there is room for 32. One
// that comes and goes in a loop uses the spare again and again. All calls are O(1), amortised.
//
// What stays is less than one byte for each slot that was ever in use at once, for pages_ and notes_, and a
// page for each 32 numbers of which one is still in use.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/assert.hpp"

namespace pint {

template <class T>
class SlotPages {
 public:
  // The number of a slot that nobody uses. There is a T{} in it, or what the last one to use it left there.
  [[nodiscard]] std::uint32_t take() {
    if (with_room_.empty()) open_page();
    const std::uint32_t page = with_room_.back();
    Note& note = notes_[page];
    const auto slot = static_cast<std::uint32_t>(std::countr_zero(note.unused));
    note.unused &= note.unused - 1;
    if (note.unused == 0) unlist(page);
    return page * kPage + slot;
  }

  // Precondition: it was taken. What is left there is destroyed at any time from here on, or used again.
  void give_back(std::uint32_t number) {
    const std::uint32_t page = number / kPage;
    const std::uint32_t bit = 1u << number % kPage;
    PINT_ASSERT(has_page(number));
    Note& note = notes_[page];
    PINT_ASSERT((note.unused & bit) == 0);
    if (note.unused == 0) list(page);
    note.unused |= bit;
    if (note.unused == kAll && page != spare_) retire(page);
  }

  // Precondition: it is taken.
  [[nodiscard]] T& operator[](std::uint32_t number) { return (*pages_[number / kPage])[number % kPage]; }
  [[nodiscard]] const T& operator[](std::uint32_t number) const {
    return (*pages_[number / kPage])[number % kPage];
  }

  // Null if there is no such slot; what is there if it is not taken is the owner's to know.
  [[nodiscard]] T* find(std::uint32_t number) {
    const std::uint32_t page = number / kPage;
    return page < pages_.size() && pages_[page] ? &(*pages_[page])[number % kPage] : nullptr;
  }

  [[nodiscard]] bool has_page(std::uint32_t number) const {
    return number / kPage < pages_.size() && pages_[number / kPage];
  }

  // One more than the highest number ever given.
  [[nodiscard]] std::uint32_t end() const { return static_cast<std::uint32_t>(pages_.size() * kPage); }

  // Of all pages there are, the spare included.
  [[nodiscard]] std::size_t bytes() const { return (pages_.size() - absent_.size()) * sizeof(Page); }

 private:
  static constexpr std::uint32_t kPage = 32;
  static constexpr std::uint32_t kAll = 0xFFFFFFFF;
  using Page = std::array<T, kPage>;
  struct Note {
    std::uint32_t unused = kAll;  // one bit a slot
    std::uint32_t place = 0;      // in with_room_, if it is there
  };

  void list(std::uint32_t page) {
    notes_[page].place = static_cast<std::uint32_t>(with_room_.size());
    with_room_.push_back(page);
  }

  void unlist(std::uint32_t page) {
    const std::uint32_t last = with_room_.back();
    with_room_[notes_[page].place] = last;
    notes_[last].place = notes_[page].place;
    with_room_.pop_back();
  }

  void open_page() {
    if (absent_.empty()) {
      absent_.push_back(static_cast<std::uint32_t>(pages_.size()));
      pages_.emplace_back();
      notes_.emplace_back();
    }
    pages_[absent_.back()] = std::make_unique<Page>();
    list(absent_.back());
    absent_.pop_back();
  }

  // The page is empty. It is the new spare if the last one is in use again.
  void retire(std::uint32_t page) {
    if (notes_[spare_].unused != kAll) {
      spare_ = page;
      return;
    }
    unlist(page);
    pages_[page].reset();
    absent_.push_back(page);
  }

  std::vector<std::unique_ptr<Page>> pages_;
  std::vector<Note> notes_;               // beside, so that looking up reads pages_ only
  std::vector<std::uint32_t> with_room_;  // pages there are that are not full; the last is filled first
  std::vector<std::uint32_t> absent_;     // pages there are not; the last is made first
  std::uint32_t spare_ = 0;               // no other page is empty
};

}  // namespace pint
