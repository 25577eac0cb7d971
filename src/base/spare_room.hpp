// When a list or a table that grows by doubling gives room back: once less than an eighth of it is in use,
// half of it goes. One rule for all of them, with the distance between growing and shrinking that lets
// nothing thrash:
//
//   full: capacity doubles, then 1/2 is in use     below 1/8: capacity halves, then 1/4 is in use
//
// From either, an eighth of the capacity or more has to come or go before anything is moved again, so that
// what is moved is amortised O(1) a change. What stays is room for eight times what there is.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace pint {

// Up to here room is kept: it is not worth a call to the allocator.
constexpr std::size_t kRoomKept = 64;

[[nodiscard]] constexpr bool has_spare_room(std::size_t size, std::size_t capacity) {
  return capacity > kRoomKept && size < capacity / 8;
}

// After something was taken out of `list`. Moves what is in it.
template <class T>
void give_back_spare_room(std::vector<T>& list) {
  if (!has_spare_room(list.size(), list.capacity())) return;
  std::vector<T> smaller;
  smaller.reserve(list.capacity() / 2);
  for (T& each : list) smaller.push_back(std::move(each));
  list.swap(smaller);
}

}  // namespace pint
