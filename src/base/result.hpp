// Result<T>: a value, or the Refusal that says which Reason Code the peer has earned and, in one sentence
// with the clause it broke, why.
#pragma once

#include <optional>
#include <utility>

#include <pint/error.hpp>

#include "base/assert.hpp"

namespace pint {

struct Refusal {
  ReasonCode reason = ReasonCode::unspecified_error;
  const char* why = "";  // a literal: lives for ever
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Refusal refusal) : refusal_(refusal) { PINT_ASSERT(is_failure(refusal.reason)); }

  explicit operator bool() const { return value_.has_value(); }
  [[nodiscard]] T& operator*() {
    PINT_ASSERT(value_.has_value());
    return *value_;
  }
  [[nodiscard]] const T& operator*() const {
    PINT_ASSERT(value_.has_value());
    return *value_;
  }
  [[nodiscard]] T* operator->() { return &**this; }
  [[nodiscard]] const T* operator->() const { return &**this; }
  [[nodiscard]] const Refusal& refusal() const {
    PINT_ASSERT(!value_.has_value());
    return refusal_;
  }

 private:
  std::optional<T> value_;
  Refusal refusal_{};
};

}  // namespace pint
