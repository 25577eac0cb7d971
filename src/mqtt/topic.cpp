// Topic Names and Filters. Everything here goes once over the text, level by level, and keeps nothing.
#include "mqtt/topic.hpp"

#include <algorithm>

#include "mqtt/eight_bytes.hpp"
#include "mqtt/utf8.hpp"

namespace pint::mqtt {
namespace {

constexpr std::string_view kSharePrefix = "$share/";

bool has_wildcard_character(std::string_view text) {
  for (; text.size() >= 8; text.remove_prefix(8)) {
    if (have_wildcard(eight_bytes(text.data()))) return true;
  }
  return std::ranges::any_of(text, [](char c) { return c == '+' || c == '#'; });
}

// Wildcards stand alone in their level, and # only in the last one. [MQTT-4.7.1-1] [MQTT-4.7.1-2]
bool wildcards_stand_right(std::string_view filter) {
  Levels levels(filter);
  while (!levels.done()) {
    const std::string_view level = levels.next();
    if (level.size() > 1 && has_wildcard_character(level)) return false;
    if (level == "#" && !levels.done()) return false;
  }
  return true;
}

// Cut "$share/name/" off the front of view.filter. False if the name is empty or has a wildcard, or no / ends
// it.
bool take_share_name(TopicFilterView& view) {
  const std::string_view rest = view.text.substr(kSharePrefix.size());
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return false;
  view.share_name = rest.substr(0, slash);
  view.filter = rest.substr(slash + 1);
  return !view.share_name.empty() && !has_wildcard_character(view.share_name);
}

}  // namespace

bool has_topic_name_form(std::string_view utf8) {
  return !utf8.empty() && utf8.size() <= kMaxTopicBytes && !has_wildcard_character(utf8);
}

bool is_topic_name(std::string_view text) { return has_topic_name_form(text) && is_utf8_text(text); }

std::optional<TopicFilterView> parse_topic_filter(std::string_view text) {
  if (text.size() > kMaxTopicBytes) return std::nullopt;
  TopicFilterView view{.text = text, .filter = text, .share_name = {}, .has_wildcard = false};
  if (text.starts_with(kSharePrefix) && !take_share_name(view)) return std::nullopt;
  if (view.filter.empty()) return std::nullopt;
  view.has_wildcard = has_wildcard_character(view.filter);
  if (view.has_wildcard && !wildcards_stand_right(view.filter)) return std::nullopt;
  return view;
}

bool matches(std::string_view filter, std::string_view topic_name) {
  const bool reserved = !topic_name.empty() && topic_name.front() == '$';
  if (reserved && (filter.front() == '#' || filter.front() == '+')) return false;  // [MQTT-4.7.2-1]
  // Character by character: in a valid filter a wildcard fills its level, so that whoever meets one stands at
  // the beginning of a level in both.
  std::size_t n = 0;
  for (std::size_t f = 0; f < filter.size(); ++f) {
    if (filter[f] == '#') return true;
    if (filter[f] == '+') {
      n = std::min(topic_name.find('/', n), topic_name.size());
    } else if (n < topic_name.size() && filter[f] == topic_name[n]) {
      ++n;
    } else {
      return n == topic_name.size() && filter.substr(f) == "/#";  // # takes the parent level along
    }
  }
  return n == topic_name.size();
}

}  // namespace pint::mqtt
