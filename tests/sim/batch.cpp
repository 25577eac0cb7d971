#include "sim/batch.hpp"

#include <algorithm>
#include <numeric>

namespace pint::sim {

void Batch::add(Choice choice, bool certain, const void* source) {
  copies_.push_back({std::move(choice), certain, source});
  ++count_;
}

void Batch::add_alternative(Choice choice, const void* source) {
  if (std::ranges::find(copies_, source, &Copy::source) != copies_.end()) return;
  copies_.push_back({std::move(choice), false, source});
}

void Batch::absorb(const Batch& other) {
  copies_.insert(copies_.end(), other.copies_.begin(), other.copies_.end());
  count_ += other.count_;
}

Batch::Set Batch::those(const Test& test) const {
  Set set;
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    if (test(copies_[i].choice)) set.push_back(i);
  }
  return set;
}

// What has not been seen yet can be any copy. Every certain copy must have been seen or wait.
bool Batch::possible(const std::vector<Set>& seen) const {
  if (seen.size() > count_ || std::ranges::any_of(seen, &Set::empty)) return false;
  if (copies_.size() == 1) return true;
  Seating seating(copies_.size());
  Set all(copies_.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (std::size_t i = 0; i < count_; ++i) seating.add_guest(i < seen.size() ? seen[i] : all);
  std::vector<bool> open(copies_.size());
  for (std::size_t i = 0; i < copies_.size(); ++i) open[i] = copies_[i].certain;
  seating.seat(open);
  for (std::size_t i = 0; i < copies_.size(); ++i) {
    if (copies_[i].certain && !seating.taken(i)) return false;
  }
  seating.seat(std::vector<bool>(copies_.size(), true));
  for (std::size_t i = 0; i < count_; ++i) {
    if (!seating.seated(i)) return false;
  }
  return true;
}

bool Batch::can_see(const Test& test) const {
  std::vector<Set> seen = seen_;
  seen.push_back(those(test));
  return possible(seen);
}

std::optional<std::size_t> Batch::see(const Test& test) {
  if (!can_see(test)) return std::nullopt;
  seen_.push_back(those(test));
  return seen_.size() - 1;
}

bool Batch::can_all_be(const Test& test) const {
  std::vector<Set> seen = seen_;
  seen.resize(count_, those(test));
  return possible(seen);
}

bool Batch::narrow(std::size_t sighting, const Test& test) {
  std::vector<Set> seen = seen_;
  std::erase_if(seen[sighting], [&](std::size_t copy) { return !test(copies_[copy].choice); });
  if (!possible(seen)) return false;
  seen_ = std::move(seen);
  return true;
}

std::vector<Choice> Batch::choices_of(std::size_t sighting) const {
  std::vector<Choice> choices;
  for (const std::size_t copy : seen_[sighting]) choices.push_back(copies_[copy].choice);
  return choices;
}

std::size_t Seating::add_guest(std::vector<std::size_t> wanted) {
  wanted_.push_back(std::move(wanted));
  seated_.push_back(false);
  return wanted_.size() - 1;
}

void Seating::seat(const std::vector<bool>& open) {
  for (std::size_t guest = 0; guest < wanted_.size(); ++guest) {
    if (seated_[guest]) continue;
    visited_.assign(guest_at_.size(), false);
    seated_[guest] = seat(guest, open);
  }
}

bool Seating::seat(std::size_t guest, const std::vector<bool>& open) {
  for (const std::size_t place : wanted_[guest]) {
    if (!open[place] || visited_[place]) continue;
    visited_[place] = true;
    if (guest_at_[place] != kNobody && !seat(guest_at_[place], open)) continue;
    guest_at_[place] = guest;
    return true;
  }
  return false;
}

}  // namespace pint::sim
