// The oracle on what the engine told: events, drops with their causes, calls of rules.
#include <functional>

#include "mqtt/encode.hpp"
#include "sim/oracle.hpp"
#include "sim/violation.hpp"

namespace pint::sim {

using mqtt::PropertyId;

namespace {

// What a stored message is counted with beyond its bytes: at most this.
constexpr std::size_t kOverhead = 128;

std::size_t bytes_of(const Told& message) {
  return message.topic.size() + message.payload.size() + message.properties.size();
}

// An event as one line, as the oracle expects them; empty: not expected one by one.
struct ReadEvent {
  std::string operator()(const ClientConnected& e) const {
    return "connected " + e.client.client_id + (e.session_present ? " present" : "");
  }
  std::string operator()(const ClientDisconnected& e) const {
    return "disconnected " + e.client.client_id + " " + std::string(name_of(e.cause));
  }
  std::string operator()(const ConnectRefused&) const { return "refused"; }
  std::string operator()(const SessionEnded& e) const {
    return "ended " + e.client_id + (e.expired ? " expired" : "");
  }
  std::string operator()(const WillPublished& e) const { return "will " + e.client_id + " " + e.topic; }
  std::string operator()(const ClientSubscribed& e) const {
    return "subscribed " + e.client_id + " " + e.topic_filter + (e.replaced ? " again" : "");
  }
  std::string operator()(const ClientUnsubscribed& e) const {
    return "unsubscribed " + e.client_id + " " + e.topic_filter;
  }
  std::string operator()(const MessagePublished& e) const {
    return "published " + e.client_id + " " + e.message.topic + " " + std::to_string(e.receivers);
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }
};

}  // namespace

void Oracle::expect_drop(const std::string& client_id, const Choice& choice, DropCause cause) {
  expected_drops_.push_back({client_id, choice.message->topic, choice.terms.qos, cause});
}

bool Oracle::memory_is_short() const {
  constexpr std::size_t kOneMessage = 70'000;  // what the step itself may have freed again
  if (options_.limits.memory_bytes > (std::size_t{1} << 29)) return false;
  return std::max(memory_before_, engine_.stats().memory_bytes) + kOneMessage > options_.limits.memory_bytes;
}

void Oracle::check_event(const Event& event) {
  const std::string text = std::visit(ReadEvent{}, event);
  if (text.empty()) return;
  print(text);
  const auto found = std::ranges::find(expected_events_, text);
  if (found == expected_events_.end()) fail("an event that should not be: " + text);
  expected_events_.erase(found);
}

void Oracle::check_drop(const MessageDropped& drop) {
  ++drops_told_[drop.cause];
  print("dropped for " + drop.client_id + ": " + drop.topic + ", QoS " +
        std::to_string(static_cast<int>(drop.qos)) + ", " + std::string(name_of(drop.cause)));
  const auto expected = std::ranges::find_if(expected_drops_, [&](const MessageDropped& each) {
    return each.client_id == drop.client_id && each.topic == drop.topic && each.qos == drop.qos &&
           each.cause == drop.cause;
  });
  if (expected != expected_drops_.end()) {
    expected_drops_.erase(expected);
    return;
  }
  ModelSession* session = session_of(drop.client_id);
  if (drop.cause == DropCause::session_ended) {
    dropped_at_end_[drop.client_id].push_back(drop);
    return;
  }
  if (session != nullptr && dropped_from_inflight(*session, drop)) return;
  if (session != nullptr && dropped_from(session->waiting, drop)) return;
  if (lost_.contains(drop.client_id) && dropped_from(lost_[drop.client_id], drop)) return;
  if (dropped_from_group(drop)) return;
  fail("a drop that should not be: " + drop.topic + " for '" + drop.client_id + "', " +
       std::string(name_of(drop.cause)));
}

// What came of the same message in the same step can no longer be told apart: each may be any of it.
void Oracle::pool(std::deque<Owed>& owed, const Owed& with) {
  const auto is_one = [&](const Owed& each) {
    return each.step == with.step && each.topic() == with.topic() &&
           (each.qos() == QoS::at_most_once) == (with.qos() == QoS::at_most_once);
  };
  std::vector<Choice> all = with.choices;
  for (const Owed& each : owed) {
    if (is_one(each)) all.insert(all.end(), each.choices.begin(), each.choices.end());
  }
  for (Owed& each : owed) {
    if (is_one(each)) each.choices = all;
  }
}

// Pair what was told as dropped with what was lost, so that as much as can be is paired (Kuhn's way: who
// stands in the way is moved elsewhere if he can be). What is paired is no longer owed.
void Oracle::match_lost(const std::string& client_id, std::deque<Owed>& lost) {
  const std::vector<MessageDropped>& drops = dropped_at_end_[client_id];
  constexpr std::size_t kNobody = ~std::size_t{0};
  std::vector<std::size_t> drop_of(lost.size(), kNobody);
  std::vector<bool> visited;
  const std::function<bool(std::size_t)> place = [&](std::size_t drop) {
    for (std::size_t i = 0; i < lost.size(); ++i) {
      const bool fits = std::ranges::any_of(lost[i].choices, [&](const Choice& choice) {
        return choice.terms.qos == drops[drop].qos && choice.message->topic == drops[drop].topic;
      });
      if (!fits || visited[i]) continue;
      visited[i] = true;
      if (drop_of[i] != kNobody && !place(drop_of[i])) continue;
      drop_of[i] = drop;
      return true;
    }
    return false;
  };
  for (std::size_t drop = 0; drop < drops.size(); ++drop) {
    visited.assign(lost.size(), false);
    if (place(drop) || dropped_from_group(drops[drop]) || order_unknown()) continue;
    fail("a drop that should not be: " + drops[drop].topic + " for '" + client_id + "', session ended");
  }
  std::deque<Owed> left;
  for (std::size_t i = 0; i < lost.size(); ++i) {
    if (drop_of[i] == kNobody) left.push_back(std::move(lost[i]));
  }
  lost = std::move(left);
}

// A member of a group whose Session has ended since may have got the message first; which group's, is open.
bool Oracle::dropped_from_group(const MessageDropped& drop) {
  const auto can_be = [&](const Candidate& candidate) {
    return candidate.session_ended && candidate.client_id == drop.client_id &&
           candidate.terms.qos == drop.qos;
  };
  bool found = false;
  for (Shared& shared : shared_) {
    if (shared.message->topic != drop.topic || std::ranges::none_of(shared.candidates, can_be)) continue;
    found = true;
    if (shared.given) continue;
    shared.given = true;
    return true;
  }
  return found;
}

// Too large for the client's new connection: seen only when it is to be resent.
bool Oracle::dropped_from_inflight(ModelSession& session, const MessageDropped& drop) {
  if (drop.cause != DropCause::larger_than_client_accepts) return false;
  const std::uint64_t serial = session.line;
  const auto found = std::ranges::find_if(session.inflight, [&](const Sent& sent) {
    return sent.sent_on != serial && !sent.released && sent.qos() == drop.qos &&
           std::ranges::any_of(sent.choices, [&](const Choice& choice) {
             return choice.message->topic == drop.topic && plausible(choice, drop);
           });
  });
  if (found == session.inflight.end()) return false;
  session.inflight.erase(found);
  return true;
}

// The client's connections: the one it has, and those that have ended in this step.
std::vector<const Line*> Oracle::lines_for(const std::string& client_id) const {
  std::vector<const Line*> lines;
  for (const auto& [id, line] : lines_) {
    const bool is_it = line.connected && line.client_id == client_id && (!line.ended || line.ended_now);
    if (is_it) lines.push_back(&line);
  }
  return lines;
}

// Newest first where what has just come is refused, oldest first where what has waited is thrown away. What
// is left of the same step, topic and QoS may be what was dropped instead.
bool Oracle::dropped_from(std::deque<Owed>& owed, const MessageDropped& drop) {
  const bool newest = drop.cause == DropCause::queue_full || drop.cause == DropCause::memory_full ||
                      drop.cause == DropCause::outbox_full;
  bool certain = true;  // first look for what can be nothing else
  const auto is_it = [&](const Owed& each) {
    if ((certain && each.choices.size() > 1) || (newest && each.step != step_)) return false;
    return std::ranges::any_of(each.choices, [&](const Choice& choice) {
      // What had waited and expired was not tried, so that its size cannot be the cause.
      const bool untried = drop.cause == DropCause::larger_than_client_accepts && each.step != step_ &&
                           choice.message->expires_at <= now_;
      return !untried && choice.terms.qos == drop.qos && choice.message->topic == drop.topic &&
             plausible(choice, drop);
    });
  };
  const auto find = [&] {
    if (!newest) return std::ranges::find_if(owed, is_it);
    const auto last = std::find_if(owed.rbegin(), owed.rend(), is_it);
    return last == owed.rend() ? owed.end() : std::prev(last.base());
  };
  auto found = find();
  certain = false;
  if (found == owed.end()) found = find();
  if (found == owed.end()) return false;
  const Owed dropped = std::move(*found);
  owed.erase(found);
  pool(owed, dropped);
  return true;
}

bool Oracle::plausible(const Choice& choice, const MessageDropped& drop) {
  const ModelSession* session = session_of(drop.client_id);
  const std::vector<const Line*> lines = lines_for(drop.client_id);
  switch (drop.cause) {
    case DropCause::session_ended: return choice.terms.qos != QoS::at_most_once;
    case DropCause::expired: return choice.message->expires_at <= now_;
    case DropCause::memory_full: return memory_is_short();
    case DropCause::larger_than_client_accepts:
      return std::ranges::any_of(
          lines, [&](const Line* line) { return size_for(*line, choice) > line->maximum_packet_size; });
    case DropCause::outbox_full:
      return choice.terms.qos == QoS::at_most_once && std::ranges::any_of(lines, [&](const Line* line) {
               return engine_.outbox(line->id)->bytes() >= options_.limits.outbox_bytes;
             });
    case DropCause::queue_full: {
      if (session == nullptr || lost_.contains(drop.client_id)) return lost_.contains(drop.client_id);
      std::size_t count = 0, bytes = 0;
      for (const Owed& owed : session->waiting) {
        count += owed.qos() == QoS::at_most_once ? 0 : 1;
        bytes += bytes_of(*owed.choices.front().message) + kOverhead;
      }
      return count > options_.limits.queue_messages ||
             bytes + bytes_of(*choice.message) > options_.limits.queue_bytes;
    }
    default: return false;
  }
}

// Of the whole PUBLISH, as this client would get it.
std::size_t Oracle::size_for(const Line& line, const Choice& choice) const {
  const Told& message = *choice.message;
  mqtt::PropertyList properties;
  mqtt::Publish publish{
      .qos = choice.terms.qos, .topic = message.topic, .payload = as_bytes(message.payload)};
  if (choice.terms.qos != QoS::at_most_once) publish.packet_id = mqtt::PacketId{1};
  if (line.v5()) {
    properties.add_encoded(message.properties);
    if (message.expires_at != kNever) properties.add(PropertyId::message_expiry_interval, 1);
    for (const std::uint32_t id : choice.terms.identifiers)
      properties.add(PropertyId::subscription_identifier, id);
    for (const auto& [alias, topic] : line.aliases_out) {
      if (topic != message.topic) continue;
      properties.add(PropertyId::topic_alias, alias);
      publish.topic = {};
    }
    publish.properties = properties.view();
  }
  return mqtt::encoded_size(publish, line.version);
}

void Oracle::check_rule_calls() {
  for (const core::RuleCall& call : news_.rule_calls) {
    const auto found = std::ranges::find_if(calls_, [&](const ModelCall& each) {
      return each.key == call.rule && each.retain == call.retain &&
             each.message->topic == call.message->topic() &&
             each.message->payload == as_text(call.message->payload()) && each.message->qos == call.qos;
    });
    if (found == calls_.end()) fail("a rule was called that should not be");
    calls_.erase(found);
  }
  if (!calls_.empty()) fail("a rule was not called");
}

}  // namespace pint::sim
