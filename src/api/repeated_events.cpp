#include "api/repeated_events.hpp"

#include <variant>

namespace pint {
namespace {

constexpr std::uint64_t kToldOneByOne = 10;

std::pair<std::string, std::string> kind_of(const Event& event) {
  if (const auto* dropped = std::get_if<MessageDropped>(&event))
    return {dropped->client_id, "dropped " + std::string(name_of(dropped->cause))};
  if (const auto* limit = std::get_if<LimitReached>(&event))
    return {limit->client_id, "limit " + limit->limit};
  if (const auto* refused = std::get_if<ConnectRefused>(&event))
    return {refused->client.client_id, "refused " + std::string(name_of(refused->reason))};
  if (const auto* failed = std::get_if<HandlerFailed>(&event)) return {"", "handler " + failed->handler};
  return {};
}

}  // namespace

std::uint64_t RepeatedEvents::count(const Event& event) {
  if (const auto* connected = std::get_if<ClientConnected>(&event)) {
    const std::string& client = connected->client.client_id;
    for (auto of_it = counts_.lower_bound({client, ""});
         of_it != counts_.end() && of_it->first.first == client;)
      of_it = counts_.erase(of_it);
    return 1;
  }
  auto kind = kind_of(event);
  if (kind.second.empty()) return 1;
  if (counts_.size() >= kKindsAtMost && !counts_.contains(kind)) counts_.clear();
  return ++counts_[std::move(kind)];
}

bool is_told(std::uint64_t n) {
  if (n <= kToldOneByOne) return true;
  while (n % 10 == 0) n /= 10;
  return n == 1;
}

std::string count_text(std::uint64_t n) {
  if (n < kToldOneByOne || !is_told(n)) return {};
  return ", for the " + std::to_string(n) + "th time (the next such line comes with the " +
         std::to_string(n * 10) + "th; level debug has all)";
}

}  // namespace pint
