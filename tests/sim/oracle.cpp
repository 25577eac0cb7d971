#include "sim/oracle.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "sim/violation.hpp"

namespace pint::sim {

using std::chrono::seconds;

namespace {

// A client that is held may have sent what nobody has read: how much of that time counts as silence is the
// broker's affair, so that there is an earliest and a latest end of it.
struct SilenceEnds {
  Time earliest = kNever;
  Time latest = kNever;
};

SilenceEnds silence_ends(const Line& line) {
  if (line.keep_alive == 0) return {};
  const std::chrono::milliseconds limit{line.keep_alive * 1'500};
  return {line.last_packet + limit, std::max(line.last_packet, line.last_held) + limit};
}

// When something may happen to the line by itself, and after that, when it must.
Time due_of(const Line& line, Time now) {
  if (line.ended) return kNever;
  if (!line.connected) return line.connect_by;
  const SilenceEnds ends = silence_ends(line);
  return ends.earliest > now ? ends.earliest : ends.latest;
}

bool tells_of_silence(const std::vector<Event>& events, const std::string& client_id) {
  return std::ranges::any_of(events, [&](const Event& each) {
    const auto* event = std::get_if<ClientDisconnected>(&each);
    return event != nullptr && event->client.client_id == client_id &&
           event->cause == DisconnectCause::keep_alive_timeout;
  });
}

Time due_of(const ModelSession& session) {
  return std::min(session.will_due.value_or(kNever), session.expires.value_or(kNever));
}

const std::string& client_of(const ClientDisconnected& event) { return event.client.client_id; }
const std::string& client_of(const ConnectRefused& event) { return event.client.client_id; }
const std::string& client_of(const WillPublished& event) { return event.client_id; }
const std::string& client_of(const SessionEnded& event) { return event.client_id; }

}  // namespace

Oracle::Oracle(const core::EngineOptions& options, core::Engine& engine)
    : options_(options), engine_(engine) {}

void Oracle::begin(Time now, News news) {
  ++step_;
  now_ = now;
  news_ = std::move(news);
  expected_events_.clear();
  expected_drops_.clear();
  lost_.clear();
  dropped_at_end_.clear();
  ended_sessions_.clear();
  shared_.clear();
  publishes_.clear();
  calls_.clear();
  handled_ = 0;
  for (auto& [id, line] : lines_) {
    line.ended_now = false;
    if (line.held) line.last_held = now_;
  }
  begin_step_of_store();
  run_due();
}

void Oracle::run_due() {
  while (run_one_due()) {
  }
}

template <class T>
std::size_t Oracle::told_at(const std::string& client_id) const {
  for (std::size_t i = 0; i < news_.events.size(); ++i) {
    const T* event = std::get_if<T>(&news_.events[i]);
    if (event != nullptr && client_of(*event) == client_id) return i;
  }
  return news_.events.size();
}

// The one of what is due that the engine told of first.
bool Oracle::run_one_due() {
  std::size_t first = news_.events.size() + 1;
  std::function<void()> run;
  const auto offer = [&](std::size_t told, std::function<void()> act) {
    if (told >= first) return;
    first = told;
    run = std::move(act);
  };
  for (auto& [id, line] : lines_) {
    const bool silent = line.connected && !line.ended && silence_ends(line).earliest <= now_ &&
                        tells_of_silence(news_.events, line.client_id);
    if (due_of(line, now_) > now_ && !silent) continue;
    if (!line.connected) {
      offer(told_at<ConnectRefused>({}), [this, &line] { end_line(line, DisconnectCause::limit_reached); });
      continue;
    }
    offer(told_at<ClientDisconnected>(line.client_id), [this, &line] {
      end_with(line, DisconnectCause::keep_alive_timeout, {ReasonCode::keep_alive_timeout});
    });
  }
  for (auto& [client_id, session] : sessions_) {
    if (session.will_due && *session.will_due <= now_) {
      offer(told_at<WillPublished>(client_id), [this, &session] { publish_will(session); });
    }
    if (session.expires && *session.expires <= now_) {
      offer(told_at<SessionEnded>(client_id), [this, id = client_id] { end_session(id, true); });
    }
  }
  for (const auto& [topic, message] : retained_) {
    if (message->expires_at > now_) continue;
    offer(news_.events.size(), [this, topic_copy = topic] {
      const ToldRef expired = retained_.at(topic_copy);
      expect_drop({}, {expired, {.qos = expired->qos}}, DropCause::expired);
      retained_.erase(topic_copy);
    });
  }
  if (run) run();
  return static_cast<bool>(run);
}

Time Oracle::next_deadline() const {
  Time next = kNever;
  for (const auto& [id, line] : lines_) next = std::min(next, due_of(line, now_));
  for (const auto& [client_id, session] : sessions_) next = std::min(next, due_of(session));
  for (const auto& [topic, message] : retained_) next = std::min(next, message->expires_at);
  return next;
}

Line* Oracle::line_of(core::ConnectionId id) {
  const auto found = lines_.find(id);
  return found == lines_.end() ? nullptr : &found->second;
}

Line& Oracle::line_at(std::uint64_t serial) {
  for (auto& [id, line] : lines_) {
    if (line.serial == serial) return line;
  }
  fail("the oracle lost a line");
}

ModelSession* Oracle::session_of(const std::string& client_id) {
  const auto found = sessions_.find(client_id);
  return found == sessions_.end() ? nullptr : &found->second;
}

void Oracle::opened(core::ConnectionId id) {
  const bool over_limit = lines_.size() + 1 > options_.limits.connections;
  require(!lines_.contains(id), "a connection's id was given out twice");
  lines_[id] = {.serial = ++last_serial_,
                .id = id,
                .over_limit = over_limit,
                .connect_by = now_ + options_.limits.connect_timeout};
}

void Oracle::arrived(core::ConnectionId id) {
  if (Line* line = line_of(id)) line->last_packet = now_;
}

void Oracle::handled(core::ConnectionId id, ByteView packet) {
  Line* line = line_of(id);
  if (line == nullptr || line->ended) return;
  ++handled_;
  print("->", *line, packet);
  const auto frame = mqtt::next_frame(packet, options_.limits.maximum_packet_size);
  if (!frame) return frame_refused(id, frame.refusal().reason);
  if (!frame->has_value()) return frame_refused(id, ReasonCode::malformed_packet);
  if (!line->connected) {
    if ((*frame)->type() == mqtt::PacketType::connect) return on_connect(*line, **frame);
    return protocol_error(*line, {ReasonCode::protocol_error});  // [MQTT-3.1.0-1]
  }
  const auto decoded = mqtt::decode(**frame, line->version);
  if (!decoded) return protocol_error(*line, {});
  on_packet(*line, *decoded);
}

void Oracle::frame_refused(core::ConnectionId id, ReasonCode reason) {
  Line* line = line_of(id);
  if (line != nullptr && !line->ended) protocol_error(*line, {reason});
}

void Oracle::lost(core::ConnectionId id, DisconnectCause cause) {
  Line* line = line_of(id);
  if (line == nullptr) return;
  end_line(*line, cause);
  lines_.erase(id);
}

void Oracle::closed(core::ConnectionId id) {
  const Line* line = line_of(id);
  if (line == nullptr) return;
  require(line->ended, "the engine wants a connection closed that has not ended");
  lines_.erase(id);
}

void Oracle::disconnected(const std::string& client_id, ReasonCode reason, DisconnectCause cause) {
  const ModelSession* session = session_of(client_id);
  if (session == nullptr || session->line == 0) return;
  end_with(line_at(session->line), cause, {reason});
}

void Oracle::cut(const std::string& client_id) {
  const ModelSession* session = session_of(client_id);
  if (session == nullptr || session->line == 0) return;
  end_line(line_at(session->line), DisconnectCause::transport_failed);
}

void Oracle::restarted(const core::Loss& loss) {
  for (auto& [client_id, session] : sessions_) session.will.reset();
  for (auto& [id, line] : lines_) end_line(line, DisconnectCause::transport_failed);
  std::vector<std::string> client_ids;
  for (auto& [client_id, session] : sessions_) {
    session.will_due.reset();
    client_ids.push_back(client_id);
    if (loss.sessions || !loss.inflight) continue;
    give_up(session);
    session.received.clear();
  }
  if (loss.sessions) {
    for (const std::string& client_id : client_ids) end_session(client_id, false);
  }
  if (!loss.retained) return;
  retained_.clear();
  for (auto& [client_id, session] : sessions_) session.from_store.clear();
}

// [MQTT-3.1.2-8] [MQTT-3.1.3-9] [MQTT-3.14.4-3]
void Oracle::end_line(Line& line, DisconnectCause cause, bool keeps_will) {
  if (line.ended) return;
  line.ended = line.ended_now = true;
  if (!line.connected) return expect_event("refused");
  ModelSession& session = sessions_.at(line.client_id);
  expect_event("disconnected " + line.client_id + " " + std::string(name_of(cause)));
  session.line = 0;
  if (session.will && !keeps_will) session.will.reset();
  if (session.will) {
    const std::uint32_t delay = std::min(session.will->delay, line.session_expiry);
    if (delay == 0)
      publish_will(session);
    else
      session.will_due = now_ + seconds{delay};
  }
  if (line.session_expiry == 0) return end_session(std::string(line.client_id), false);
  if (line.session_expiry != 0xFFFFFFFF) session.expires = now_ + seconds{line.session_expiry};
}

// 5.0: DISCONNECT says why. [MQTT-3.14.0-1]
void Oracle::end_with(Line& line, DisconnectCause cause, std::vector<ReasonCode> reasons) {
  if (line.ended) return;
  if (line.connected && line.v5()) {
    const bool any = reasons.empty();
    line.answers.push_back(
        {.type = mqtt::PacketType::disconnect, .reasons = std::move(reasons), .any_reason = any});
  }
  end_line(line, cause);
}

void Oracle::protocol_error(Line& line, std::vector<ReasonCode> reasons) {
  end_with(line, DisconnectCause::protocol_error, std::move(reasons));
}

void Oracle::end_session(const std::string& client_id, bool expired) {
  ModelSession& session = sessions_.at(client_id);
  session.expires.reset();
  if (session.will) publish_will(session);
  for (Shared& shared : shared_) {
    for (Candidate& candidate : shared.candidates) {
      if (candidate.client_id == client_id) candidate.session_ended = true;
    }
  }
  give_up(session);
  expect_event("ended " + client_id + (expired ? " expired" : ""));
  ended_sessions_.push_back(client_id);
  sessions_.erase(client_id);
}

// What was still owed must be told as dropped.
void Oracle::give_up(ModelSession& session) {
  Lost& lost = lost_[session.client_id];
  for (BatchRef& batch : session.waiting) lost.waiting.push_back(std::move(batch));
  for (Sent& sent : session.inflight) {
    if (!sent.released) lost.inflight.push_back(std::move(sent));
  }
  session.waiting.clear();
  session.inflight.clear();
  session.from_store.clear();
}

void Oracle::publish_will(ModelSession& session) {
  session.will_due.reset();
  ModelWill will = std::move(*session.will);
  session.will.reset();
  if (will.message_expiry) will.message.expires_at = now_ + seconds{*will.message_expiry};
  expect_event("will " + session.client_id + " " + will.message.topic);
  const unsigned receivers = route(will.message);
  expect_event("published " + session.client_id + " " + will.message.topic + " " + std::to_string(receivers));
}

void Oracle::rule_added(core::RuleKey rule, const std::string& filter) {
  rules_.push_back({rule, *read_filter(filter)});
  for (const auto& [topic, message] : retained_) {
    if (message->expires_at > now_ && filter_matches(rules_.back().filter, levels_of(topic))) {
      calls_.push_back({rule, message, true});
    }
  }
}

void Oracle::rule_removed(core::RuleKey rule) {
  std::erase_if(rules_, [rule](const ModelRule& each) { return each.key == rule; });
}

}  // namespace pint::sim
