#include "testkit/stub_template.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "mqtt/topic.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) {
  return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The name of the placeholder that begins the text; empty if none does.
std::string_view placeholder_name(std::string_view text) {
  const std::size_t end = text.find('}');
  if (text.front() != '{' || end == std::string_view::npos) return {};
  const std::string_view name = text.substr(1, end - 1);
  return std::ranges::all_of(name, is_name_part) ? name : std::string_view();
}

std::size_t wildcards_in(std::string_view filter) {
  return static_cast<std::size_t>(std::ranges::count_if(filter, [](char c) { return c == '+' || c == '#'; }));
}

}  // namespace

std::vector<std::string_view> wildcard_levels(std::string_view filter, std::string_view topic) {
  std::vector<std::string_view> found;
  std::size_t begin = 0;  // of the level in the topic
  for (mqtt::Levels levels(filter); !levels.done();) {
    const std::string_view level = levels.next();
    if (level == "#") {
      found.push_back(topic.substr(std::min(begin, topic.size())));
      break;
    }
    const std::size_t end = std::min(topic.find('/', begin), topic.size());
    if (level == "+") found.push_back(topic.substr(begin, end - begin));
    begin = end + 1;
  }
  return found;
}

StubTemplate::StubTemplate(std::string_view text, std::string_view filter) : filter_(filter) {
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view name = placeholder_name(text.substr(at));
    if (!name.empty()) {
      parts_.push_back(placeholder(name));
      at += name.size() + 2;
      continue;
    }
    const std::size_t next = std::min(text.find('{', at + 1), text.size());
    parts_.push_back({.text = std::string(text.substr(at, next - at))});
    at = next;
  }
}

StubTemplate::Part StubTemplate::placeholder(std::string_view name) const {
  if (name == "topic") return {.kind = Kind::topic};
  if (name == "client") return {.kind = Kind::client};
  if (name == "payload") return {.kind = Kind::payload};
  const std::string what = "the placeholder {" + std::string(name) + "}";
  if (!std::ranges::all_of(name, is_digit)) {
    throw std::invalid_argument(what + " does not exist: there are {1}, {2} …, {topic}, {client} and " +
                                "{payload}; a function can make text with such braces");
  }
  std::size_t number = 0;
  const bool is_number = std::from_chars(name.data(), name.data() + name.size(), number).ec == std::errc();
  const std::size_t wildcards = wildcards_in(filter_);
  if (is_number && number >= 1 && number <= wildcards) return {.kind = Kind::level, .level = number - 1};
  throw std::invalid_argument(what + " stands for nothing: " + in_quotes(filter_) + " has " +
                              std::to_string(wildcards) + (wildcards == 1 ? " wildcard" : " wildcards") +
                              ", counted from 1");
}

std::string StubTemplate::render(const Record& request) const {
  const std::vector<std::string_view> levels = wildcard_levels(filter_, request.topic);
  std::string out;
  for (const Part& part : parts_) {
    switch (part.kind) {
      case Kind::text: out += part.text; break;
      case Kind::level: out += levels.at(part.level); break;
      case Kind::topic: out += request.topic; break;
      case Kind::client: out += request.client_id; break;
      case Kind::payload: out += request.payload; break;
    }
  }
  return out;
}

}  // namespace pint::testkit
