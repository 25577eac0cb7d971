#include "overload/stage.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace pint::overload {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kPatience{60};
constexpr std::uint64_t kBystanders = 2;

// Sanitizers have memory of their own, and keep what is freed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryTells = false;
#else
constexpr bool kMemoryTells = true;
#endif

std::string in_mib(std::size_t bytes) { return grouped(bytes / kMiB) + " MiB"; }

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

bool Outcome::good() const { return std::ranges::all_of(claims, &Claim::holds); }

Stage::Stage(const Scenario& scenario, Scale scale)
    : scale_(scale), broker_(scenario, scale), bystander_(broker_.port()) {
  serve_bystander();
  outcome_.name = scenario.name;
  outcome_.resident_before = broker_.resident_bytes();
}

Figures Stage::await(std::string_view what, const std::function<bool(const Figures&)>& wanted) const {
  const steady_clock::time_point deadline = steady_clock::now() + kPatience;
  for (;;) {
    const Figures figures = broker_.figures();
    if (wanted(figures)) return figures;
    if (steady_clock::now() > deadline) throw std::runtime_error("waited a minute for " + std::string(what));
    std::this_thread::yield();
  }
}

void Stage::check_recovery(const MemoryBounds& bounds) {
  await("the end of all connections but the bystander's and those that stay",
        [&](const Figures& figures) { return figures["clients_connected"] == kBystanders + bounds.stay; });
  serve_bystander();
  outcome_.figures = broker_.figures();
  outcome_.resident_peak = broker_.resident_bytes_peak();
  outcome_.resident_after = broker_.resident_bytes();
  broker_.trim();
  outcome_.resident_trimmed = broker_.resident_bytes();
  if (!kMemoryTells) return;
  check_as_ever("never more than " + in_mib(bounds.peak) + " above its start",
                outcome_.resident_peak <= outcome_.resident_before + bounds.peak);
  check_as_ever("afterwards at most " + in_mib(bounds.after) + " above it",
                outcome_.resident_after <= outcome_.resident_before + bounds.after);
}

void Stage::finish() { check_as_ever("it ends as asked", broker_.stop() == 0); }

}  // namespace pint::overload
