// The engine against a naive broker: random subscriptions and messages, by clients of all versions that come
// and go. The naive broker is a list of subscriptions and a matcher that splits both sides and compares; it
// knows nothing of the engine. A failure names its seed.
#include <algorithm>
#include <map>

#include "base/random.hpp"
#include "support/scene.hpp"

namespace pint::test {
namespace {

constexpr std::uint64_t kRuns = 300;
constexpr int kSteps = 200;
constexpr std::size_t kClients = 5;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> levels{""};
  for (const char character : text) {
    if (character == '/')
      levels.emplace_back();
    else
      levels.back() += character;
  }
  return levels;
}

bool naively_matches(const std::string& filter, const std::string& topic) {
  if (topic.front() == '$' && (filter.front() == '#' || filter.front() == '+')) return false;
  const std::vector<std::string> wanted = split(filter), given = split(topic);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "#") return true;
    if (i == given.size()) return false;
    if (wanted[i] != "+" && wanted[i] != given[i]) return false;
  }
  return wanted.size() == given.size();
}

// A message as one client is to see it. Identifiers are sorted.
struct Seen {
  std::string topic;
  std::string payload;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  std::vector<std::uint32_t> identifiers = {};
  friend bool operator==(const Seen&, const Seen&) = default;
};
std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  out << Arrived{seen.topic, seen.payload, seen.qos, seen.retain};
  for (const std::uint32_t identifier : seen.identifiers) out << " id " << identifier;
  return out;
}

Seen seen_in(const mqtt::Publish& publish) {
  Seen seen{std::string(publish.topic), std::string(as_text(publish.payload)), publish.qos, publish.retain};
  publish.properties.for_each(
      [&](const mqtt::Property& property) { seen.identifiers.push_back(property.number); });
  std::ranges::sort(seen.identifiers);
  return seen;
}

struct Subscribed {
  std::string filter;
  mqtt::SubscriptionOptions options;
  std::uint32_t identifier = 0;
};

