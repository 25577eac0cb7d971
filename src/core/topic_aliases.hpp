// Topic Aliases of one connection, one table for each direction. They end with the connection. [MQTT-3.3.2-7]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pint::core {

// What the client's aliases mean. The caller has checked 1 <= alias <= our Topic Alias Maximum.
// [MQTT-3.3.2-12]
class IncomingAliases {
 public:
  void set(std::uint16_t alias, std::string_view topic) {
    if (alias > topics_.size()) topics_.resize(alias);
    topics_[alias - 1u] = topic;
  }
  // Empty if the alias has no meaning yet.
  [[nodiscard]] std::string_view topic_of(std::uint16_t alias) const {
    return alias <= topics_.size() ? std::string_view(topics_[alias - 1u]) : std::string_view();
  }

 private:
  std::vector<std::string> topics_;
};

// The aliases we use towards the client: the first topics sent get one each, until `maximum` are given away.
// [MQTT-3.1.2-26] They are never reassigned: a tester can follow them by eye.
class OutgoingAliases {
 public:
  explicit OutgoingAliases(std::uint16_t maximum) : maximum_(maximum) {}

  struct Choice {
    std::uint16_t alias = 0;  // 0: send the topic only
    bool known = false;       // the client knows it: leave the topic out
  };
  [[nodiscard]] Choice choose(std::string_view topic) const {
    const auto found = aliases_.find(topic);
    if (found != aliases_.end()) return {found->second, true};
    if (aliases_.size() >= maximum_) return {};
    return {static_cast<std::uint16_t>(aliases_.size() + 1), false};
  }
  // The packet with this new alias is certain to be sent.
  void remember(std::string_view topic, std::uint16_t alias) { aliases_.emplace(topic, alias); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::uint16_t maximum_;
  std::unordered_map<std::string, std::uint16_t, Hash, std::equal_to<>> aliases_;
};

}  // namespace pint::core
