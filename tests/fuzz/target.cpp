#include "fuzz/target.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

namespace pint::fuzz {

void try_input_or_abort(ByteView input) {
  try {
    try_input(input);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz: %s\n", error.what());
    std::abort();
  }
}

}  // namespace pint::fuzz
