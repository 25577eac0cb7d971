#include "testkit/json_pointer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace pint::testkit {
namespace {

namespace json = boost::json;

json::string_view view_of(std::string_view text) { return {text.data(), text.size()}; }

// Make an integer of a number that is one, so that operator== compares by value: it holds 21 and 21.0 apart.
// The same kind of integer that the parser makes of one written without a point.
void simplify_number(json::value& value) {
  constexpr double kTwoTo63 = 9'223'372'036'854'775'808.0, kTwoTo64 = 2 * kTwoTo63;
  double* number = value.if_double();
  if (number == nullptr) return;
  if (std::isnan(*number)) *number = 0;  // 0e400: Boost.JSON multiplies 0 by an infinite power of ten
  constexpr double kLargest = std::numeric_limits<double>::max();
  *number = std::clamp(*number, -kLargest, kLargest);  // JSON has no word for infinity
  if (std::trunc(*number) != *number) return;
  if (*number >= -kTwoTo63 && *number < kTwoTo63)
    value = static_cast<std::int64_t>(*number);
  else if (*number >= kTwoTo63 && *number < kTwoTo64)
    value = static_cast<std::uint64_t>(*number);
}

void simplify_numbers(json::value& root) {
  for (std::vector<json::value*> open = {&root}; !open.empty();) {
    json::value& value = *open.back();
    open.pop_back();
    simplify_number(value);
    if (json::array* array = value.if_array()) {
      for (json::value& element : *array) open.push_back(&element);
    } else if (json::object* object = value.if_object()) {
      for (json::key_value_pair& member : *object) open.push_back(&member.value());
    }
  }
}

// Nothing if the text is no JSON.
std::optional<json::value> parse(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(view_of(text), error);
  if (error) return std::nullopt;
  simplify_numbers(value);
  return value;
}

// "" or "/…", and "~" only as "~0" and "~1".
bool is_pointer(std::string_view text) {
  if (text.empty()) return true;
  if (text.front() != '/') return false;
  for (std::size_t at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1)) {
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

const json::value* find(const json::value& root, std::string_view pointer) {
  json::error_code error;
  return root.find_pointer(view_of(pointer), error);
}

// As people write it: Boost.JSON would write 21.5 as 2.15E1.
std::string text_of(const json::value& value) {
  const double* number = value.if_double();
  if (number == nullptr) return json::serialize(value);
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), *number).ptr};
}

}  // namespace

struct JsonExpectation::Value {
  json::value value;
};

JsonExpectation::JsonExpectation(std::string_view pointer, std::string_view json)
    : pointer_(pointer), expected_(json) {
  if (!is_pointer(pointer)) {
    throw std::invalid_argument('"' + pointer_ +
                                "\" is no JSON pointer: it begins with / and has ~ only as ~0 or ~1");
  }
  std::optional<json::value> value = parse(json);
  if (!value) {
    throw std::invalid_argument('"' + std::string(json) +
                                "\" is no JSON; a text stands in quotation marks of its own: \"\\\"on\\\"\"");
  }
  value_ = std::make_shared<const Value>(Value{std::move(*value)});
}

bool JsonExpectation::holds(std::string_view text) const {
  const std::optional<json::value> root = parse(text);
  const json::value* value = root ? find(*root, pointer_) : nullptr;
  return value != nullptr && *value == value_->value;
}

std::string JsonExpectation::actual(std::string_view text) const {
  const std::optional<json::value> root = parse(text);
  if (!root) return "no JSON";
  const json::value* value = find(*root, pointer_);
  return value == nullptr ? "nothing there" : text_of(*value);
}

}  // namespace pint::testkit
