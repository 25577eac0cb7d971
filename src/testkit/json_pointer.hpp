// Comparing a value inside a JSON text. Keeps Boost.JSON out of everybody else's sight.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pint::testkit {

// What must stand at a JSON pointer (RFC 6901) of a text. Numbers are compared by value: 21, 21.0 and 2.1e1
// are equal, also inside arrays and objects; one too large for a double counts as the largest. The order of
// members does not count.
class JsonExpectation {
 public:
  // Throws std::invalid_argument with a sentence if one or the other is none.
  JsonExpectation(std::string_view pointer, std::string_view json);

  [[nodiscard]] bool holds(std::string_view text) const;
  // The value there as JSON, "nothing there", or "no JSON".
  [[nodiscard]] std::string actual(std::string_view text) const;
  [[nodiscard]] const std::string& expected() const { return expected_; }  // as given

 private:
  struct Value;
  std::string pointer_;
  std::string expected_;
  std::shared_ptr<const Value> value_;
};

}  // namespace pint::testkit
