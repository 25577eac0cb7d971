// Subscribing to the same again and again. Once more is a way to get retained messages again; a loop is
// usually a reconnect handler that runs at the wrong time.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "testkit/lint_concern.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

constexpr int kTimes = 4;
constexpr std::size_t kFiltersMaximum = 10'000;  // of a connection; more are not watched

struct Asked {
  mqtt::SubscriptionOptions options;
  std::uint32_t identifier = 0;
  friend bool operator==(const Asked&, const Asked&) = default;
};

class SubscribingConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection&, LintReport& report) override {
    if (packet.decoded == nullptr) return;
    if (packet.received(PacketType::subscribe)) {
      on_subscribe(std::get<mqtt::Subscribe>(*packet.decoded), report);
    } else if (packet.received(PacketType::unsubscribe)) {
      for (const auto filter : std::get<mqtt::Unsubscribe>(*packet.decoded).topic_filters) {
        filters_.erase(std::string(filter));
      }
    } else if (packet.sent(PacketType::suback)) {
      on_suback(std::get<mqtt::Suback>(*packet.decoded));
    }
  }

 private:
  struct Filter {
    Asked asked;
    int times = 0;
    bool granted = false;
  };

  void on_subscribe(const mqtt::Subscribe& subscribe, LintReport& report) {
    const auto identifier = subscribe.properties.number(mqtt::PropertyId::subscription_identifier);
    std::vector<std::string>& waiting = waiting_[subscribe.packet_id];
    waiting.clear();
    for (const auto& request : subscribe.requests) {
      const std::string name(request.topic_filter);
      if (filters_.size() >= kFiltersMaximum && filters_.count(name) == 0) continue;
      waiting.push_back(name);
      count(filters_[name], name, {request.options, identifier.value_or(0)}, report);
    }
  }

  static void count(Filter& filter, const std::string& name, const Asked& asked, LintReport& report) {
    const bool again = filter.granted && filter.asked == asked;
    filter.times = again ? filter.times + 1 : 1;
    filter.asked = asked;
    if (filter.times < kTimes) return;
    filter.times = 0;
    report.add(LintRuleId::subscribe_loop, "SUBSCRIBE to " + plain(name) + " came " + std::to_string(kTimes) +
                                               " times on one connection, though it was granted");
  }

  void on_suback(const mqtt::Suback& suback) {
    const auto found = waiting_.find(suback.packet_id);
    if (found == waiting_.end()) return;
    for (std::size_t i = 0; i < found->second.size() && i < suback.reasons.size(); ++i) {
      const auto filter = filters_.find(found->second[i]);
      if (filter != filters_.end()) filter->second.granted = !is_failure(suback.reasons[i]);
    }
    waiting_.erase(found);
  }

  std::map<std::string, Filter> filters_;
  std::map<mqtt::PacketId, std::vector<std::string>> waiting_;  // for SUBACK
};

}  // namespace

std::unique_ptr<LintConcern> make_subscribing_concern() { return std::make_unique<SubscribingConcern>(); }

}  // namespace pint::testkit
