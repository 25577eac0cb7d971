#include "fuzz/engine_world.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "mqtt/topic.hpp"
#include "sim/invariants.hpp"

namespace pint::fuzz {

using namespace std::chrono_literals;

namespace {

constexpr ProtocolVersion kVersions[] = {ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, ProtocolVersion::v5};
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

bool sent_by_servers(PacketType type) {
  switch (type) {
    case PacketType::connect:
    case PacketType::subscribe:
    case PacketType::unsubscribe:
    case PacketType::pingreq: return false;
    default: return true;
  }
}

// What a client owes for a packet, if anything.
std::optional<mqtt::Packet> reply_to(const mqtt::Packet& packet) {
  if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
    if (publish->qos == QoS::at_least_once) return mqtt::Puback{.packet_id = publish->packet_id};
    if (publish->qos == QoS::exactly_once) return mqtt::Pubrec{.packet_id = publish->packet_id};
  } else if (const auto* pubrec = std::get_if<mqtt::Pubrec>(&packet)) {
    return mqtt::Pubrel{.packet_id = pubrec->packet_id};
  } else if (const auto* pubrel = std::get_if<mqtt::Pubrel>(&packet)) {
    return mqtt::Pubcomp{.packet_id = pubrel->packet_id};
  }
  return std::nullopt;
}

}  // namespace

EngineWorld::EngineWorld(const core::EngineOptions& options, core::Seams seams, Listener* listener)
    : options_(options), engine_(options, seams), listener_(listener) {}

void EngineWorld::open(Seat& seat) {
  if (seat.id) lose(seat, DisconnectCause::client_closed);
  const bool slow = seat.slow;
  seat = {};
  seat.slow = slow;
  ++opened_;
  seat.id = engine_.open({.address = {127, 0, 0, 1}, .port = static_cast<std::uint16_t>(opened_)}, now_);
}

void EngineWorld::give(Seat& seat, ByteView bytes) {
  if (!engine_.wants_bytes(seat.id)) return;  // as a host must not
  bytes_given_ += bytes.size();
  engine_.receive(seat.id, bytes, now_);
  learn_version(seat);
}

void EngineWorld::learn_version(Seat& seat) {
  const auto peer = engine_.peer(seat.id);
  if (seat.version || !peer || peer->client_id.empty()) return;
  for (const ClientState& client : engine_.clients()) {
    if (client.client.client_id == peer->client_id) seat.version = client.client.version;
  }
}

void EngineWorld::give(Seat& seat, const mqtt::Packet& packet, ProtocolVersion version) {
  Bytes bytes;
  mqtt::encode(bytes, packet, version);
  give(seat, bytes);
}

void EngineWorld::answer(Seat& seat) {
  if (seat.answers.empty()) return;
  const Bytes bytes = std::move(seat.answers.front());
  seat.answers.pop_front();
  give(seat, bytes);
}

void EngineWorld::lose(Seat& seat, DisconnectCause cause) {
  if (!seat.id) return;
  engine_.lost(seat.id, cause, now_);
  require(engine_.outbox(seat.id) == nullptr, "a connection that was lost still has an outbox");
  seat.id = {};
}

void EngineWorld::read(Seat& seat, std::size_t bytes_max) {
  core::Outbox* outbox = engine_.outbox(seat.id);
  if (outbox == nullptr) return;
  while (bytes_max > 0 && !outbox->empty() && !engine_.reset_wanted(seat.id)) {
    std::array<ByteView, 3> pieces;
    const std::size_t count = outbox->gather(pieces);
    require(count > 0 && !pieces[0].empty(), "an outbox has bytes and gives none");
    const ByteView part = pieces[0].first(std::min(pieces[0].size(), bytes_max));
    seat.unparsed.insert(seat.unparsed.end(), part.begin(), part.end());
    bytes_read_ += part.size();
    bytes_max -= part.size();
    outbox->consume(part.size());
  }
  engine_.flushed(seat.id, now_);
  learn_version(seat);  // a CONNECT that was kept back is handled late
  parse(seat);
  close_if_finished(seat);
}

void EngineWorld::close_if_finished(Seat& seat) {
  if (!engine_.finished(seat.id)) return;
  const bool reset = engine_.reset_wanted(seat.id);
  if (!reset && !engine_.outbox(seat.id)->empty()) return;
  require(reset || seat.unparsed.empty(), "a connection ended in the middle of a packet");
  engine_.closed(seat.id);
  require(engine_.outbox(seat.id) == nullptr, "a connection that was closed still has an outbox");
  seat.id = {};
}

// Everything the engine sends is whole packets that a client of its version takes.
void EngineWorld::parse(Seat& seat) {
  ByteView rest = seat.unparsed;
  while (!rest.empty()) {
    const auto frame = mqtt::next_frame(rest, mqtt::kMaxPacketBytes);
    require(static_cast<bool>(frame), "the engine sent what is no packet");
    if (!frame->has_value()) break;
    require(sent_by_servers((*frame)->type()), "the engine sent a packet that only clients send");
    bool understood = false;
    for (const ProtocolVersion version : kVersions) {
      if (seat.version && *seat.version != version) continue;
      const auto packet = mqtt::decode(**frame, version);
      if (packet && seat.version) note_answer(seat, *packet, version);
      understood |= static_cast<bool>(packet);
    }
    require(understood, "the engine sent a packet that its version does not have");
    rest = rest.subspan((*frame)->bytes.size());
  }
  seat.unparsed.erase(seat.unparsed.begin(), seat.unparsed.end() - static_cast<std::ptrdiff_t>(rest.size()));
}

