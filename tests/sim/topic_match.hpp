// Topic Filters, read and matched the plain way: taken apart into levels, compared level by level. Written
// from section 4.7 and 4.8.2 of the standard, and sharing nothing with src/mqtt/topic, so that the two can
// disagree.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pint::sim {

struct Filter {
  std::string share_name;  // empty: not shared
  std::vector<std::string> levels;
};

// Nothing if the text is no Topic Filter.
[[nodiscard]] std::optional<Filter> read_filter(std::string_view text);
// What is no filter as a shared one may still be one for 3.x, which knows nothing of shares.
[[nodiscard]] bool has_filter_form(std::string_view text);
[[nodiscard]] std::vector<std::string> levels_of(std::string_view topic);
[[nodiscard]] bool filter_matches(const Filter& filter, const std::vector<std::string>& topic_levels);

}  // namespace pint::sim
