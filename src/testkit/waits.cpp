#include "testkit/waits.hpp"

#include "base/assert.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

bool near(Duration actual, Duration wanted) {
  const Duration off = actual > wanted ? actual - wanted : wanted - actual;
  return off <= wanted / 50;
}

}  // namespace

bool back_off(const Waits& waits) {
  PINT_ASSERT(!waits.empty());
  return waits.back() >= waits.front() + waits.front() / 2;
}

bool lack_jitter(const Waits& waits) {
  for (std::size_t i = 1; i < waits.size(); ++i) {
    if (!near(waits[i], 2 * waits[i - 1]) && !near(waits[i], waits[i - 1])) return false;
  }
  return true;
}

std::string text_of(const Waits& waits) {
  std::string text;
  for (const Duration wait : waits) text += (text.empty() ? "" : ", ") + text_of(wait).substr(1);
  return text;
}

}  // namespace pint::testkit
