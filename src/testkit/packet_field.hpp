// What fits into a field of a packet that a test makes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "testkit/pattern_criterion.hpp"

namespace pint::testkit {

// Throw std::invalid_argument for a text or binary field that its two bytes of length cannot tell.
// [section 1.5.4] [section 1.5.6]
inline void refuse_if_long(const char* what, std::string_view bytes) {
  constexpr std::size_t kMaxText = 65'535;
  refuse_unless(bytes.size() <= kMaxText, std::string(what) + " cannot be encoded: it has " +
                                              std::to_string(bytes.size()) +
                                              " bytes, and 65,535 is the most");
}

}  // namespace pint::testkit
