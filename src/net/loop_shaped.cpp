// The ways of bytes on which faults are at work:
//
//   socket ─ read_shaped() ─▶ from_client ─ pass_on() ─▶ engine ─▶ outbox ─ fill() ─▶ to_client ─ drain() ─▶
//   socket
//
// The ends of both ways are in the lanes too, so that they come when the bytes before them have come.
#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "net/loop.hpp"

namespace pint::net {

// Faults come and go.

void Loop::shape(fault::Shaper& shaper) {
  shaper_ = &shaper;
  shaper.tell_stopped(now_);
  std::vector<core::ConnectionId> connections;
  links_.for_each([&](LinkKey key, Link& link) {
    if (link.silent) return reset(key, link);  // the cable is back, but nobody knows this connection any more
    if (link.connection) connections.push_back(link.connection);
  });
  for (const core::ConnectionId connection : connections) {
    see(connection);
    if (!paused_) move_on(connection);
  }
  watch_listeners();
  if (shaper.idle()) shaper_ = nullptr;
}

void Loop::tick_faults() {
  for (const core::ConnectionId connection : shaper_->due(now_)) move_on(connection);
  if (shaper_->idle()) shaper_ = nullptr;
}

// Whatever can go on now, does.
void Loop::move_on(core::ConnectionId connection) {
  pass_on(connection);
  flush(connection);
}

void Loop::see(core::ConnectionId connection) {
  if (const std::optional<core::Engine::Peer> peer = engine_.peer(connection)) {
    shaper_->see(connection, peer->client_id, peer->remote, now_);
  }
}

bool Loop::refuse(const Listener::Accepted& accepted) {
  if (!shaper_->refuses()) return false;
  shaper_->tell_refused(accepted.remote, now_);
  reset_on_close(accepted.socket);
  return true;
}

// From the client.

void Loop::read_shaped(LinkKey key, Link& link, fault::Channel& channel) {
  const core::ConnectionId connection = link.connection;
  const std::size_t room = channel.from_client.room(now_);
  if (room == 0) return;  // move_on() comes back to it
  const Link::Received received = link.receive(scratch().first(std::min(room, scratch().size())));
  if (received.end == Link::End::none) {
    shaper_->enter(channel, Way::from_client, {scratch_.get(), received.size}, now_);
  } else {
    const bool failed = received.end == Link::End::failed;
    channel.from_client.end(failed ? fault::LaneEnd::failed : fault::LaneEnd::closed, now_);
  }
  pass_on(connection);
  Link* still_there = links_.find(key);
  if (still_there && still_there->may_read()) enlist(key, *still_there);
}

// Bytes that were read by somebody else.
void Loop::arrive(core::ConnectionId connection, ByteView bytes) {
  fault::Channel* channel = shaper_ != nullptr ? shaper_->find(connection) : nullptr;
  if (channel != nullptr) {
    shaper_->enter(*channel, Way::from_client, bytes, now_);
    return pass_on(connection);
  }
  deliver(connection, bytes);
  if (shaper_ != nullptr) see(connection);
}

// Hand over to the engine what is due. Each portion may change everything: who the client is, and with it
// which faults are at work, or whether the connection is still there.
void Loop::pass_on(core::ConnectionId connection) {
  while (fault::Channel* channel = shaper_->find(connection)) {
    const LinkKey key = link_of_[connection.index];
    Link& link = links_.at(key);
    const bool takes = wanted(link);
    channel->from_client.set_blocked(!takes);
    if (const auto end = channel->from_client.end_due(now_)) return end_shaped(key, link, *end);
    const ByteView due = channel->from_client.front(now_);
    if (!takes || due.empty()) break;
    const Bytes portion(due.begin(), due.end());
    channel->from_client.pop(portion.size());
    deliver(connection, portion);
    see(connection);
  }
}

void Loop::end_shaped(LinkKey key, Link& link, fault::LaneEnd end) {
  switch (end) {
    case fault::LaneEnd::closed: return lost(key, link, DisconnectCause::client_closed);
    case fault::LaneEnd::failed: return lost(key, link, DisconnectCause::transport_failed);
    case fault::LaneEnd::reset:
      link.reset_when_closed();
      return lost(key, link, DisconnectCause::transport_failed);
    case fault::LaneEnd::fin: break;
  }
  shaper_->forget(link.connection);
  engine_.lost(std::exchange(link.connection, {}), DisconnectCause::transport_failed, now_);
  link.shut_down_sending();
  linger(key, link);
  if (link.may_read()) enlist(key, link);
}

// To the client.

void Loop::flush_shaped(LinkKey key, Link& link, fault::Channel& channel) {
  const core::ConnectionId connection = link.connection;
  bool taken = false;
  for (bool moved = true; moved;) {
    const bool filled = fill(connection, channel);
    taken = taken || filled;
    moved = drain(link, channel) || filled;
  }
  if (taken) engine_.flushed(connection, now_);
  channel.to_client.set_blocked(link.blocked());
  if (const auto end = channel.to_client.end_due(now_)) return end_shaped(key, link, *end);
  if (engine_.finished(connection)) return finish(key, link);
  const bool takes = wanted(link);
  channel.from_client.set_blocked(
      !takes);  // sending may have ended back-pressure: what waits there is due now
  if (link.may_read() && takes) enlist(key, link);
  shaper_->release(connection);
}

// Take from the outbox what finds room; after an end, what will never find any.
bool Loop::fill(core::ConnectionId connection, fault::Channel& channel) {
  core::Outbox* outbox = engine_.outbox(connection);
  if (outbox == nullptr || outbox->empty()) return false;
  if (channel.to_client.ended()) {
    outbox->clear();
    return true;
  }
  const std::size_t room = std::min(channel.to_client.room(now_), outbox->bytes());
  if (room == 0) return false;
  std::array<ByteView, 16> pieces;
  const std::size_t count = outbox->gather(pieces);
  Bytes bytes;  // not in scratch_: what is being delivered lies there
  for (std::size_t i = 0; i < count && bytes.size() < room; ++i) {
    const ByteView piece = pieces[i].first(std::min(pieces[i].size(), room - bytes.size()));
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  }
  outbox->consume(bytes.size());
  shaper_->enter(channel, Way::to_client, bytes, now_);
  return true;
}

// The engine is done with the connection: whether that is not the end of it yet.
bool Loop::finish_shaped(LinkKey key, Link& link) {
  fault::Channel* channel = shaper_->find(link.connection);
  if (channel == nullptr) return false;
  const core::Outbox* outbox = engine_.outbox(link.connection);
  const bool all_sent = (!outbox || outbox->empty()) && channel->to_client.empty();
  if (stopping_) {  // what is on its way is lost, as nobody is there any more to move broker time
    if (!all_sent) close(key, link);
    return !all_sent;
  }
  if (channel->half_open()) {
    release(link);
    link.silent = true;
    if (link.may_read()) enlist(key, link);
    return true;
  }
  // A second of lingering is for peers; what a fault delays comes in its own time.
  return !all_sent && channel->to_client.next_deadline().has_value();
}

bool Loop::drain(Link& link, fault::Channel& channel) {
  bool sent = false;
  for (ByteView due = channel.to_client.front(now_); !due.empty(); due = channel.to_client.front(now_)) {
    const std::size_t size = link.send(due);
    if (size == 0) break;
    channel.to_client.pop(size);
    sent = true;
  }
  return sent;
}

}  // namespace pint::net
