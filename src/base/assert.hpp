// PINT_ASSERT: our own mistakes, checked in every build. A broken invariant ends the process with one line
// that says where; going on would give a test a wrong answer, which is worse.
#pragma once

namespace pint {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}

#define PINT_ASSERT(condition) \
  (static_cast<bool>(condition) ? void(0) : ::pint::assertion_failed(#condition, __FILE__, __LINE__))
