// MemoryMeter: how many message bytes an engine holds. Whoever allocates for messages adds, and subtracts on
// freeing.
#pragma once

#include <cstddef>

namespace pint {

struct MemoryMeter {
  std::size_t bytes = 0;
};

}  // namespace pint
