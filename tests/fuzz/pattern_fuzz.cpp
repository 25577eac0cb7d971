// Patterns of the test kit: names with * and ?, Topic Filters, JSON pointers and JSON values. The input is
// lines: a name pattern, a client name, a Topic Filter, a JSON pointer, a JSON value; the rest is a payload.
// What is impossible is refused with std::invalid_argument when it is made; nothing else is ever thrown.
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <pint/pattern.hpp>

#include "fuzz/target.hpp"
#include "testkit/json_pointer.hpp"

namespace pint::fuzz {
namespace {

// Whether the first i characters of the pattern match the first j of the name: a table, row by row.
bool plain_glob(std::string_view pattern, std::string_view name) {
  std::vector<bool> row(name.size() + 1, false);
  row[0] = true;
  for (const char p : pattern) {
    std::vector<bool> next(name.size() + 1, false);
    next[0] = p == '*' && row[0];
    for (std::size_t j = 1; j <= name.size(); ++j) {
      if (p == '*')
        next[j] = row[j] || next[j - 1];
      else
        next[j] = row[j - 1] && (p == '?' || p == name[j - 1]);
    }
    row = next;
  }
  return row.back();
}

// What the maker makes, or nothing if it refuses with a sentence.
template <class Make>
auto made(Make make) -> std::optional<decltype(make())> {
  try {
    return make();
  } catch (const std::invalid_argument& refusal) {
    require(refusal.what()[0] != '\0', "refused without a word");
    return std::nullopt;
  }
}

void check_pattern(const Pattern& pattern, const Record& record) {
  require(!pattern.describe().empty(), "a pattern has no words for itself");
  require(pattern.matches(record) == pattern.differences(record).empty(),
          "a pattern matches and differs, or neither");
  (void)explain_miss(pattern, {record}, "Nothing");
}

// Boost.JSON 1.81 reads numbers of many digits or with an exponent to the last place but one, so that a
// number and the shortest text for it may differ.
bool has_long_number(std::string_view text) {
  constexpr std::size_t kExactDigits = 15;
  std::size_t run = 0;
  for (const char c : text) {
    const bool in_number = std::string_view("0123456789.eE+-").find(c) != std::string_view::npos;
    run = in_number ? run + 1 : 0;
    if (run > kExactDigits || (in_number && run > 1 && (c == 'e' || c == 'E'))) return true;
  }
  return false;
}

// What stands in the text at the pointer is what is said to stand there.
void check_json(std::string_view pointer, std::string_view json, std::string_view text) {
  const auto wanted = made([&] { return testkit::JsonExpectation(pointer, json); });
  if (!wanted) return;
  const std::string actual = wanted->actual(text);
  const bool there = actual != "no JSON" && actual != "nothing there";
  require(there || !wanted->holds(text), "a value is expected, not there, and equal");
  if (!there) return;
  const auto same = made([&] { return testkit::JsonExpectation(pointer, actual); });
  require(same.has_value(), "a JSON value is shown as what is no JSON");
  require(same->holds(text) || has_long_number(text) || has_long_number(actual),
          "a JSON value is shown as another");
}

void check_whole_json(std::string_view json) {
  const auto whole = made([&] { return testkit::JsonExpectation("", json); });
  if (whole) require(whole->holds(json), "a JSON text is not equal to itself");
}

}  // namespace

void try_input(ByteView input) {
  std::string_view rest = as_text(input);
  const std::string_view name_pattern = take_line(rest);
  const std::string_view client = take_line(rest);
  const std::string_view filter = take_line(rest);
  const std::string_view pointer = take_line(rest);
  const std::string_view json = take_line(rest);

  require(client_matches(name_pattern, client) == plain_glob(name_pattern, client),
          "whether a name matches is in dispute");
  check_whole_json(json);
  check_json(pointer, json, rest);

  Record record;
  record.kind = RecordKind::published;
  record.client_id = client;
  record.topic = "a/b";
  record.payload = rest;
  if (const auto by_name = made([&] { return published().client(name_pattern); }))
    check_pattern(*by_name, record);
  if (const auto by_topic = made([&] { return published(filter); })) check_pattern(*by_topic, record);
  const auto by_json = made([&] { return published("#").payload_json(pointer, json); });
  if (by_json) check_pattern(*by_json, record);
}

}  // namespace pint::fuzz
