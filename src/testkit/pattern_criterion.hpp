// What a pattern asks of one field of a record. Private to the pattern*.cpp files.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <pint/pattern.hpp>

#include "testkit/record_field.hpp"

namespace pint {

struct Pattern::Criterion {
  testkit::Field field = testkit::Field::any;
  std::string label;     // "qos", "payload at /celsius"
  std::string expected;  // "1", "contains \"x\""
  std::function<bool(const Record&)> holds;
  std::function<std::string(const Record&)> actual;
  bool one_value = false;  // a second one with another value cannot hold as well

  // What the record has instead; nothing if it has what was expected. Does not throw what a predicate throws:
  // that is then what the record has.
  [[nodiscard]] std::optional<std::string> different(const Record& record) const;
};

namespace testkit {

// Throw std::invalid_argument with the sentence.
[[noreturn]] void refuse(const std::string& sentence);
void refuse_unless(bool possible, const std::string& sentence);

}  // namespace testkit
}  // namespace pint
