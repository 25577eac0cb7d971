// The oracle on retained messages that a subscription brings. They go out as the client takes them, maybe
// steps later: in order of topic, each once, whatever happens to the store meanwhile.
#include <algorithm>
#include <set>

#include "sim/oracle.hpp"

namespace pint::sim {
namespace {

Terms terms_from_store(const Told& message, const ModelSubscription& subscription) {
  Terms terms = terms_for(message, subscription);
  terms.retain_0_allowed = false;  // [MQTT3-3.3.1-8]
  terms.retain_1_allowed = true;
  return terms;
}

// Every SUBACK the simulation causes is smaller.
constexpr std::uint32_t kAnswersFit = 64;

}  // namespace

void Oracle::owe_retained(ModelSession& session, const std::string& filter) {
  owe_no_more(session, filter);  // subscribed to again, it brings everything again
  const ModelSubscription& subscription = session.subscriptions.at(filter);
  for (const auto& [topic, message] : retained_) {
    if (message->expires_at <= now_ || !filter_matches(subscription.filter, levels_of(topic))) continue;
    session.from_store.push_back({.filter = filter,
                                  .choice = {message, terms_from_store(*message, subscription)},
                                  .from = session.asked});
  }
}

void Oracle::change_terms_of_store(ModelSession& session, const std::string& filter) {
  for (FromStore& each : session.from_store) {
    if (each.filter != filter) continue;
    each.old_terms = each.choice.terms;
    each.terms_from = session.asked;
    each.choice.terms = terms_from_store(*each.choice.message, session.subscriptions.at(filter));
  }
}

void Oracle::owe_no_more(ModelSession& session, const std::string& filter) {
  for (FromStore& each : session.from_store) {
    if (each.filter == filter) each.to = std::min(each.to, session.asked);
  }
}

// What is published to a topic goes behind what the store has for it.
void Oracle::overtake_store(const std::string& topic) {
  for (auto& [client_id, session] : sessions_) {
    std::deque<FromStore> left;
    for (FromStore& each : session.from_store) {
      if (each.choice.message->topic == topic && each.to > session.asked)
        owe(session, each.choice.message, std::move(each.choice.terms));
      else
        left.push_back(std::move(each));
    }
    session.from_store = std::move(left);
  }
}

void Oracle::begin_step_of_store() {
  for (auto& [client_id, session] : sessions_) {
    session.asked = 0;
    const std::size_t before = session.from_store.size();
    const bool front = before > 0 && session.from_store.front().choice.message->expires_at <= now_;
    std::erase_if(session.from_store,
                  [&](const FromStore& each) { return each.choice.message->expires_at <= now_; });
    session.store_rests = session.store_rests || front;
  }
}

// Finds what of a step's news came out of the store for one Session, and makes it owed like anything else.
class Oracle::StoreReader {
 public:
  StoreReader(Oracle& oracle, ModelSession& session) : oracle_(oracle), session_(session) {
    for (const Event& event : oracle.news_.events) {
      const auto* drop = std::get_if<MessageDropped>(&event);
      if (drop == nullptr || drop->client_id != session.client_id) continue;
      if (drop->cause != DropCause::larger_than_client_accepts)
        was_waiting([&](const Choice& choice) { return fits(choice, *drop); });
      else if (!was_inflight(*drop))
        drops_.push_back(drop);
    }
  }

  void read(const SentPublish& sent) {
    const auto is_it = [&](const Choice& choice) { return oracle_.is(*sent.line, choice, sent.publish); };
    if (was_waiting(is_it)) return;
    // Where answers may not fit, it has to be found out.
    const std::size_t last = sent.line->maximum_packet_size < kAnswersFit ? session_.asked : sent.answered;
    for (come_to(sent.answered);; come_to(answered_ + 1)) {
      take_what_was_too_large(is_it);
      if (has_front() && is_it(front())) return take_front();
      if (answered_ >= last) return;
    }
  }

  // The end of the step: what is left is owed still.
  void finish() {
    come_to(session_.asked + 1);
    for (FromStore& each : session_.from_store) each.from = each.terms_from = 0;
  }

