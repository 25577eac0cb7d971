// The function libFuzzer looks for.
#include "fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  pint::fuzz::try_input_or_abort({bytes, size});
  return 0;
}
