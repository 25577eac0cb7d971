#include "sim/world.hpp"

#include <algorithm>
#include <chrono>

#include "mqtt/frame.hpp"
#include "sim/violation.hpp"

namespace pint::sim {

using namespace std::chrono_literals;

namespace {

constexpr unsigned kTicksInPlace = 1'000;
constexpr std::size_t kCompareEvery = 64;

bool is_publish(ByteView packet) { return packet.front() >> 4 == 3; }

}  // namespace

World::World(const Setup& setup)
    : setup_(setup),
      options_(engine_options(setup)),
      packet_faults_(has_packet_faults(setup) ? std::make_unique<PacketFaults>(setup.seed * 3) : nullptr),
      engine_(options_, {.interceptor = packet_faults_.get()}),
      oracle_(options_, engine_),
      current_(setup.clients, 0),
      pieces_(4'096) {
  for (unsigned i = 0; i < setup.clients; ++i) clients_.emplace_back(i);
  if (setup.show) oracle_.show();
}

void World::run(const Schedule& schedule) {
  for (const Action& action : schedule) {
    advance_to(action.at);
    perform(action);
    settle();
  }
  end();
}

Time World::next_deadline() const {
  Time next = std::min(engine_.next_deadline().value_or(kNever), oracle_.next_deadline());
  for (const auto& [serial, pipe] : pipes_) next = std::min(next, pipe.next_deadline());
  return next;
}

void World::advance_to(Time target) {
  for (Time at = next_deadline(); at <= target; at = next_deadline()) advance_once(at);
  now_ = std::max(now_, target);
}

// Whatever is due at one moment: timers first, then what arrives.
void World::advance_once(Time at) {
  ticks_in_place_ = at > now_ ? 0 : ticks_in_place_ + 1;
  require(ticks_in_place_ < kTicksInPlace, "a deadline does not pass");
  now_ = std::max(now_, at);
  const bool due = std::min(engine_.next_deadline().value_or(kNever), oracle_.next_deadline()) <= now_;
  if (due) step([&] { engine_.tick(now_); }, [] {});
  settle();
}

void World::step(const Call& engine_input, const Call& told_to_oracle) {
  outbox_before_.clear();
  for (const auto& [serial, pipe] : pipes_) {
    if (const core::Outbox* outbox = engine_.outbox(pipe.id)) outbox_before_[serial] = outbox->bytes();
  }
  engine_input();
  ++inputs_;
  News news = take_news();
  note(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
  for (const Event& event : news.events) note(event.index());
  for (const Outgoing& sent : news.sent) {
    note(sent.connection.index);
    note(sent.bytes);
  }
  const std::vector<Outgoing> sent = news.sent;
  oracle_.begin(now_, std::move(news));
  told_to_oracle();
  tell_handled();
  oracle_.finish();
  if (publisher_) check_receivers(sent);
  check_outboxes(sent);
  if (inputs_ % kCompareEvery != 0) return;
  oracle_.compare_all();
  check_stalled(engine_, options_);
}

// What one PUBLISH of a client brought about. Not under faults on packets, which come and go by themselves.
void World::check_receivers(const std::vector<Outgoing>& sent) {
  for (const Outgoing& each : sent) {
    if (is_publish(each.bytes)) check_hold(engine_, options_, *publisher_, each.connection);
  }
}

void World::check_outboxes(const std::vector<Outgoing>& sent) {
  for (const auto& [serial, bytes] : outbox_before_) {
    const auto found = pipes_.find(serial);
    if (found == pipes_.end()) continue;
    const core::ConnectionId id = found->second.id;
    const bool qos_0 = std::ranges::any_of(sent, [id](const Outgoing& each) {
      return each.connection == id && mqtt::is_qos_0_publish(each.bytes.front());
    });
    check_outbox(engine_, options_, {.id = id, .bytes_before = bytes, .qos_0_sent = qos_0});
  }
}

News World::take_news() {
  News news{.events = engine_.take_events(), .rule_calls = engine_.take_rule_calls(), .sent = {}};
  for (auto& [serial, pipe] : pipes_) take_sent(pipe, news.sent);
  if (packet_faults_) news.sent = packet_faults_->take_sent();
  return news;
}

// What the outbox has more than before, packet by packet.
void World::take_sent(Pipe& pipe, std::vector<Outgoing>& sent) {
  const core::Outbox* outbox = engine_.outbox(pipe.id);
  if (outbox == nullptr || outbox->bytes() == pipe.seen) return;
  require(outbox->bytes() > pipe.seen, "bytes vanished from an outbox");
  if (packet_faults_) {
    pipe.seen = outbox->bytes();
    return;
  }
  Bytes tail;
  std::size_t skip = pipe.seen;
  const std::size_t count = outbox->gather(pieces_);
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView piece = pieces_[i];
    const std::size_t skipped = std::min(skip, piece.size());
    tail.insert(tail.end(), piece.begin() + static_cast<std::ptrdiff_t>(skipped), piece.end());
    skip -= skipped;
  }
  pipe.seen = outbox->bytes();
  for (ByteView rest(tail); !rest.empty();) {
    const std::size_t size = mqtt::announced_size(rest);
    require(size > 0 && size <= rest.size(), "the broker sent a packet that is not whole");
    sent.push_back({pipe.id, Bytes(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size))});
    rest = rest.subspan(size);
  }
}

