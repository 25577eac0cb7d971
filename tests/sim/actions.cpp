// What the world does when the schedule says so.
#include <chrono>

#include "sim/violation.hpp"
#include "sim/world.hpp"

namespace pint::sim {

using namespace std::chrono_literals;

Pipe* World::pipe_of(unsigned client) {
  const auto found = pipes_.find(current_[client]);
  return found == pipes_.end() || found->second.to_be_lost ? nullptr : &found->second;
}

std::string World::next_payload() { return "m" + std::to_string(++last_payload_); }

void World::perform(const Action& action) {
  Chance chance(action.salt);
  if (action.kind == ActionKind::connect) return connect(action.client, action.salt, false);
  if (action.kind >= ActionKind::application_publishes) return broker_action(action, chance);
  if (pipe_of(action.client) == nullptr) return connect(action.client, action.salt, false);
  switch (action.kind) {
    case ActionKind::cut:
    case ActionKind::vanish:
    case ActionKind::crash:
    case ActionKind::stop_reading:
    case ActionKind::read_on: return line_action(action, chance);
    default: return client_action(action, chance);
  }
}

// A client that has a connection leaves it as it is: the broker must end it (takeover).
void World::connect(unsigned client, std::uint64_t salt, bool calmly) {
  Chance chance(salt + 7);
  core::ConnectionId id{};
  step([&] { id = engine_.open({}, now_); }, [&] { oracle_.opened(id); });
  const std::uint64_t serial = ++last_serial_;
  if (Pipe* old = pipe_of(client)) {
    old->abandoned = true;
    if (clients_[client].id().empty()) old->to_be_lost = true;  // nobody can take over from it
  }
  Pipe& pipe = pipes_
                   .emplace(std::piecewise_construct, std::forward_as_tuple(serial),
                            std::forward_as_tuple(serial, id, client, setup_, salt))
                   .first->second;
  current_[client] = serial;
  if (calmly) pipe.read_at_once();
  if (!calmly && chance.one_in(40)) return;  // never sends CONNECT
  pipe.send(calmly ? clients_[client].connect_calmly() : clients_[client].connect(chance), now_);
}

void World::send(unsigned client, const Bytes& bytes) {
  Pipe* pipe = pipe_of(client);
  if (pipe != nullptr && !bytes.empty()) pipe->send(bytes, now_);
}

void World::client_action(const Action& action, Chance& chance) {
  Client& client = clients_[action.client];
  switch (action.kind) {
    case ActionKind::publish: return send(action.client, client.publish(chance, next_payload()));
    case ActionKind::subscribe: return send(action.client, client.subscribe(chance));
    case ActionKind::unsubscribe: return send(action.client, client.unsubscribe(chance));
    case ActionKind::ping: return send(action.client, client.ping());
    case ActionKind::disconnect: return send(action.client, client.disconnect(chance));
    case ActionKind::hold_answers: return client.hold_answers();
    case ActionKind::give_answers: return send(action.client, client.give_answers());
    case ActionKind::storm: return storm(action.client, chance);
    default: return send(action.client, client.misbehave(chance));
  }
}

void World::line_action(const Action& action, Chance& chance) {
  Pipe& pipe = *pipe_of(action.client);
  switch (action.kind) {
    case ActionKind::vanish:
      pipe.abandoned = true;
      current_[action.client] = 0;
      return clients_[action.client].disconnected();
    case ActionKind::stop_reading: pipe.reading = false; return;
    case ActionKind::read_on: pipe.reading = true; return;
    default:
      if (action.kind == ActionKind::crash) clients_[action.client].forget();
      current_[action.client] = 0;
      clients_[action.client].disconnected();
      pipe.abandoned = true;
      pipe.break_off(chance);
  }
}

void World::broker_action(const Action& action, Chance& chance) {
  switch (action.kind) {
    case ActionKind::application_publishes: {
      Message message{.topic = random_topic(chance),
                      .payload = next_payload(),
                      .qos = random_qos(chance),
                      .retain = chance.one_in(4)};
      if (chance.one_in(3)) message.properties.message_expiry = std::chrono::seconds{chance.below(20)};
      if (chance.one_in(3)) message.properties.user_properties.push_back({"by", "application"});
      return application_publish(message);
    }
    case ActionKind::rule: return rule(chance);
    case ActionKind::application_disconnects: return application_disconnect(action.client, chance);
    default: return restart(chance);
  }
}

void World::application_publish(const Message& message) {
  step([&] { require(!engine_.publish(message, 0, now_), "publish() was refused"); },
       [&] { oracle_.published(message); });
}

void World::storm(unsigned client, Chance& chance) {
  const bool clear = chance.one_in(3);
  const std::uint64_t count = 5 + chance.below(30);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string topic = "t/" + std::to_string(i) + "/x";
    send(client, clients_[client].publish_retained(topic, clear ? std::string() : next_payload(),
                                                   random_qos(chance)));
  }
}

void World::rule(Chance& chance) {
  if (!rules_.empty() && chance.one_in(2)) {
    const std::size_t at = chance.below(rules_.size());
    const core::RuleKey key = rules_[at];
    rules_.erase(rules_.begin() + static_cast<std::ptrdiff_t>(at));
    return step([&] { engine_.remove_rule(key); }, [&] { oracle_.rule_removed(key); });
  }
  const std::string filter = chance.pick<const char*>({"t/+", "t/#", "t/1", "u/1", "#"});
  core::RuleKey key{};
  step([&] { key = engine_.add_rule(filter, now_); }, [&] { oracle_.rule_added(key, filter); });
  rules_.push_back(key);
}

void World::application_disconnect(unsigned client, Chance& chance) {
  const std::string& id = clients_[client].id();
  if (chance.one_in(3)) {
    return step([&] { engine_.cut(id, chance.one_in(2), now_); }, [&] { oracle_.cut(id); });
  }
  if (chance.one_in(2)) {
    return step([&] { engine_.expire_keep_alive(id, now_); },
                [&] {
                  oracle_.disconnected(id, ReasonCode::keep_alive_timeout,
                                       DisconnectCause::keep_alive_timeout);
                });
  }
  constexpr ReasonCode kReason = ReasonCode::administrative_action;
  step([&] { engine_.disconnect(id, kReason, now_); },
       [&] { oracle_.disconnected(id, kReason, DisconnectCause::disconnected_by_application); });
}

void World::restart(Chance& chance) {
  const core::Loss loss{
      .sessions = chance.one_in(4), .retained = chance.one_in(3), .inflight = chance.one_in(3)};
  step([&] { engine_.restart(loss, now_); }, [&] { oracle_.restarted(loss); });
}

// Every transport breaks.
void World::drop_pipes() {
  for (auto& [serial, pipe] : pipes_) {
    pipe.abandoned = true;
    pipe.to_be_lost = true;
  }
  std::vector<std::uint64_t> serials;
  for (const auto& [serial, pipe] : pipes_) serials.push_back(serial);
  for (const std::uint64_t serial : serials) lose(serial, DisconnectCause::client_closed);
}

}  // namespace pint::sim
