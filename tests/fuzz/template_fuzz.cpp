// Templates of stubs: what they render, against a plain reading of what include/pint/stub.hpp says. The input
// is lines: a Topic Filter, a topic, a client's name, a template; the rest is a payload.
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "fuzz/target.hpp"
#include "mqtt/topic.hpp"
#include "sim/topic_match.hpp"
#include "testkit/stub_template.hpp"

namespace pint::fuzz {
namespace {

using testkit::StubTemplate;

constexpr std::string_view kNameParts = "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

// What the filter's wildcards stand for, level by level.
std::vector<std::string> stands_for(const std::vector<std::string>& filter,
                                    const std::vector<std::string>& topic) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < filter.size(); ++i) {
    if (filter[i] == "+") found.push_back(topic[i]);
    if (filter[i] != "#") continue;
    std::string rest;
    for (std::size_t j = i; j < topic.size(); ++j) rest += (j == i ? "" : "/") + topic[j];
    found.push_back(rest);
  }
  return found;
}

// What a placeholder of this name stands for; nothing if there is none.
std::optional<std::string> filled(const std::string& name, const Record& request,
                                  const std::vector<std::string>& levels) {
  if (name == "topic") return request.topic;
  if (name == "client") return request.client_id;
  if (name == "payload") return request.payload;
  if (name.find_first_not_of("0123456789") != std::string::npos) return {};
  const std::string digits = name.substr(std::min(name.find_first_not_of('0'), name.size()));
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (digits == std::to_string(i + 1)) return levels[i];
  }
  return {};
}

// The rendition, or nothing if the template names what is not there.
std::optional<std::string> plain_rendition(std::string_view text, const Record& request,
                                           const std::vector<std::string>& levels) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.front() == '{' ? text.find_first_not_of(kNameParts, 1) : 0;
    if (end < 2 || end == std::string_view::npos || text[end] != '}') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::optional<std::string> value = filled(std::string(text.substr(1, end - 1)), request, levels);
    if (!value) return {};
    out += *value;
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

void try_input(ByteView input) {
  std::string_view rest = as_text(input);
  const std::string_view filter = take_line(rest);
  const std::string_view topic = take_line(rest);
  const std::string_view client = take_line(rest);
  const std::string_view text = take_line(rest);
  const std::optional<sim::Filter> read = sim::read_filter(filter);
  if (!read || !read->share_name.empty() || !mqtt::is_topic_name(topic)) return;
  const std::vector<std::string> topic_levels = sim::levels_of(topic);
  if (!sim::filter_matches(*read, topic_levels)) return;

  const Record request{
      .client_id = std::string(client), .topic = std::string(topic), .payload = std::string(rest)};
  const std::optional<std::string> expected =
      plain_rendition(text, request, stands_for(read->levels, topic_levels));
  std::optional<std::string> rendered;
  try {
    rendered = StubTemplate(text, filter).render(request);
  } catch (const std::invalid_argument& refusal) {
    require(!std::string_view(refusal.what()).empty(), "a template is refused without a word");
  }
  require(rendered == expected, "a template renders something else than a plain reading of it");
}

}  // namespace pint::fuzz
