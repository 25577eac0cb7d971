// Verification: what await(), verify() and check() have in common: how long a wait lasts, when it is over,
// and what is said when it failed.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <pint/testkit.hpp>

#include "testkit/workbench.hpp"

namespace pint::testkit {

// What was found, and whether it is what was expected.
struct Verified {
  Verdict verdict = {};
  std::vector<Record> records = {};
};

// `within`: see TestBroker::verify.
[[nodiscard]] Verified verify(Workbench& bench, const Pattern& pattern, const Times& times,
                             std::optional<Nanoseconds> within);
[[nodiscard]] Verified verify_order(Workbench& bench, const std::vector<Pattern>& patterns,
                                   std::optional<Nanoseconds> within);

// The verdict on a search that did not find the one record it wanted; `what_failed` begins the sentence.
[[nodiscard]] Verdict nothing_found(Workbench& bench, const Pattern& pattern, const CountSearch& search,
                                    std::string_view what_failed);
}  // namespace pint::testkit
