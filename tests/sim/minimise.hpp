// Minimise: make a failing schedule small (delta debugging). Parts of it are left out, first large ones, then
// small ones, as long as it still fails.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/schedule.hpp"

namespace pint::sim {

// Positions in the schedule.
using Kept = std::vector<std::size_t>;
[[nodiscard]] Schedule only(const Schedule& schedule, const Kept& kept);

// `fails` is asked about parts of `kept`, which fails as it is. Gives one that fails still, and no longer
// fails when any single action is left out.
[[nodiscard]] Kept minimise(Kept kept, const std::function<bool(const Kept&)>& fails);

// "0-3,7,9": how a part is written on the command line, and read from it (nothing if it cannot be read).
[[nodiscard]] std::string to_text(const Kept& kept);
[[nodiscard]] std::optional<Kept> kept_from(std::string_view text);

}  // namespace pint::sim
