// Topic Names and Topic Filters: what is one, and which filter matches which name. Byte for byte, nothing
// normalised. [MQTT-4.7.3-4]
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace pint::mqtt {

constexpr std::size_t kMaxTopicBytes = 65'535;  // [MQTT-4.7.3-3]

// At least one character, no wildcard, no U+0000, UTF-8, at most 65,535 bytes. [MQTT-3.3.2-2] [MQTT-4.7.3-1]
[[nodiscard]] bool is_topic_name(std::string_view text);
// The same without the UTF-8 check, for text that decode has already checked.
[[nodiscard]] bool has_topic_name_form(std::string_view utf8);

// A Topic Filter taken apart. Views into the text it was parsed from.
struct TopicFilterView {
  std::string_view text;        // all of it
  std::string_view filter;      // without $share/name/; what topics are matched with
  std::string_view share_name;  // empty: not shared
  bool has_wildcard = false;
  [[nodiscard]] bool shared() const { return !share_name.empty(); }
};

// Nothing if it is no Topic Filter: misplaced # or + [MQTT-4.7.1-1] [MQTT-4.7.1-2], empty [MQTT-4.7.3-1], a
// $share without a name or a filter [MQTT-4.8.2-1], a wildcard in the name [MQTT-4.8.2-2]. "$share" alone and
// "$sharex/a" are ordinary filters. Does not check UTF-8 (is_utf8_text does).
[[nodiscard]] std::optional<TopicFilterView> parse_topic_filter(std::string_view text);

// Whether the filter (without $share) matches the name. Both must be valid. No allocation, no recursion.
// [MQTT-4.7.2-1]: wildcards at the front do not match names that begin with $.
[[nodiscard]] bool matches(std::string_view filter, std::string_view topic_name);

// Takes levels off the front of a topic, one a call; done() after the last. "a//b" has three, the middle one
// empty.
class Levels {
 public:
  explicit Levels(std::string_view topic) : rest_(topic) {}
  [[nodiscard]] bool done() const { return done_; }
  std::string_view next() {
    const std::size_t slash = rest_.find('/');
    const std::string_view level = rest_.substr(0, slash);
    done_ = slash == std::string_view::npos;
    if (!done_) rest_.remove_prefix(slash + 1);
    return level;
  }

 private:
  std::string_view rest_;
  bool done_ = false;
};

}  // namespace pint::mqtt