// Move bytes until none can move at this moment.
void World::settle() {
  for (bool moved = true; moved;) {
    moved = false;
    engine_.clear_touched();
    std::vector<std::uint64_t> serials;
    for (const auto& [serial, pipe] : pipes_) serials.push_back(serial);
    for (const std::uint64_t serial : serials) {
      if (const auto found = pipes_.find(serial); found != pipes_.end()) moved |= drain(found->second);
      if (const auto found = pipes_.find(serial); found != pipes_.end()) moved |= feed(found->second);
    }
  }
  for (auto& [serial, pipe] : pipes_) check_pressure(pipe);
}

// Nobody is held for longer than the limit says without being read in between.
void World::check_pressure(Pipe& pipe) {
  if (!check_back_pressure(engine_, options_, pipe.id)) {
    pipe.held_since.reset();
    return;
  }
  if (!pipe.held_since) pipe.held_since = now_;
  require(now_ <= *pipe.held_since + options_.limits.hold_publishers, "a client is held for too long");
}

// To the broker. True if anything moved.
bool World::feed(Pipe& pipe) {
  pipe.arrived(now_);
  bool moved = false;
  const std::uint64_t serial = pipe.serial;
  while (engine_.wants_bytes(pipe.id)) {
    ByteView piece = pipe.next_piece(options_.limits.maximum_packet_size);
    if (piece.empty()) break;
    moved = true;
    if (piece.size() >= pipe.bytes_left) {  // the connection breaks here
      piece = piece.first(pipe.bytes_left);
      pipe.to_be_lost = true;
    }
    pipe.bytes_left -= piece.size();
    if (!piece.empty()) hand_over(pipe, piece);
    if (pipe.bytes_left == 0) break;
  }
  const bool nothing_more = pipe.bytes_left == 0 || pipe.all_arrived() || engine_.finished(pipe.id);
  if (!pipe.to_be_lost || !nothing_more) return moved;
  lose(serial, DisconnectCause::client_closed);
  return true;
}

void World::hand_over(Pipe& pipe, ByteView piece) {
  const core::ConnectionId id = pipe.id;
  pipe.held_since.reset();
  if (pipe.begins_with_publish() && !packet_faults_) publisher_ = id;
  step([&] { engine_.receive(id, piece, now_); },
       [&] {
         pipe.give(piece);
         for (ByteView packet = pipe.front_packet(); !packet.empty(); packet = pipe.front_packet()) {
           if (!mqtt::next_frame(packet, options_.limits.maximum_packet_size)) break;
           oracle_.arrived(id);
           if (!packet_faults_) oracle_.handled(id, packet);
           pipe.pop_packet();
         }
         tell_handled();
         const auto frame = mqtt::next_frame(pipe.unfinished(), options_.limits.maximum_packet_size);
         if (!frame) oracle_.frame_refused(id, frame.refusal().reason);
       });
  publisher_.reset();
}

