// Patterns of the test kit: names with * and ?, Topic Filters, JSON pointers and JSON values. The input is
// lines: a name pattern, a client name, a Topic Filter, a JSON pointer, a JSON value; the rest is a payload.
// What is impossible is refused with std::invalid_argument when it is made; nothing else is ever thrown.
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <pint/pattern.hpp>

#include "fuzz/target.hpp"
#include "mqtt/utf8.hpp"
#include "testkit/json_pointer.hpp"

namespace pint::fuzz {
namespace {

std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
    for (end = at + 1; end < text.size() && (static_cast<unsigned char>(text[end]) >> 6) == 2;) ++end;
    characters.push_back(text.substr(at, end - at));
  }
  return characters;
}

// Whether the first i characters of the pattern match the first j of the name: a table, row by row.
bool plain_glob(std::string_view pattern, std::string_view name) {
  const std::vector<std::string_view> letters = characters_of(name);
  std::vector<bool> row(letters.size() + 1, false);
  row[0] = true;
  for (const std::string_view p : characters_of(pattern)) {
    std::vector<bool> next(letters.size() + 1, false);
    next[0] = p == "*" && row[0];
    for (std::size_t j = 1; j <= letters.size(); ++j) {
      if (p == "*")
        next[j] = row[j] || next[j - 1];
      else
        next[j] = row[j - 1] && (p == "?" || p == letters[j - 1]);
    }
    row = next;
  }
  return row.back();
}

// What is no UTF-8 has no characters; no Client Identifier is like that. [MQTT-3.1.3-4]
void check_name(std::string_view pattern, std::string_view name) {
  if (!mqtt::is_utf8_text(pattern) || !mqtt::is_utf8_text(name)) return;
  require(client_matches(pattern, name) == plain_glob(pattern, name), "whether a name matches is in dispute");
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

  check_name(name_pattern, client);
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