 private:
  // What must be resent goes first.
  bool was_inflight(const MessageDropped& drop) {
    for (const Sent& sent : session_.inflight) {
      const bool sent_here = sent.released || sent.sent_on == session_.line;
      if (sent_here || resent_.contains(&sent)) continue;
      const auto is_it = [&](const Choice& choice) { return fits(choice, drop); };
      if (!std::ranges::any_of(sent.choices(), is_it)) continue;
      resent_.insert(&sent);
      return true;
    }
    return false;
  }

  // What waits and looks like this is older, and goes first.
  bool was_waiting(const Batch::Test& is_it) {
    for (const BatchRef& batch : session_.waiting) {
      std::set<std::size_t>& used = used_[batch.get()];
      if (used.size() >= batch->waiting() || !batch->can_see(is_it)) continue;
      for (std::size_t i = 0; i < batch->copies().size(); ++i) {
        if (is_it(batch->copies()[i].choice) && used.insert(i).second) return true;
      }
    }
    return false;
  }

  // What ends on the way may have been too large before.
  void come_to(std::size_t answered) {
    while (answered_ < answered) {
      take_what_was_too_large([](const Choice&) { return false; });
      ++answered_;
      std::erase_if(session_.from_store, [&](const FromStore& each) { return each.to <= answered_; });
    }
  }

  [[nodiscard]] bool has_front() const {
    return !session_.from_store.empty() && session_.from_store.front().from <= answered_;
  }

  [[nodiscard]] Choice front() const {
    const FromStore& front = session_.from_store.front();
    const bool old = front.terms_from > answered_;
    return {front.choice.message, old ? front.old_terms : front.choice.terms};
  }

  void take_what_was_too_large(const Batch::Test& but_for) {
    while (has_front()) {
      const Choice choice = front();
      const auto drop = std::ranges::find_if(drops_, [&](const auto* each) { return fits(choice, *each); });
      if (but_for(choice) || drop == drops_.end()) return;
      const MessageDropped& told = **drop;
      drops_.erase(drop);
      if (!was_waiting([&](const Choice& older) { return fits(older, told); })) take_front();
    }
  }

  [[nodiscard]] bool fits(const Choice& choice, const MessageDropped& drop) const {
    return drop.topic == choice.message->topic && drop.qos == choice.terms.qos &&
           oracle_.plausible(choice, drop);
  }

  void take_front() {
    session_.store_rests = false;
    take(front());
    session_.from_store.pop_front();
  }

  void take(Choice choice) {
    Batch& batch = oracle_.batch_for(session_, choice.message->topic, choice.terms.qos);
    batch.add(std::move(choice));
    used_[&batch].insert(batch.copies().size() - 1);
  }

  Oracle& oracle_;
  ModelSession& session_;
  std::vector<const MessageDropped*> drops_;
  std::map<const Batch*, std::set<std::size_t>> used_;  // copies, by position
  std::set<const Sent*> resent_;
  std::size_t answered_ = 0;
};

void Oracle::take_from_store() {
  for (auto& [client_id, session] : sessions_) {
    if (session.from_store.empty()) continue;
    read_publishes();
    StoreReader reader(*this, session);
    for (const SentPublish& sent : publishes_) {
      if (sent.line->client_id == client_id && !sent.publish.duplicate) reader.read(sent);
    }
    reader.finish();
  }
}

// Nothing stays in the store while there is room.
void Oracle::check_store(const ModelSession& session) const {
  if (session.line == 0 || session.from_store.empty() || session.store_rests) return;
  const auto line =
      std::ranges::find_if(lines_, [&](const auto& each) { return each.second.serial == session.line; });
  if (session.from_store.front().choice.terms.qos == QoS::at_most_once) {
    if (engine_.outbox(line->first)->bytes() > options_.limits.outbox_bytes / 16) return;
    fail("a retained message stays behind although there is room: " + session.client_id);
  }
  const auto open = std::ranges::count(session.inflight, line->second.serial, &Sent::sent_on);
  const bool unsent = static_cast<std::size_t>(open) < session.inflight.size();
  if (!unsent && static_cast<std::uint32_t>(open) < line->second.window)
    fail("a retained message stays behind although the window is open: " + session.client_id);
}

bool Oracle::owes_from_store(core::ConnectionId id) const {
  const auto line = lines_.find(id);
  if (line == lines_.end() || !line->second.connected) return false;
  const auto session = sessions_.find(line->second.client_id);
  return session != sessions_.end() && session->second.line == line->second.serial &&
         !session->second.from_store.empty();
}

}  // namespace pint::sim
