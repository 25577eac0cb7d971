// Templates of stubs: text with {1}, {topic}, {client} and {payload} in it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <pint/journal.hpp>

namespace pint::testkit {

// What the wildcards of a Topic Filter stand for in a topic that it matches; # stands for all the rest,
// nothing if it stands for the parent level.
[[nodiscard]] std::vector<std::string_view> wildcard_levels(std::string_view filter, std::string_view topic);

class StubTemplate {
 public:
  // Throws std::invalid_argument for placeholders that do not exist. `filter` is the requests'.
  StubTemplate(std::string_view text, std::string_view filter);

  // Precondition: the request's topic matches the filter.
  [[nodiscard]] std::string render(const Record& request) const;

 private:
  enum class Kind : unsigned char { text, level, topic, client, payload };
  struct Part {
    Kind kind = Kind::text;
    std::string text = {};
    std::size_t level = 0;  // counted from 0
  };
  [[nodiscard]] Part placeholder(std::string_view name) const;

  std::string filter_;
  std::vector<Part> parts_;
};

}  // namespace pint::testkit
