// problems_of(): what is wrong with Options, one sentence each. Ranges are rows of a table.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include <pint/message_queue.hpp>
#include <pint/options.hpp>

#include "api/message_check.hpp"
#include "api/rules.hpp"
#include "mqtt/frame.hpp"
#include "mqtt/utf8.hpp"
#include "net/listener.hpp"

namespace pint {
namespace {

using Problems = std::vector<std::string>;

// A numeric option, its value and what it may be.
struct Range {
  const char* option;
  std::int64_t value;
  std::int64_t lowest;
  std::int64_t highest;
  const char* unit = "";
};

constexpr std::int64_t kAny = INT64_MAX;

std::int64_t number(std::size_t value) { return value > INT64_MAX ? kAny : static_cast<std::int64_t>(value); }

void check(Problems& problems, const Range& range) {
  if (range.value >= range.lowest && range.value <= range.highest) return;
  std::string choice = "choose " + std::to_string(range.lowest);
  choice += range.highest == kAny ? " or more" : " to " + std::to_string(range.highest);
  problems.push_back(std::string(range.option) + " is " + std::to_string(range.value) + range.unit + ": " +
                     choice + range.unit + ".");
}

void check_limits(Problems& problems, const Limits& limits) {
  const Range ranges[] = {
      {"limits.connections", limits.connections, 1, kAny},
      {"limits.connect_timeout", limits.connect_timeout.count(), 1, kAny, " ms"},
      {"limits.maximum_packet_size", limits.maximum_packet_size, 1, mqtt::kMaxPacketBytes},
      {"limits.receive_maximum", limits.receive_maximum, 1, 65'535},
      {"limits.keep_alive_maximum", limits.keep_alive_maximum.count(), 0, 65'535, " s"},
      {"limits.session_expiry_maximum", limits.session_expiry_maximum.count(), 0, 4'294'967'295, " s"},
      {"limits.inflight", limits.inflight, 1, 65'535},
      {"limits.outbox_bytes", number(limits.outbox_bytes), 1'024, kAny, " bytes"},
      {"limits.hold_publishers", limits.hold_publishers.count(), 0, 3'600'000, " ms"},
      {"limits.subscriptions_per_client", limits.subscriptions_per_client, 1, kAny},
      {"limits.memory_bytes", number(limits.memory_bytes), 1'024, kAny, " bytes"},
      {"limits.mailbox_bytes", number(limits.mailbox_bytes), 1, kAny, " bytes"},
      {"limits.rule_hops", limits.rule_hops, 0, 254},  // hops are counted in one byte
  };
  for (const Range& range : ranges) check(problems, range);
}

bool has_control_character(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

void check_name(Problems& problems, const std::string& name) {
  if (name.empty()) problems.push_back("name is empty: choose 1 to 65,535 bytes of UTF-8.");
  if (name.size() > 65'535) {
    problems.push_back("name has " + std::to_string(name.size()) + " bytes: choose 1 to 65,535.");
  }
  if (has_control_character(name)) problems.push_back("name has a control character: leave it out.");
  if (!mqtt::is_utf8_text(name)) problems.push_back("name is not UTF-8: choose 1 to 65,535 bytes of UTF-8.");
}

std::string indexed(const char* list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

void check_listeners(Problems& problems, const std::vector<Listener>& listeners) {
  std::map<std::pair<std::string, std::uint16_t>, std::size_t> taken;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    const Listener& listener = listeners[i];
    if (!net::is_address(listener.address)) {
      problems.push_back(
          indexed("listeners", i) + ".address is \"" + listener.address +
          "\": choose an IPv4 or IPv6 address, such as 127.0.0.1; host names are not looked up.");
    }
    if (listener.port == 0) continue;
    const auto [first, is_new] = taken.try_emplace({listener.address, listener.port}, i);
    if (is_new) continue;
    problems.push_back(indexed("listeners", i) + ".port is " + std::to_string(listener.port) + ", as in " +
                       indexed("listeners", first->second) + ": choose another, or 0 for any.");
  }
}

void check_features(Problems& problems, const Features& features) {
  check(problems, {"features.maximum_qos", static_cast<int>(features.maximum_qos), 0, 2});
  const std::string& text = features.response_information;
  if (text.size() > 65'535 || !mqtt::is_utf8_text(text)) {
    problems.push_back(
        "features.response_information is not a string of MQTT: choose up to 65,535 bytes of UTF-8.");
  }
}

void check_rules(Problems& problems, const std::vector<Rule>& rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!is_topic_filter(rules[i].topic_filter)) {
      problems.push_back(indexed("rules", i) + ".topic_filter is \"" + rules[i].topic_filter +
                         "\": choose a Topic Filter, with # only as its last level and + alone in a level.");
    }
    if (!has_one_handler(rules[i])) {
      problems.push_back(indexed("rules", i) +
                         " must have exactly one handler: set on_message, on_payload or queue.");
    }
  }
}

}  // namespace

Problems problems_of(const Options& options) {
  Problems problems;
  check_name(problems, options.name);
  check_listeners(problems, options.listeners);
  check_limits(problems, options.limits);
  check_features(problems, options.features);
  check_rules(problems, options.rules);
  check(problems, {"sys_interval", options.sys_interval.count(), 0, kAny, " s"});
  return problems;
}

}  // namespace pint
