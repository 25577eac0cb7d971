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
  if (session != nullptr && (dropped_from_inflight(session->inflight, session->line, drop) ||
                             dropped_from(session->waiting, drop))) {
    return;
  }
  const auto lost = lost_.find(drop.client_id);
  if (lost != lost_.end() &&
      (dropped_from_inflight(lost->second.inflight, 0, drop) || dropped_from(lost->second.waiting, drop))) {
    return;
  }
  if (dropped_from_group(drop)) return;
  fail("a drop that should not be: " + drop.topic + " for '" + drop.client_id + "', " +
       std::string(name_of(drop.cause)));
}

// What was told as dropped must be what was lost. Of what was inflight, the QoS is known.
void Oracle::match_lost(const std::string& client_id, Lost& lost) {
  std::vector<MessageDropped> drops = dropped_at_end_[client_id];
  for (const Sent& sent : lost.inflight) {
    const auto told = std::ranges::find_if(drops, [&](const MessageDropped& drop) {
      return drop.topic == sent.topic() && drop.qos == sent.qos;
    });
    if (told != drops.end())
      drops.erase(told);
    else if (!order_unknown())
      fail("lost with the Session of " + client_id + " and not told: topic " + sent.topic());
  }
  std::erase_if(lost.waiting, [](const BatchRef& batch) { return !batch->counted; });
  match_lost_waiting(client_id, lost, drops);
}

// Which copies of those that can have been dropped: what waited, and what a group may have given to this
// client in this step, before its Session ended.
std::vector<Oracle::Place> Oracle::places_of(const std::string& client_id, const Lost& lost) {
  std::vector<Place> places;
  for (const BatchRef& batch : lost.waiting) {
    for (const Batch::Copy& copy : batch->copies()) {
      places.push_back({.choice = copy.choice, .certain = copy.certain});
    }
  }
  for (Shared& shared : shared_) {
    for (const Candidate& candidate : shared.candidates) {
      if (shared.given || !candidate.session_ended || candidate.client_id != client_id) continue;
      places.push_back({.choice = {shared.message, candidate.terms}, .shared = &shared});
    }
  }
  return places;
}

void Oracle::match_lost_waiting(const std::string& client_id, const Lost& lost,
                                const std::vector<MessageDropped>& drops) {
  const std::vector<Place> places = places_of(client_id, lost);
  Seating seating(places.size());
  std::size_t first = 0, sightings = 0, waiting = 0;
  for (const BatchRef& batch : lost.waiting) {
    for (Batch::Set set : batch->sightings()) {
      for (std::size_t& copy : set) copy += first;
      seating.add_guest(std::move(set));
      ++sightings;
    }
    first += batch->copies().size();
    waiting += batch->waiting();
  }
  for (const MessageDropped& drop : drops) {
    Batch::Set wanted;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Choice& choice = places[i].choice;
      if (choice.terms.qos == drop.qos && choice.message->topic == drop.topic) wanted.push_back(i);
    }
    seating.add_guest(std::move(wanted));
  }
  const auto seat = [&](const auto& is_open) {
    std::vector<bool> open(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) open[i] = is_open(places[i]);
    seating.seat(open);
  };
  seat([](const Place& place) { return place.certain; });
  seat([](const Place& place) { return place.shared == nullptr; });
  seat([](const Place&) { return true; });
  std::size_t taken = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].shared != nullptr && seating.taken(i)) places[i].shared->given = true;
    if (places[i].shared == nullptr && seating.taken(i)) ++taken;
    if (places[i].certain && !seating.taken(i)) taken = 0, waiting = places.size();
  }
  if (order_unknown()) return;
  for (std::size_t i = 0; i < drops.size(); ++i) {
    if (seating.seated(sightings + i) || dropped_from_group(drops[i])) continue;
    fail("a drop that should not be: " + drops[i].topic + " for '" + client_id + "', session ended");
  }
  if (taken < sightings + waiting) fail("lost with the Session of " + client_id + " and not told");
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
bool Oracle::dropped_from_inflight(std::deque<Sent>& inflight, std::uint64_t serial,
                                   const MessageDropped& drop) {
  if (drop.cause != DropCause::larger_than_client_accepts) return false;
  const auto found = std::ranges::find_if(inflight, [&](const Sent& sent) {
    return sent.sent_on != serial && !sent.released && sent.qos == drop.qos && sent.topic() == drop.topic &&
           sent.batch->narrow(sent.sighting, [&](const Choice& choice) { return plausible(choice, drop); });
  });
  if (found == inflight.end()) return false;
  inflight.erase(found);
  return true;
}

// The client's connections: the one it has, and those that have ended in this step. What one packet brings
// about when it takes a connection over, the older one no longer gets.
std::vector<const Line*> Oracle::lines_for(const std::string& client_id) const {
  const auto session = sessions_.find(client_id);
  const std::uint64_t only = handled_ <= 1 && session != sessions_.end() ? session->second.line : 0;
  std::vector<const Line*> lines;
  for (const auto& [id, line] : lines_) {
    const bool is_it = line.connected && line.client_id == client_id && (!line.ended || line.ended_now);
    if (is_it && (only == 0 || line.serial == only)) lines.push_back(&line);
  }
  return lines;
}

// What has just come where that is refused, the oldest where what has waited is thrown away.
bool Oracle::dropped_from(std::deque<BatchRef>& waiting, const MessageDropped& drop) {
  const bool newest = drop.cause == DropCause::queue_full || drop.cause == DropCause::memory_full ||
                      drop.cause == DropCause::outbox_full;
  for (auto at = waiting.begin(); at != waiting.end(); ++at) {
    Batch& batch = **at;
    if (newest && batch.step != step_) continue;
    const auto can_be = [&](const Choice& choice) {
      // What had waited and expired was not tried, so that its size cannot be the cause.
      const bool untried = drop.cause == DropCause::larger_than_client_accepts && batch.step != step_ &&
                           choice.message->expires_at <= now_;
      return !untried && choice.terms.qos == drop.qos && choice.message->topic == drop.topic &&
             plausible(choice, drop);
    };
    if (!batch.see(can_be)) continue;
    if (batch.waiting() == 0) waiting.erase(at);
    return true;
  }
  return false;
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
      for (const BatchRef& batch : session->waiting) {
        const auto size = [](const Batch::Copy& copy) { return bytes_of(*copy.choice.message); };
        count += batch->counted ? batch->waiting() : 0;
        bytes += batch->waiting() * (size(*std::ranges::max_element(batch->copies(), {}, size)) + kOverhead);
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