void EngineWorld::note_answer(Seat& seat, const mqtt::Packet& packet, ProtocolVersion version) {
  if (const auto reply = reply_to(packet)) mqtt::encode(seat.answers.emplace_back(), *reply, version);
}

void EngineWorld::add_rule(std::string_view topic_filter) {
  if (rules_.size() < kRulesAtOnce && mqtt::parse_topic_filter(topic_filter))
    rules_.push_back(engine_.add_rule(topic_filter, now_));
}

void EngineWorld::remove_rule(std::size_t index) {
  if (rules_.empty()) return;
  const auto rule = rules_.begin() + static_cast<std::ptrdiff_t>(index % rules_.size());
  require(engine_.remove_rule(*rule), "a rule cannot be removed");
  require(!engine_.remove_rule(*rule), "a rule can be removed twice");
  rules_.erase(rule);
}

void EngineWorld::tick() {
  engine_.set_wire_time(now_);
  engine_.tick(now_);
  const auto next = engine_.next_deadline(), wire = engine_.next_wire_deadline();
  require((!next || *next > now_) && (!wire || *wire > now_), "a deadline stays due after its tick");
}

void EngineWorld::pass(Duration duration) {
  const Time target = now_ + duration;
  for (;;) {
    const auto next = engine_.next_deadline(), wire = engine_.next_wire_deadline();
    const Time due = std::min(next.value_or(kNever), wire.value_or(kNever));
    if (due > target) break;
    now_ = std::max(now_, due);
    tick();
    turn();
  }
  now_ = target;
}

void EngineWorld::jump(Duration duration) {
  now_ += duration;
  tick();
}

void EngineWorld::turn() {
  for (Seat& seat : seats_) {
    if (!seat.slow || engine_.finished(seat.id)) read(seat, kAll);
  }
  engine_.clear_touched();
  take_news();
}

void EngineWorld::settle() {
  turn();
  check_counts();
  check_outboxes();
}

// Rules publish again what they are called with, as the action "topic" does: rule_hops is their end.
void EngineWorld::take_news() {
  take_events();
  while (engine_.has_news()) {
    for (const core::RuleCall& call : engine_.take_rule_calls()) {
      engine_.count_rule_call();
      require(call.hops <= options_.limits.rule_hops, "a rule was called after too many others");
      require(mqtt::is_topic_name(call.message->topic()), "a rule was called with no Topic Name");
      (void)engine_.publish({.topic = "again", .qos = call.qos}, static_cast<std::uint8_t>(call.hops + 1),
                            now_);
    }
    take_events();
  }
}

void EngineWorld::take_events() {
  std::vector<Event> events = engine_.take_events();
  if (listener_ != nullptr) listener_->on_events(std::move(events), engine_.placed());
}

void EngineWorld::check_counts() {
  const Stats stats = engine_.stats();
  const std::vector<ClientState> clients = engine_.clients();
  std::size_t connected = 0, subscriptions = rules_.size();
  for (const ClientState& client : clients) {
    connected += client.connected ? 1 : 0;
    subscriptions += client.subscriptions.size();
    require(client.inflight <= options_.limits.inflight, "more is inflight than limits.inflight");
    require(client.queued <= options_.limits.queue_messages, "more is queued than limits.queue_messages");
    require(client.subscriptions.size() <= options_.limits.subscriptions_per_client,
            "a client has more than limits.subscriptions_per_client");
  }
  require(stats.sessions == clients.size(), "Stats::sessions is not the number of Sessions");
  require(stats.clients_connected == connected, "Stats::clients_connected is not who is connected");
  require(stats.clients_connected <= stats.clients_connected_maximum, "the maximum is less than what is");
  require(stats.subscriptions == subscriptions, "Stats::subscriptions is not the sum of subscriptions");
  require(stats.retained_messages <= options_.limits.retained_messages, "limits.retained_messages is passed");
  require(stats.retained_messages >= engine_.retained("#").size(), "retained messages are not counted");
  require(stats.connections_accepted == opened_, "Stats::connections_accepted is not what was opened");
  require(stats.bytes_received == bytes_given_, "Stats::bytes_received is not what was given");
  require(stats.bytes_sent >= bytes_read_, "more bytes were sent than counted");
}

void EngineWorld::check_outboxes() {
  for (const Seat& seat : seats_) {
    sim::check_outbox(engine_, options_, {.id = seat.id});
    (void)sim::check_back_pressure(engine_, options_, seat.id);  // who waits for whom is not asked
  }
}

void EngineWorld::remove_retained() {
  for (const char* filter : {"#", "$SYS/#", "$x/#"}) {
    for (const Message& message : engine_.retained(filter)) {
      (void)engine_.publish({.topic = message.topic, .retain = true}, 0, now_);
    }
  }
  settle();
}

void EngineWorld::end() {
  for (Seat& seat : seats_) lose(seat, DisconnectCause::client_closed);
  while (!rules_.empty()) remove_rule(0);
  settle();
  pass(options_.limits.session_expiry_maximum + 1h);
  remove_retained();
  // What has a name under "$" that no filter above matches goes like this.
  if (engine_.stats().retained_messages > 0) engine_.restart({.sessions = false, .retained = true}, now_);
  settle();
  require(!engine_.next_wire_deadline(), "a deadline in wire time is left at the end");
  sim::check_end(engine_);
}

}  // namespace pint::fuzz