// What came through the interceptor.
void World::tell_handled() {
  if (!packet_faults_) return;
  for (const Outgoing& packet : packet_faults_->take_handled())
    oracle_.handled(packet.connection, packet.bytes);
}

// To the client. True if anything moved.
bool World::drain(Pipe& pipe) {
  const Bytes arrived = pipe.delivered(now_);
  bool moved = !arrived.empty();
  Client& client = clients_[pipe.client];
  if (moved && current_[pipe.client] == pipe.serial && !pipe.abandoned) {
    const Bytes answers = client.receive(arrived);
    if (!answers.empty()) pipe.send(answers, now_);
    if (client.broken()) pipe.to_be_lost = true;
  }
  core::Outbox* outbox = engine_.outbox(pipe.id);
  while (outbox != nullptr && !engine_.reset_wanted(pipe.id)) {
    const std::size_t wanted = pipe.readable(outbox->bytes());
    if (wanted == 0 || outbox->gather(pieces_) == 0) break;
    const ByteView part = pieces_[0].first(std::min(wanted, pieces_[0].size()));
    pipe.transmit(part, now_);
    pipe.seen -= part.size();
    outbox->consume(part.size());
    flush(pipe);
    moved = true;
  }
  const bool sent = outbox == nullptr || outbox->empty() || engine_.reset_wanted(pipe.id) || pipe.abandoned;
  if (engine_.finished(pipe.id) && sent && outbox != nullptr) {
    lose(pipe.serial, DisconnectCause::client_closed);
    return true;
  }
  return moved;
}

// A step only for a client whom a subscription brings retained messages still: nobody else gets anything.
void World::flush(const Pipe& pipe) {
  const core::ConnectionId id = pipe.id;
  if (oracle_.owes_from_store(id))
    step([&] { engine_.flushed(id, now_); }, [] {});
  else
    engine_.flushed(id, now_);
}

// The transport ends: because the engine has finished with it, or by itself.
void World::lose(std::uint64_t serial, DisconnectCause cause) {
  const auto found = pipes_.find(serial);
  const core::ConnectionId id = found->second.id;
  const unsigned client = found->second.client;
  if (engine_.finished(id)) {
    engine_.closed(id);
    oracle_.closed(id);
  } else {
    step([&] { engine_.lost(id, cause, now_); }, [&] { oracle_.lost(id, cause); });
  }
  pipes_.erase(serial);
  if (current_[client] != serial) return;
  current_[client] = 0;
  clients_[client].disconnected();
}

// FNV-1a.
void World::note(ByteView bytes) {
  for (const std::uint8_t byte : bytes) trace_ = (trace_ ^ byte) * 0x100000001B3;
}

void World::note(std::uint64_t number) { trace_ = (trace_ ^ number) * 0x100000001B3; }

// Everybody comes back, reads and answers: what is still owed must arrive. Then everybody goes.
void World::end() {
  if (packet_faults_) packet_faults_->calm();
  setup_.faults = Faults::off;
  advance_to(now_ + 10s);
  drop_pipes();
  settle();
  for (unsigned client = 0; client < setup_.clients; ++client) connect(client, client + 1, true);
  settle();
  advance_to(now_ + 60s);
  oracle_.compare_all();
  // Somebody may have been sent a delayed Will only now.
  for (unsigned left = 20; left > 0 && !oracle_.owed_to().empty(); --left) advance_to(now_ + 1s);
  if (!oracle_.owed_to().empty()) throw Violation("still owed to " + oracle_.owed_to());
  drop_pipes();
  settle();
  advance_to(now_ + 3'600s);
  for (const Message& message : engine_.retained("#"))
    application_publish({.topic = message.topic, .retain = true});
  for (const Message& message : engine_.retained("$share/#")) {
    application_publish({.topic = message.topic, .retain = true});
  }
  for (const core::RuleKey key : rules_) {
    step([&] { engine_.remove_rule(key); }, [&] { oracle_.rule_removed(key); });
  }
  oracle_.compare_all();
  check_end(engine_);
}

}  // namespace pint::sim
