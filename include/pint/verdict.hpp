// Verdict and TestFailure: the two forms of a failed expectation, a value and an exception. Either one's text
// is the whole explanation.
#pragma once

#include <stdexcept>
#include <string>

namespace pint {

class TestFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Verdict {
  bool passed = true;
  std::string explanation = {};  // empty if it passed
  explicit operator bool() const { return passed; }
};

}  // namespace pint
