#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace pint {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "pintbroker: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace pint
