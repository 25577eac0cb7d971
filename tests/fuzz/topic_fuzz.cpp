// Topic Names and Topic Filters against the plain reading of the standard that the simulator has
// (sim/topic_match, which shares nothing with src/mqtt/topic). The input is lines: a Topic Name, then
// filters, which are matched one by one and all together by the index.
#include <algorithm>
#include <string>
#include <vector>

#include "core/subscription_index.hpp"
#include "fuzz/target.hpp"
#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"
#include "sim/topic_match.hpp"

namespace pint::fuzz {
namespace {

// Whether it is a Topic Name: section 4.7 once more, the plain way.
bool plain_topic_name(std::string_view text) {
  return !text.empty() && text.size() <= 65'535 && text.find_first_of("+#") == std::string_view::npos &&
         mqtt::is_utf8_text(text);
}

// Give the filter's parts if it is one, and see whether the plain reading agrees.
std::optional<mqtt::TopicFilterView> checked_filter(std::string_view text) {
  const auto filter = mqtt::parse_topic_filter(text);
  const auto plain = sim::read_filter(text);
  require(filter.has_value() == plain.has_value(), "what is a Topic Filter is in dispute");
  if (!filter) return std::nullopt;
  require(filter->share_name == plain->share_name, "a share name is in dispute");
  require(filter->has_wildcard == (filter->filter.find_first_of("+#") != std::string_view::npos),
          "whether a filter has a wildcard is in dispute");
  return filter;
}

class Filters {
 public:
  void add(const mqtt::TopicFilterView& filter) {
    const core::ReceiverId receiver = core::ReceiverId::of(core::RuleKey{0});
    const auto added = index_.add(filter, {.receiver = receiver, .options = {}});
    const bool known = std::ranges::find(texts_, filter.text) != texts_.end();
    require(added.replaced == known, "the index mistakes a new filter for a known one");
    if (!known) texts_.emplace_back(filter.text);
    require(index_.size() == texts_.size(), "the index counts wrongly");
  }

  // The texts of the filters that match, by the index and by the plain reading.
  void check_match(std::string_view topic) {
    std::vector<std::string> found, plain;
    index_.match(topic, [&](core::FilterId, core::SubscriptionIndex::Filter& filter) {
      found.emplace_back(filter.text);
    });
    const std::vector<std::string> levels = sim::levels_of(topic);
    std::ranges::copy_if(texts_, std::back_inserter(plain), [&](const std::string& text) {
      return sim::filter_matches(*sim::read_filter(text), levels);
    });
    std::ranges::sort(found);
    std::ranges::sort(plain);
    require(found == plain, "the index finds other filters than match");
  }

  void remove_half() {
    for (std::size_t i = 0; i < texts_.size() / 2; ++i) {
      index_.remove(index_.find_filter(texts_[i]), core::ReceiverId::of(core::RuleKey{0}));
    }
    texts_.erase(texts_.begin(), texts_.begin() + static_cast<std::ptrdiff_t>(texts_.size() / 2));
    require(index_.size() == texts_.size(), "the index counts wrongly after removing");
  }

 private:
  core::SubscriptionIndex index_;
  std::vector<std::string> texts_;
};

}  // namespace

void try_input(ByteView input) {
  std::string_view rest = as_text(input);
  const std::string_view topic = take_line(rest);
  const bool is_name = mqtt::is_topic_name(topic);
  require(is_name == plain_topic_name(topic), "what is a Topic Name is in dispute");
  Filters filters;
  while (!rest.empty()) {
    const auto filter = checked_filter(take_line(rest));
    if (!filter) continue;
    filters.add(*filter);
    if (!is_name) continue;
    const bool plain = sim::filter_matches(*sim::read_filter(filter->text), sim::levels_of(topic));
    require(mqtt::matches(filter->filter, topic) == plain, "whether a filter matches is in dispute");
  }
  if (!is_name) return;
  filters.check_match(topic);
  filters.remove_half();
  filters.check_match(topic);
}

}  // namespace pint::fuzz
