// How often this program has asked for memory, and for how much. Linking allocation_counter.cpp replaces the
// global operators new and delete by ones that count; everything else about them is as usual.
#pragma once

#include <cstddef>

namespace pint::test {

// Calls of any operator new since the program began, by any thread.
[[nodiscard]] std::size_t allocations();
// The sizes they asked for, added up.
[[nodiscard]] std::size_t allocated_bytes();

}  // namespace pint::test
