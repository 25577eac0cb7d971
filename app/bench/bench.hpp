// `pintbroker bench`: what the subcommand does, from its words to the exit code.
#pragma once

#include <span>

namespace pint::bench {

// 0: done, and every message arrived as it must; 1: some did not; 2: it could not be done.
[[nodiscard]] int run(std::span<const char* const> words);

}  // namespace pint::bench
