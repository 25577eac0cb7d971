#include "sim/minimise.hpp"

#include <algorithm>
#include <charconv>

namespace pint::sim {
namespace {

Kept without(const Kept& kept, std::size_t first, std::size_t count) {
  Kept rest(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(first));
  const std::size_t next = std::min(first + count, kept.size());
  rest.insert(rest.end(), kept.begin() + static_cast<std::ptrdiff_t>(next), kept.end());
  return rest;
}

// Leave out parts of one size while that helps. True if any could go.
bool shrink(Kept& kept, std::size_t size, const std::function<bool(const Kept&)>& fails) {
  bool shrunk = false;
  for (std::size_t first = 0; first < kept.size();) {
    Kept fewer = without(kept, first, size);
    if (!fewer.empty() && fails(fewer)) {
      kept = std::move(fewer);
      shrunk = true;
    } else {
      first += size;
    }
  }
  return shrunk;
}

std::optional<std::size_t> number_from(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

}  // namespace

Schedule only(const Schedule& schedule, const Kept& kept) {
  Schedule out;
  for (const std::size_t at : kept) {
    if (at < schedule.size()) out.push_back(schedule[at]);
  }
  return out;
}

Kept minimise(Kept kept, const std::function<bool(const Kept&)>& fails) {
  for (std::size_t size = std::max<std::size_t>(1, kept.size() / 2);;) {
    const bool shrunk = shrink(kept, size, fails);
    if (size > 1)
      size /= 2;
    else if (!shrunk)
      return kept;
  }
}

std::string to_text(const Kept& kept) {
  std::string text;
  for (std::size_t i = 0; i < kept.size();) {
    std::size_t last = i;
    while (last + 1 < kept.size() && kept[last + 1] == kept[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += std::to_string(kept[i]);
    if (last > i) text += '-' + std::to_string(kept[last]);
    i = last + 1;
  }
  return text;
}

std::optional<Kept> kept_from(std::string_view text) {
  Kept kept;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    const auto first = number_from(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number_from(part.substr(dash + 1));
    if (!first || !last || *last < *first) return {};
    for (std::size_t at = *first; at <= *last; ++at) kept.push_back(at);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return kept;
}

}  // namespace pint::sim
