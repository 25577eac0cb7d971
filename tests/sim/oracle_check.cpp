// The oracle at the end of a step: what came out is taken off what was owed, and nothing may be left.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>
#include <string>

#include "sim/oracle.hpp"
#include "sim/show.hpp"
#include "sim/violation.hpp"

namespace pint::sim {
namespace {

bool counts(QoS qos) { return qos != QoS::at_most_once; }

std::int64_t waiting_of(const ModelSession& session, bool counted) {
  std::int64_t waiting = 0;
  for (const BatchRef& batch : session.waiting) {
    if (batch->counted == counted) waiting += static_cast<std::int64_t>(batch->waiting());
  }
  return waiting;
}

// The drops that take something out of what waits or is inflight.
bool takes_from_session(const MessageDropped& drop) {
  return drop.cause != DropCause::refused_by_client && drop.cause != DropCause::session_ended;
}

// Members that are there go before those that are away.
bool may_be_given(const Shared& shared, const Candidate& candidate) {
  return candidate.connected || std::ranges::none_of(shared.candidates, &Candidate::connected);
}

}  // namespace

void Oracle::fail(const std::string& what) const { throw Violation(what); }

void Oracle::print(const char* how, const Line& line, ByteView packet) const {
  if (!showing_) return;
  const std::string who = std::to_string(line.serial) + " " + line.client_id;
  print(who + " " + how + " " + sim::show(packet, line.version));
}

void Oracle::print(const std::string& text) const {
  if (!showing_) return;
  const double at = std::chrono::duration<double>(now_.time_since_epoch()).count();
  std::printf("%10.4f  step %llu  %s\n", at, static_cast<unsigned long long>(step_), text.c_str());
}

bool Oracle::order_unknown() const {
  return handled_ > 1 && std::ranges::any_of(lines_, [](const auto& each) { return each.second.ended_now; });
}

// The engine says who is held; whether it may be, World::check_pressure() looks.
void Oracle::note_held() {
  const auto unread = [&](const auto& line) {
    return !line.second.ended && !engine_.wants_bytes(line.first);
  };
  std::set<std::string> held;
  if (std::ranges::any_of(lines_, unread)) {
    for (const ClientState& client : engine_.clients()) {
      if (client.held) held.insert(client.client.client_id);
    }
  }
  for (auto& [id, line] : lines_) {
    line.held = !line.ended && line.connected && held.contains(line.client_id);
    if (line.held) line.last_held = now_;
  }
}

void Oracle::finish() {
  take_from_store();
  give_shared();
  for (const Event& event : news_.events) {
    if (const auto* drop = std::get_if<MessageDropped>(&event)) check_drop(*drop);
  }
  for (const auto& [client_id, drops] : dropped_at_end_) lost_[client_id];
  for (auto& [client_id, lost] : lost_) match_lost(client_id, lost);
  for (const Outgoing& sent : news_.sent) check_sent(sent);
  for (const Event& event : news_.events) check_event(event);
  check_rule_calls();
  check_leftovers();
  check_lines();
  note_held();
  for (const auto& [client_id, session] : sessions_) {
    check_progress(session);
    check_store(session);
    check_limits(session);
  }
  if (options_.limits.memory_bytes <= (std::size_t{1} << 29)) memory_before_ = engine_.stats().memory_bytes;
}

// Which member of a group got the message is not told, but how much each has got is.
Oracle::BeyondByClient Oracle::beyond_what_is_owed() {
  BeyondByClient beyond;
  for (const Shared& shared : shared_) {
    for (const Candidate& candidate : shared.candidates) {
      if (!candidate.session_ended) beyond[candidate.client_id] = {};
    }
  }
  count_what_is_kept(beyond);
  count_qos_0(beyond);
  for (const Event& event : news_.events) {
    const auto* drop = std::get_if<MessageDropped>(&event);
    if (drop == nullptr || !takes_from_session(*drop)) continue;
    const auto found = beyond.find(drop->client_id);
    if (found != beyond.end()) ++(counts(drop->qos) ? found->second.counted : found->second.qos_0);
  }
  return beyond;
}

void Oracle::count_what_is_kept(BeyondByClient& beyond) const {
  for (const ClientState& client : engine_.clients()) {
    const auto found = beyond.find(client.client.client_id);
    if (found == beyond.end()) continue;
    const ModelSession& session = sessions_.at(found->first);
    found->second.counted = std::int64_t{client.inflight} + client.queued - waiting_of(session, true) -
                            static_cast<std::int64_t>(session.inflight.size());
  }
}

void Oracle::count_qos_0(BeyondByClient& beyond) {
  for (auto& [client_id, each] : beyond) {
    each.qos_0 = -waiting_of(sessions_.at(client_id), false);
  }
  for (const Outgoing& sent : news_.sent) {
    const Line* line = line_of(sent.connection);
    const auto found = line == nullptr ? beyond.end() : beyond.find(line->client_id);
    const bool qos_0 = mqtt::is_qos_0_publish(sent.bytes.front());
    if (found != beyond.end() && qos_0) ++found->second.qos_0;
  }
}

void Oracle::collect_seen(const BeyondByClient& beyond) {
  seen_.clear();
  read_publishes();
  for (const SentPublish& sent : publishes_) {
    if (!sent.publish.duplicate && beyond.contains(sent.line->client_id))
      seen_.push_back({.client_id = sent.line->client_id, .line = sent.line, .publish = sent.publish});
  }
  for (const Event& event : news_.events) {
    const auto* drop = std::get_if<MessageDropped>(&event);
    const bool concerns = drop != nullptr && takes_from_session(*drop) && beyond.contains(drop->client_id);
    if (concerns) seen_.push_back({.client_id = drop->client_id, .drop = drop});
  }
}

// Whether everything that was seen is owed by itself or was shared like this.
bool Oracle::explains_seen() const {
  std::vector<const void*> taken;
  return explains_seen(0, taken);
}

bool Oracle::explains_seen(std::size_t at, std::vector<const void*>& taken) const {
  if (at == seen_.size()) return true;
  const Seen& seen = seen_[at];
  const auto is_it = [&](const Choice& choice) { return fits(seen, choice); };
  const auto goes_on_with = [&](const void* what) {
    if (std::ranges::find(taken, what) != taken.end()) return false;
    taken.push_back(what);
    const bool explained = explains_seen(at + 1, taken);
    taken.pop_back();
    return explained;
  };
  for (const Shared& shared : shared_) {
    if (shared.chosen == nullptr || shared.chosen->client_id != seen.client_id) continue;
    if (is_it({shared.message, shared.chosen->terms}) && goes_on_with(&shared)) return true;
  }
  const auto session = sessions_.find(seen.client_id);
  if (session == sessions_.end()) return goes_on_with(&seen);
  for (const BatchRef& batch : session->second.waiting) {
    if (!batch->can_see(is_it)) continue;
    for (const Batch::Copy& copy : batch->copies()) {
      if (is_it(copy.choice) && goes_on_with(&copy)) return true;
    }
  }
  for (const Sent& sent : session->second.inflight) {  // too large for the client's new connection
    const bool can_be = seen.drop != nullptr && std::ranges::any_of(sent.choices(), is_it);
    if (can_be && goes_on_with(&sent)) return true;
  }
  return false;
}

bool Oracle::fits(const Seen& seen, const Choice& choice) const {
  if (seen.drop == nullptr) return is(*seen.line, choice, seen.publish);
  return choice.terms.qos == seen.drop->qos && choice.message->topic == seen.drop->topic;
}

void Oracle::give_shared() {
  if (shared_.empty()) return;
  BeyondByClient beyond = beyond_what_is_owed();
  collect_seen(beyond);
  if (!assign(0, beyond)) {
    if (!order_unknown()) fail("what was shared is not what the members of groups got");
    return;
  }
  for (Shared& shared : shared_) {
    if (shared.chosen != nullptr) give(shared, *shared.chosen);
  }
}

// Try whom each group can have chosen, so that every Session has as much as it is known to have got.
bool Oracle::assign(std::size_t at, BeyondByClient& beyond) {
  if (at == shared_.size()) {
    return std::ranges::all_of(
               beyond, [](const auto& each) { return each.second.counted == 0 && each.second.qos_0 == 0; }) &&
           explains_seen();
  }
  Shared& shared = shared_[at];
  bool may_be_gone = false;
  for (const Candidate& candidate : shared.candidates) {
    if (!may_be_given(shared, candidate)) continue;
    const bool counted = counts(candidate.terms.qos);
    if (candidate.session_ended || (!counted && !candidate.connected)) {
      may_be_gone = true;
      continue;
    }
    std::int64_t& left = counted ? beyond[candidate.client_id].counted : beyond[candidate.client_id].qos_0;
    if (left <= 0) continue;
    --left;
    shared.chosen = &candidate;
    if (assign(at + 1, beyond)) {
      return true;
    }
    shared.chosen = nullptr;
    ++left;
  }
  return may_be_gone && assign(at + 1, beyond);
}

// Which of two groups chose this member, or which of two messages of the step it got, may be either.
void Oracle::give(Shared& shared, const Candidate& candidate) {
  ModelSession& session = sessions_.at(candidate.client_id);
  std::vector<std::pair<const Shared*, const Candidate*>> alternatives;
  bool one_topic = true;
  for (const Shared& other : shared_) {
    if (other.chosen != nullptr && other.chosen->client_id == candidate.client_id) continue;
    for (const Candidate& also : other.candidates) {
      const bool same = also.client_id == candidate.client_id && may_be_given(other, also) &&
                        counts(also.terms.qos) == counts(candidate.terms.qos);
      if (!same) continue;
      alternatives.emplace_back(&other, &also);
      one_topic = one_topic && other.message->topic == shared.message->topic;
    }
  }
  if (!one_topic) join_batches(session, counts(candidate.terms.qos));
  Batch& batch = batch_for(session, shared.message->topic, candidate.terms.qos);
  batch.add({shared.message, candidate.terms}, alternatives.empty(), &shared);
  for (const auto& [other, also] : alternatives) {
    batch.add_alternative({other->message, also->terms}, other);
  }
  shared.given = true;
}

void Oracle::check_leftovers() {
  if (!expected_events_.empty()) fail("an event is missing: " + expected_events_.front());
  if (!expected_drops_.empty()) {
    fail("a drop was not told: " + expected_drops_.front().topic + " for '" +
         expected_drops_.front().client_id + "', " + std::string(name_of(expected_drops_.front().cause)));
  }
  for (auto& [client_id, session] : sessions_) {
    const auto gone = std::erase_if(session.waiting, [](const BatchRef& batch) { return !batch->counted; });
    if (gone > 0 && !order_unknown()) fail("a QoS 0 message did not reach " + client_id);
  }
}

void Oracle::check_lines() const {
  for (const auto& [id, line] : lines_) {
    if (line.ended != engine_.finished(id)) {
      fail(line.ended ? "a connection should have ended: " + line.client_id
                      : "a connection should not have ended: " + line.client_id);
    }
    if (line.answers.empty() || line.maximum_packet_size < 32) continue;
    const Answer& owed = line.answers.front();
    if (owed.any_reason && owed.type == mqtt::PacketType::connack) continue;  // could not be read
    fail(std::string(mqtt::name_of(owed.type)) + " was not sent to " + line.client_id);
  }
}

// What waits, waits for the window only. [MQTT-4.9.0-2]
void Oracle::check_progress(const ModelSession& session) const {
  if (session.line == 0) return;
  const auto found =
      std::ranges::find_if(lines_, [&](const auto& each) { return each.second.serial == session.line; });
  const Line& line = found->second;
  std::uint32_t open = 0;
  bool unsent = !session.waiting.empty();
  for (const Sent& sent : session.inflight) {
    if (sent.sent_on == line.serial)
      ++open;
    else
      unsent = true;
  }
  if (unsent && open < line.window) fail("messages wait although the window is open: " + session.client_id);
}

void Oracle::check_limits(const ModelSession& session) const {
  const auto waiting = static_cast<std::uint64_t>(waiting_of(session, true));
  if (waiting > options_.limits.queue_messages) fail("limits.queue_messages was not kept");
  std::size_t bytes = 0;
  for (const BatchRef& batch : session.waiting) {
    const auto payload = [](const Batch::Copy& copy) { return copy.choice.message->payload.size(); };
    bytes += batch->waiting() * payload(*std::ranges::min_element(batch->copies(), {}, payload));
  }
  if (bytes > options_.limits.queue_bytes) fail("limits.queue_bytes was not kept");
}

void Oracle::compare_all() const {
  compare_sessions();
  compare_retained();
  compare_stats();
}

void Oracle::compare_sessions() const {
  const std::vector<ClientState> clients = engine_.clients();
  if (clients.size() != sessions_.size()) fail("the broker has another number of Sessions");
  auto at = sessions_.begin();
  for (const ClientState& client : clients) {
    const ModelSession& session = (at++)->second;
    const std::string& id = session.client_id;
    if (client.client.client_id != id) fail("a Session is missing: " + id);
    if (client.connected != (session.line != 0)) fail("connected or not, of " + id);
    if (client.inflight != session.inflight.size()) fail("the number inflight of " + id);
    if (client.queued != waiting_of(session, true)) fail("the number queued of " + id);
    if (client.subscriptions.size() != session.subscriptions.size()) fail("the subscriptions of " + id);
    for (const SubscriptionState& subscription : client.subscriptions) {
      const auto found = session.subscriptions.find(subscription.topic_filter);
      if (found == session.subscriptions.end()) fail("a subscription of " + id);
      if (found->second.options.qos != subscription.qos) fail("the QoS of a subscription of " + id);
    }
  }
}

void Oracle::compare_retained() const {
  std::size_t seen = 0;
  for (const Message& message : engine_.retained("#")) {
    const auto found = retained_.find(message.topic);
    if (found == retained_.end()) fail("retained and should not be: " + message.topic);
    const Told& told = *found->second;
    if (told.payload != message.payload || told.qos != message.qos)
      fail("not what is retained: " + message.topic);
    if (message.properties.message_expiry.has_value() != (told.expires_at != kNever)) {
      fail("the expiry of what is retained: " + message.topic);
    }
    ++seen;
  }
  const auto hidden = std::ranges::count_if(retained_, [](const auto& each) { return each.first[0] == '$'; });
  if (seen + static_cast<std::size_t>(hidden) != retained_.size()) fail("a retained message is missing");
}

void Oracle::compare_stats() const {
  const Stats stats = engine_.stats();
  std::size_t subscriptions = rules_.size(), connected = 0;
  for (const auto& [id, session] : sessions_) {
    subscriptions += session.subscriptions.size();
    connected += session.line == 0 ? 0 : 1;
  }
  if (stats.sessions != sessions_.size()) fail("Stats::sessions");
  if (stats.clients_connected != connected) fail("Stats::clients_connected");
  if (stats.subscriptions != subscriptions) fail("Stats::subscriptions");
  if (stats.retained_messages != retained_.size()) fail("Stats::retained_messages");
  for (const Stats::Dropped& dropped : stats.dropped) {
    const auto told = drops_told_.find(dropped.cause);
    if (dropped.count != (told == drops_told_.end() ? 0 : told->second)) {
      fail("Stats::dropped for " + std::string(name_of(dropped.cause)));
    }
  }
}

std::string Oracle::owed_to() const {
  for (const auto& [client_id, session] : sessions_) {
    const bool owed = !session.waiting.empty() || !session.inflight.empty() || !session.from_store.empty();
    if (session.line != 0 && owed) return client_id;
  }
  return {};
}

}  // namespace pint::sim
