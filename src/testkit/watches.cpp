#include "testkit/watches.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

namespace pint::testkit {
namespace {

// Longer than any test; a wait until then cannot overflow the clock.
constexpr Duration kLongestWait = std::chrono::hours{24 * 365};

}  // namespace

bool Watch::look(const Journal& journal) {
  const std::lock_guard lock(lock_);
  if (done()) return true;
  try {
    outcome_.found = search_.look(journal);
  } catch (const std::exception& error) {
    outcome_.thrown = std::string("A predicate threw \"") + error.what() + '"';
  } catch (...) {
    outcome_.thrown = "A predicate threw something that is no std::exception";
  }
  if (done()) ended_.notify_all();
  return done();
}

void Watch::wait_for(Duration real_time) {
  std::unique_lock lock(lock_);
  ended_.wait_for(lock, std::min(real_time, kLongestWait), [this] { return done(); });
}

void Watches::remove(const std::shared_ptr<Watch>& watch, const Journal& journal) {
  watch->look(journal);
  std::erase_if(watches_, [&](const auto& each) { return each.lock() == watch; });
}

void Watches::look(const Journal& journal) {
  std::erase_if(watches_, [&](const std::weak_ptr<Watch>& each) {
    const std::shared_ptr<Watch> watch = each.lock();
    return !watch || watch->look(journal);
  });
}

}  // namespace pint::testkit
