// What clients have the broker keep and look through: retained messages, subscriptions, wildcards by the
// thousand.
#include <algorithm>
#include <string>
#include <vector>

#include "overload/crowd.hpp"
#include "overload/stage.hpp"

namespace pint::overload {
namespace {

using test::WireClient;

constexpr std::size_t kFiltersASubscribe = 500;

std::string retained_topic(std::size_t number) {
  return "retained/" + std::to_string(number / 1'000) + '/' + std::to_string(number % 1'000);
}

void retain_all(WireClient& publisher, std::size_t count, const std::string& payload) {
  Bytes block;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string topic = retained_topic(i);
    const Bytes packet = bytes_of(mqtt::Publish{.retain = true, .topic = topic, .payload = as_bytes(payload)},
                                  ProtocolVersion::v5);
    block.insert(block.end(), packet.begin(), packet.end());
    if (block.size() < 65'536 && i + 1 < count) continue;
    publisher.send(ByteView(block));
    block.clear();
  }
  publisher.ping();
}

// Whether a new subscription to all brings every one, and nothing else.
bool gets_each_retained(Stage& stage, std::size_t count) {
  WireClient subscriber(stage.port());
  subscriber.connect("subscriber");
  subscriber.subscribe("retained/#");
  std::size_t got = 0;
  while (got < count && subscriber.expect<mqtt::Publish>().retain) ++got;
  subscriber.ping();  // fails for anything else that came
  subscriber.close();
  return got == count;
}

// Whether all are granted.
bool subscribe_to_all(WireClient& client, const std::vector<std::string>& topic_filters) {
  bool granted = true;
  for (std::size_t at = 0; at < topic_filters.size(); at += kFiltersASubscribe) {
    mqtt::Subscribe subscribe{.packet_id = mqtt::PacketId{1}};
    for (std::size_t i = at; i < std::min(at + kFiltersASubscribe, topic_filters.size()); ++i)
      subscribe.requests.push_back({.topic_filter = topic_filters[i]});
    client.send(subscribe);
    for (const ReasonCode reason : client.expect<mqtt::Suback>().reasons)
      granted = granted && !is_failure(reason);
  }
  return granted;
}

// All filters of `levels` levels that are "a" or "+" each.
std::vector<std::string> every_mixture(std::size_t levels) {
  std::vector<std::string> filters;
  for (std::size_t bits = 0; bits < (std::size_t{1} << levels); ++bits) {
    std::string filter;
    for (std::size_t level = 0; level < levels; ++level) {
      filter += level == 0 ? "" : "/";
      filter += (bits >> level & 1) != 0 ? "+" : "a";
    }
    filters.push_back(std::move(filter));
  }
  return filters;
}

}  // namespace

void retained_messages(Stage& stage) {
  const std::size_t count = stage.pick(100'000, 1'000'000);
  WireClient publisher(stage.port());
  publisher.connect("publisher");
  retain_all(publisher, count, std::string(100, 'x'));
  stage.check("all are kept", stage.figures()["retained_messages"] == count);
  stage.check("a subscriber to all gets each", gets_each_retained(stage, count));
  stage.serve_bystander();
  stage.did(grouped(count) + " retained messages of 100 bytes; a subscription to all; all removed again");
  retain_all(publisher, count, "");
  stage.check("none is left", stage.figures()["retained_messages"] == 0);
  publisher.close();
  stage.check_recovery({.peak = count * 400 + 8 * kMiB, .after = 6 * kMiB});
}

void subscriptions(Stage& stage) {
  constexpr std::size_t kClients = 10;
  const std::size_t count = stage.pick(100'000, 1'000'000);
  std::vector<WireClient> clients;
  bool granted = true;
  for (std::size_t client = 0; client < kClients; ++client) {
    std::vector<std::string> filters;
    for (std::size_t i = 0; i < count / kClients; ++i) {
      const std::string own = "s/" + std::to_string(client);
      filters.push_back(own + (i % 2 == 0 ? "/exact/" : "/+/") + std::to_string(i));
    }
    clients.emplace_back(stage.port()).connect("subscriber-" + std::to_string(client));
    granted = subscribe_to_all(clients.back(), filters) && granted;
  }
  stage.did(grouped(count) + " subscriptions of ten clients, half of them with a wildcard");
  stage.check("all are granted", granted);
  stage.check("all are there", stage.figures()["subscriptions"] == count + 1);
  WireClient publisher(stage.port());
  publisher.connect("publisher");
  publisher.publish("s/7/exact/10", "x", QoS::at_least_once).expect<mqtt::Puback>();
  publisher.publish("s/7/any/11", "x", QoS::at_least_once).expect<mqtt::Puback>();
  bool right = clients[7].expect<mqtt::Publish>().topic == "s/7/exact/10";
  right = clients[7].expect<mqtt::Publish>().topic == "s/7/any/11" && right;
  stage.check("each message reaches the one it is for", right && !clients[7].readable());
  stage.serve_bystander();
  for (WireClient& client : clients) client.reset();
  publisher.close();
  stage.check_recovery({.peak = count * 700 + 8 * kMiB, .after = 4 * kMiB});
}

void wildcard_bomb(Stage& stage) {
  const std::size_t levels = stage.pick(10, 14);
  constexpr std::size_t kMessages = 20;
  std::string topic = "a";
  for (std::size_t i = 1; i < levels; ++i) topic += "/a";
  const std::vector<std::string> filters = every_mixture(levels);
  WireClient bomber(stage.port());
  bomber.connect("bomber");
  stage.check("all are granted", subscribe_to_all(bomber, filters));
  WireClient publisher(stage.port());
  publisher.connect("publisher");
  const std::uint64_t cpu_before = stage.figures()["cpu_us"];
  for (std::size_t i = 0; i < kMessages; ++i)
    publisher.publish(topic, "x", QoS::at_least_once).expect<mqtt::Puback>();
  const std::uint64_t each_us = (stage.figures()["cpu_us"] - cpu_before) / kMessages;
  for (std::size_t i = 0; i < kMessages; ++i) bomber.expect<mqtt::Publish>();
  stage.did(grouped(filters.size()) + " filters of one client, each mixture of `a` and `+` in " +
            std::to_string(levels) + " levels, all of which match; " + grouped(each_us) +
            " µs of CPU a message");
  bomber.ping();
  stage.check("the client gets each message once", true);
  stage.serve_bystander();
  bomber.reset();
  publisher.close();
  stage.check_recovery({.peak = filters.size() * 2'000 + 8 * kMiB,
                        .after = std::min(filters.size() * 250 + 4 * kMiB, 5 * kMiB)});
}

}  // namespace pint::overload
