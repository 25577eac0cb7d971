// Hashing of texts, and HashIndex: an open-addressing table from hash to small numbers. It stores no keys:
// the owner has them anyway and compares. Order inside the table is never observable.
//
//   slots_: [ {hash, value} | empty | {hash, value} … ]   power of two, linear probing, at most 3/4 full
//                                                        and, above 64 slots, at least 1/8 (see
//                                                        spare_room.hpp)
//
// A slot is eight bytes, so that a probe that goes on stays in its cache line. It keeps 32 bits of the hash:
// they are where the value would like to stand, and the filter before the owner compares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "base/spare_room.hpp"

namespace pint {

// The last bytes of a text, at least one and at most eight of them, all in one number. Whole reads that
// overlap: a copy of a length that is not known before costs more than the hash.
inline std::uint64_t last_bytes(std::string_view text) {
  const char* const end = text.data() + text.size();
  std::uint64_t word = 0;
  if (text.size() >= 8) {
    std::memcpy(&word, end - 8, 8);
    return word;
  }
  if (text.size() >= 4) {
    std::uint32_t front, back;
    std::memcpy(&front, text.data(), 4);
    std::memcpy(&back, end - 4, 4);
    return std::uint64_t{back} << 32 | front;
  }
  for (const std::size_t at : {std::size_t{0}, text.size() / 2, text.size() - 1}) {
    word = word << 8 | static_cast<unsigned char>(text[at]);
  }
  return word;
}

// A fast hash of a text: eight bytes a step, multiply and fold. Not for adversaries, not for storage.
inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed = 0) {
  constexpr std::uint64_t kMultiplier = 0x9FB21C651E98DF25u;
  std::uint64_t h = seed ^ (text.size() * kMultiplier);
  const char* at = text.data();
  for (std::size_t left = text.size(); left > 8; left -= 8, at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    h = (h ^ word) * kMultiplier;
    h ^= h >> 32;
  }
  if (!text.empty()) h = (h ^ last_bytes(text)) * kMultiplier;
  h ^= h >> 32;
  h *= kMultiplier;
  return h ^ (h >> 29);
}

class HashIndex {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  // The first value under `hash` for which is_it(value) holds, or kNone.
  template <class Predicate>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Predicate is_it) const {
    if (size_ == 0) return kNone;
    const std::uint32_t folded = fold(hash);
    for (std::size_t i = folded & mask();; i = (i + 1) & mask()) {
      const Slot& slot = slots_[i];
      if (slot.value == kNone) return kNone;
      if (slot.hash == folded && is_it(slot.value)) return slot.value;
    }
  }

  // Precondition: the value is not there yet; value != kNone.
  void insert(std::uint64_t hash, std::uint32_t value) {
    PINT_ASSERT(value != kNone);
    if ((size_ + 1) * 4 > slots_.size() * 3) resize(slots_.empty() ? 8 : slots_.size() * 2);
    place({fold(hash), value});
    ++size_;
  }

  // Replace one value by another under the same hash.
  void replace(std::uint64_t hash, std::uint32_t from, std::uint32_t to) {
    slots_[position_of(hash, from)].value = to;
  }

  // Precondition: the value is there. Moves followers back, so that no tombstones are needed.
  void erase(std::uint64_t hash, std::uint32_t value) {
    std::size_t hole = position_of(hash, value);
    for (std::size_t i = (hole + 1) & mask(); slots_[i].value != kNone; i = (i + 1) & mask()) {
      const std::size_t home = slots_[i].hash & mask();
      const bool stays = hole < i ? (home > hole && home <= i) : (home > hole || home <= i);
      if (stays) continue;
      slots_[hole] = slots_[i];
      hole = i;
    }
    slots_[hole].value = kNone;
    if (--size_ == 0)
      slots_ = {};
    else if (has_spare_room(size_, slots_.size()))
      resize(slots_.size() / 2);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t value = kNone;
  };

  static std::uint32_t fold(std::uint64_t hash) { return static_cast<std::uint32_t>(hash ^ hash >> 32); }

  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }

  [[nodiscard]] std::size_t position_of(std::uint64_t hash, std::uint32_t value) const {
    PINT_ASSERT(size_ > 0);
    std::size_t i = fold(hash) & mask();
    while (slots_[i].value != value) {
      PINT_ASSERT(slots_[i].value != kNone);
      i = (i + 1) & mask();
    }
    return i;
  }

  void place(const Slot& slot) {
    std::size_t i = slot.hash & mask();
    while (slots_[i].value != kNone) i = (i + 1) & mask();
    slots_[i] = slot;
  }

  void resize(std::size_t slots) {
    std::vector<Slot> old(slots);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.value != kNone) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace pint
