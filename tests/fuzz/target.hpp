// What a fuzz target is: one function that is given bytes and finds out whether the code does with them what
// it promises. libfuzzer.cpp offers it to libFuzzer; replay.cpp calls it with the files of a corpus, so that
// any compiler can. A target keeps nothing between inputs.
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "sim/violation.hpp"

namespace pint::fuzz {

using sim::require;  // throws Violation, which ends the run with its sentence

// Try one input, which stands in a block of exactly its size. Returns if every promise holds; throws or
// aborts if not.
void try_input(ByteView input);

// Try it and end the process with a sentence if it throws.
void try_input_or_abort(ByteView input);

// Takes the text up to the next newline, or all that is left: for targets that need several texts.
inline std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

}  // namespace pint::fuzz