struct Client {
  std::string id;
  ProtocolVersion version;
  Peer* peer = nullptr;
  bool away = false;
  std::vector<Subscribed> subscriptions = {};
  std::vector<Seen> expected = {};  // since it was last looked
};

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {
    for (std::size_t i = 0; i < kClients; ++i) {
      clients_.push_back({"client" + std::to_string(i), ProtocolVersion(3 + i % 3)});
      come(clients_.back());
    }
    rule_filter_ = any_filter();
    (void)scene_.engine().add_rule(rule_filter_, scene_.now());
  }

  void step(int number) {
    Client& client = clients_[random_.below(kClients)];
    switch (random_.below(10)) {
      case 0: return client.away ? come(client) : go(client);
      case 1:
      case 2: return client.away ? come(client) : subscribe(client);
      case 3: return client.away ? come(client) : unsubscribe(client);
      default: return publish(client, number);
    }
  }

  void check() {
    for (Client& client : clients_) {
      if (client.away) continue;
      std::vector<Seen> seen;
      for (const mqtt::Publish& publish : client.peer->publishes()) seen.push_back(seen_in(publish));
      // Order is promised for each QoS by itself: QoS 0 passes what waits for the window. [MQTT-4.6.0-5]
      std::ranges::stable_sort(seen, {}, &Seen::qos);
      std::ranges::stable_sort(client.expected, {}, &Seen::qos);
      EXPECT_EQ(seen, client.expected) << client.id;
      client.expected.clear();
    }
    std::vector<Seen> called;
    for (; calls_seen_ < scene_.rule_calls().size(); ++calls_seen_) {
      const core::RuleCall& call = scene_.rule_calls()[calls_seen_];
      const core::MessageView message = call.message->view();
      called.push_back(
          {std::string(message.topic), std::string(as_text(message.payload)), call.qos, call.retain});
    }
    EXPECT_EQ(called, rule_expected_) << "rule " << rule_filter_;
    rule_expected_.clear();
  }

 private:
  bool chance(std::uint64_t of) { return random_.below(of) == 0; }

  std::string any_level(bool in_filter) {
    static constexpr std::string_view kLevels[] = {"a", "b", "", "$x", "+"};
    return std::string(kLevels[random_.below(in_filter ? 5 : 4)]);
  }
  std::string any_topic(bool in_filter) {
    std::string topic = any_level(in_filter);
    for (std::uint64_t more = random_.below(3); more > 0; --more) topic += "/" + any_level(in_filter);
    return topic.empty() ? "a" : topic;
  }
  std::string any_filter() {
    if (chance(8)) return "#";
    return any_topic(true) + (chance(3) ? "/#" : "");
  }
  QoS any_qos() { return QoS(random_.below(3)); }

  void come(Client& client) {
    client.away = false;
    client.peer = &scene_.connect(
        client.id,
        {.version = client.version, .clean_start = false, .session_expiry = 600, .receive_maximum = 3});
  }

  void go(Client& client) {
    scene_.cut(*client.peer);
    client.away = true;
  }

  void subscribe(Client& client) {
    Subscribed subscribed{.filter = any_filter(), .options = {.qos = any_qos()}};
    if (client.version == ProtocolVersion::v5) {
      subscribed.options.no_local = chance(3);
      subscribed.options.retain_as_published = chance(2);
      subscribed.options.retain_handling = mqtt::RetainHandling(random_.below(3));
      subscribed.identifier = static_cast<std::uint32_t>(random_.below(4));
    }
    client.peer->subscribe(subscribed.filter, subscribed.options, subscribed.identifier);
    const bool is_new = forget(client, subscribed.filter) == 0;
    using enum mqtt::RetainHandling;
    const auto handling = subscribed.options.retain_handling;
    if (handling == send || (handling == send_if_new && is_new)) expect_retained(client, subscribed);
    client.subscriptions.push_back(std::move(subscribed));
  }

  void unsubscribe(Client& client) {
    const bool known = !client.subscriptions.empty() && !chance(4);
    const std::size_t which = known ? random_.below(client.subscriptions.size()) : 0;
    const std::string filter = known ? client.subscriptions[which].filter : any_filter();
    client.peer->unsubscribe(filter);
    forget(client, filter);
  }

  static std::size_t forget(Client& client, const std::string& filter) {
    return std::erase_if(client.subscriptions, [&](const Subscribed& it) { return it.filter == filter; });
  }

  void expect_retained(Client& client, const Subscribed& subscribed) {
    for (const auto& [topic, message] : retained_) {
      if (!naively_matches(subscribed.filter, topic)) continue;
      Seen seen{topic, message.payload, std::min(message.qos, subscribed.options.qos), true};
      if (subscribed.identifier != 0) seen.identifiers = {subscribed.identifier};
      client.expected.push_back(std::move(seen));
    }
  }

  // By the client if it is there, otherwise by the application.
  void publish(Client& publisher, int number) {
    const Message message{.topic = any_topic(false),
                          .payload = chance(6) ? "" : std::to_string(number),
                          .qos = any_qos(),
                          .retain = chance(3)};
    if (message.retain && message.payload.empty())
      retained_.erase(message.topic);
    else if (message.retain)
      retained_.insert_or_assign(message.topic, message);
    for (Client& client : clients_) expect_message(client, message, &client == &publisher && !publisher.away);
    if (naively_matches(rule_filter_, message.topic)) {
      rule_expected_.push_back({message.topic, message.payload, message.qos, false});
    }
    if (publisher.away)
      scene_.publish(message);
    else
      publisher.peer->publish(message.topic, message.payload, message.qos, message.retain);
    acknowledged(publisher, message.qos);
  }

  // Take the acknowledgement off the publisher, behind what it may have received itself.
  void acknowledged(Client& publisher, QoS qos) {
    if (publisher.away || qos == QoS::at_most_once) return;
    check();
    if (qos == QoS::at_least_once) {
      publisher.peer->expect<mqtt::Puback>();
      return;
    }
    // Released at once, so that its identifier is free when the client returns and counts from 1 again.
    const auto pubrec = publisher.peer->expect<mqtt::Pubrec>();
    publisher.peer->send(mqtt::Pubrel{.packet_id = pubrec.packet_id});
    check();
    publisher.peer->expect<mqtt::Pubcomp>();
  }

  static void expect_message(Client& client, const Message& message, bool own) {
    Seen seen{message.topic, message.payload};
    bool matched = false;
    for (const Subscribed& subscribed : client.subscriptions) {
      if (!naively_matches(subscribed.filter, message.topic) || (own && subscribed.options.no_local))
        continue;
      matched = true;
      seen.qos = std::max(seen.qos, std::min(message.qos, subscribed.options.qos));
      seen.retain = seen.retain || (message.retain && subscribed.options.retain_as_published);
      if (subscribed.identifier != 0) seen.identifiers.push_back(subscribed.identifier);
    }
    std::ranges::sort(seen.identifiers);
    const bool kept = !client.away || seen.qos != QoS::at_most_once;
    if (matched && kept) client.expected.push_back(std::move(seen));
  }

  Random random_;
  Scene scene_;
  std::vector<Client> clients_;
  std::map<std::string, Message> retained_;
  std::string rule_filter_;
  std::vector<Seen> rule_expected_;
  std::size_t calls_seen_ = 0;
};

// [MQTT-3.3.2-3] [MQTT3-3.3.2-3] [MQTT-3.3.4-2] [MQTT3-3.3.5-1] [MQTT-3.3.4-4] [MQTT-4.5.0-1] [MQTT3-4.5.0-1]
TEST(Oracle, AgreesWithTheEngineOnWhoGetsWhat) {
  for (std::uint64_t seed = 1; seed <= kRuns && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World world(seed);
    for (int number = 1; number <= kSteps && !HasFailure(); ++number) {
      SCOPED_TRACE("step " + std::to_string(number));
      world.step(number);
      world.check();
    }
  }
}

}  // namespace
}  // namespace pint::test
