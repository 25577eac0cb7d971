#include "net/loop.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/assert.hpp"

namespace pint::net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kScratchBytes = FloodBudget::kAloneBytes;  // the most a link may give in one turn
constexpr std::size_t kCautiousBytes = 16u << 10;     // … while publishers are held: it may have to be kept
constexpr std::size_t kSliceBytes = 32u << 10;        // what the engine gets before its output is looked at
constexpr std::size_t kEarlyFlushBytes = 256u << 10;  // output of a turn that is not kept until its end
constexpr int kAccepts = 64;                          // connections a listener may bring in one turn
constexpr int kNewsRounds = 16;                       // how often handlers may cause news in one turn
constexpr int kFlushRounds = 16;                      // how often flushing may free more output in one turn
constexpr int kSettleTurns = 32;                      // enough to read what a socket's buffer holds
constexpr std::size_t kCommandsKept = 1'024;          // room for so many is kept between turns
constexpr std::size_t kMuchMemory = 4u << 20;         // worth the time it takes to give half of it back
constexpr std::size_t kLastMemory = 256u << 10;       // … once some was given back
constexpr Duration kLinger = 1s;                      // for the peer to take our last bytes and end its side
constexpr std::uint32_t kDiscardBytes = 1u << 20;     // what it may still send meanwhile
constexpr Duration kListenerRest = 100ms;             // when no descriptor is left

// Listeners count from 0 in the lower half; links have their generation, never 0, in the upper half.
Token token_of(Id<Link> key) { return Token{key.generation} << 32 | key.index; }
Id<Link> link_key(Token token) {
  return {.index = static_cast<std::uint32_t>(token), .generation = static_cast<std::uint32_t>(token >> 32)};
}

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  return a && b ? std::min(a, b) : a ? a : b;
}

void require(std::error_code error, const char* what) {
  if (error) throw std::system_error(error, what);
}

}  // namespace

Loop::Loop(core::Engine& engine, Mailbox& mailbox, TimeSource& time, Host& host)
    : engine_(engine),
      mailbox_(mailbox),
      time_(time),
      host_(host),
      scratch_(std::make_unique_for_overwrite<std::uint8_t[]>(kScratchBytes)) {
  require(poller_.add(mailbox.waker()), "epoll_ctl");
  read_time();
}

void Loop::add(Listener listener) {
  require(poller_.add(listener.descriptor(), Token{listeners_.size()}, Trigger::level), "epoll_ctl");
  listeners_.push_back(std::move(listener));
}

void Loop::run() {
  while (!stop_) {
    turn(true);
    run_jobs();
  }
  shut_down(*stop_);
}

bool Loop::turn(bool may_wait) {
  const Duration longest = may_wait ? timeout() : Duration::zero();
  watch_memory(longest > Duration::zero());
  const std::span<const Ready> ready = poller_.wait(longest);
  const bool found = !ready.empty() || busy();
  read_time();
  const std::size_t left_over = readable_.size();
  for (const Ready& each : ready) on_ready(each);
  read_listed(left_over);
  take_commands();
  const bool ticked = tick();
  end_turn();
  return found || ticked;
}

void Loop::run_jobs() {
  std::vector<std::function<void()>> jobs;
  while (!jobs_.empty() && !stop_) {
    jobs.swap(jobs_);
    for (const std::function<void()>& job : jobs) {
      if (!stop_) job();
    }
    jobs.clear();
  }
}

void Loop::settle() {
  int quiet = 0;
  for (int i = 0; i < kSettleTurns && quiet < 2 && !stop_; ++i) quiet = turn(false) ? 0 : quiet + 1;
}

void Loop::catch_up() {
  read_time();
  take_commands();
}

void Loop::read_time() {
  now_ = time_.now();
  wire_now_ = time_.wire(now_);
  engine_.set_wire_time(wire_now_);
}

// Work for a turn; jobs are work between turns.
bool Loop::busy() const {
  if (!mailbox_.empty() || engine_.has_news()) return true;
  return !paused_ && (!readable_.empty() || !engine_.touched().empty());
}

Duration Loop::timeout() const {
  if (busy() || !jobs_.empty()) return Duration::zero();
  if (paused_) return kForever;
  Duration longest = kForever;
  if (const std::optional<Time> due = next_deadline()) longest = time_.until(*due);
  const Time wire_due =
      std::min(engine_.next_wire_deadline().value_or(kNever), timers_.next().value_or(kNever));
  if (wire_due == kNever) return longest;
  const Time wire_now = time_.wire(time_.now());
  return std::min(longest, std::max(wire_due - wire_now, Duration::zero()));
}

std::optional<Time> Loop::next_deadline() const {
  const std::optional<Time> engines = engine_.next_deadline();
  const std::optional<Time> faults = shaper_ != nullptr ? shaper_->next_deadline() : std::nullopt;
  const std::optional<Time> others = timed_ != nullptr ? timed_->next_deadline() : std::nullopt;
  return earlier(earlier(engines, faults), others);
}

void Loop::shut_down(Duration grace) {
  listeners_.clear();
  mailbox_.close();
  stopping_ = true;
  jobs_.clear();
  read_time();
  end_pause();
  const Time until = grace < kNever - wire_now_ ? wire_now_ + grace : kNever;
  timers_.set(until, {});
  links_.for_each([this](LinkKey key, Link& link) {
    if (!link.connection) close(key, link);  // had its last packet already
  });
  engine_.shut_down(ReasonCode::server_shutting_down, now_);
  end_turn();
  while (links_.size() > 0 && wire_now_ < until) turn(true);
  links_.for_each([this](LinkKey key, Link& link) { close(key, link); });
  settle_news();
}

// Accepting.

void Loop::on_ready(const Ready& ready) {
  const LinkKey key = link_key(ready.token);
  if (!key) return accept_from(key.index);
  Link* link = links_.find(key);
  if (!link) return;  // closed earlier in this turn
  const bool unblocked = link->on_ready(ready);
  if (paused_) return;
  if (link->may_read()) enlist(key, *link);
  if (unblocked && link->connection) flush(link->connection);
}

void Loop::accept_from(std::uint32_t listener) {
  if (listener >= listeners_.size()) return;  // closed by shut_down()
  for (int i = 0; i < kAccepts; ++i) {
    Listener::Accepted accepted = listeners_[listener].accept();
    switch (accepted.outcome) {
      case Listener::Outcome::accepted:
        if (shaper_ == nullptr || !refuse(accepted)) admit(std::move(accepted));
        break;
      case Listener::Outcome::failed: break;
      case Listener::Outcome::none_waiting: return;
      case Listener::Outcome::exhausted: return rest(listener);
    }
  }
}

core::ConnectionId Loop::admit(Listener::Accepted accepted) {
  const int descriptor = accepted.socket.get();
  host_.on_accepted(descriptor);
  const core::ConnectionId connection = engine_.open(accepted.remote, now_);
  const LinkKey key = links_.emplace(std::move(accepted.socket), connection);
  if (link_of_.size() <= connection.index) link_of_.resize(connection.index + 1);
  link_of_[connection.index] = key;
  if (!poller_.add(descriptor, token_of(key), Trigger::edge)) {
    if (shaper_ != nullptr) see(connection);
    return connection;
  }
  host_.on_descriptors_exhausted();  // the kernel has no memory for it
  engine_.lost(connection, DisconnectCause::transport_failed, now_);
  links_.erase(key);
  return {};
}

// Level-triggered and full, a listener would be ready in every turn. Who waits in its backlog goes on
// waiting.
void Loop::rest(std::uint32_t listener) {
  poller_.remove(listeners_[listener].descriptor());
  timers_.set(wire_now_ + kListenerRest, {.listener = listener});
  host_.on_descriptors_exhausted();
}

// Reading.

void Loop::enlist(LinkKey key, Link& link) {
  if (std::exchange(link.listed, true)) return;
  readable_.push_back(key);
}

// Who has just sent something comes before those that had more than fits into a turn, and what it caused
// leaves before these get another one: beside a flood a message waits for what is left of one share of it,
// and not for two.
void Loop::read_listed(std::size_t left_over) {
  if (paused_) return;
  reading_.swap(readable_);
  const auto flooding = reading_.begin() + static_cast<std::ptrdiff_t>(left_over);
  std::for_each(flooding, reading_.end(), [this](LinkKey key) { read_one(key, kScratchBytes); });
  if (left_over > 0) read_flood({reading_.begin(), flooding});
  reading_.clear();
}

void Loop::read_flood(std::span<const LinkKey> links) {
  flush_touched();
  const std::uint64_t packets_before = engine_.packets_handled();
  const std::size_t budget = flood_budget_.bytes();
  read_bytes_ = 0;
  for (const LinkKey key : links) read_one(key, budget);
  flood_budget_.end_turn(links.size(), read_bytes_, engine_.packets_handled() - packets_before);
}

void Loop::read_one(LinkKey key, std::size_t most) {
  Link* link = links_.find(key);
  if (!link) return;
  link->listed = false;
  if (link->deadline == TimerId::none && !link->silent)
    read(key, *link, most);
  else
    discard(key, *link);
}

// A link that cannot send is read to its end in any case: that is how it is closed.
bool Loop::wanted(const Link& link) const { return link.failed() || engine_.wants_bytes(link.connection); }

void Loop::read(LinkKey key, Link& link, std::size_t most) {
  const core::ConnectionId connection = link.connection;
  if (!wanted(link)) return;  // flush() enlists it once the engine has touched it
  if (fault::Channel* channel = shaper_ != nullptr ? shaper_->find(connection) : nullptr) {
    return read_shaped(key, link, *channel);
  }
  const Link::Received received = link.receive(scratch().first(std::min(most, scratch().size())));
  if (received.end != Link::End::none) {
    const bool failed = received.end == Link::End::failed;
    return lost(key, link, failed ? DisconnectCause::transport_failed : DisconnectCause::client_closed);
  }
  flood_budget_.received(received.size);
  read_bytes_ += received.size;
  deliver(connection, {scratch_.get(), received.size});
  if (shaper_ != nullptr) see(connection);
  Link* still_there = links_.find(key);  // delivering may have flushed and closed it
  if (still_there && still_there->may_read()) enlist(key, *still_there);
}

std::span<std::uint8_t> Loop::scratch() const {
  return {scratch_.get(), engine_.holds_publishers() ? kCautiousBytes : kScratchBytes};
}

void Loop::lost(LinkKey key, Link& link, DisconnectCause cause) {
  if (shaper_ != nullptr) shaper_->forget(link.connection);
  engine_.lost(link.connection, cause, now_);
  links_.erase(key);
}

void Loop::deliver(core::ConnectionId connection, ByteView bytes) {
  std::size_t most = kSliceBytes;
  while (!bytes.empty()) {
    const ByteView slice = bytes.first(std::min(bytes.size(), most));
    engine_.receive(connection, slice, now_);
    // A packet that a slice cuts in two is copied once more. One receiver gets no more than has been read.
    most = engine_.touched().size() <= 1 ? kScratchBytes : kSliceBytes;
    relieve(slice.size());
    bytes = bytes.subspan(slice.size());
  }
}

void Loop::discard(LinkKey key, Link& link) {
  const Link::Received received = link.receive(scratch());
  link.discarded_bytes += static_cast<std::uint32_t>(received.size);
  const bool enough = link.discarded_bytes > kDiscardBytes && !link.silent;
  if (received.end != Link::End::none || enough) return close(key, link);
  if (link.may_read()) enlist(key, link);
}

// Commands and deadlines.

void Loop::take_commands() {
  if (!mailbox_.take(commands_)) return;
  for (Command& command : commands_) {
    carry_out(command);
    if (stop_) break;
  }
  commands_.clear();
  if (commands_.capacity() > kCommandsKept) commands_ = {};
}

void Loop::carry_out(Command& command) {
  if (auto* publish = std::get_if<Publish>(&command)) {
    // Whoever posted it has checked it; what the engine still refuses, such as a rule loop, it counts and
    // tells.
    [[maybe_unused]] const std::error_code told = engine_.publish(publish->message, publish->hops, now_);
    relieve(publish->message.payload.size());
  } else if (auto* task = std::get_if<Task>(&command)) {
    (*task)(engine_, now_);
  } else if (auto* job = std::get_if<Job>(&command)) {
    after_turn(std::move(job->run));
  } else {
    stop_ = std::get<Stop>(command).grace;
  }
}

bool Loop::tick() {
  if (paused_) return false;
  const std::optional<Time> due = next_deadline();
  const std::optional<Time> wire_due = engine_.next_wire_deadline();
  if (!due && !wire_due && timers_.size() == 0) return false;
  read_time();
  const bool is_due = (due && *due <= now_) || (wire_due && *wire_due <= wire_now_);
  if (is_due) engine_.tick(now_);
  while (const std::optional<Due> own = timers_.pop(wire_now_)) on_due(*own);
  if (shaper_ != nullptr) tick_faults();
  if (timed_ != nullptr) timed_->tick(now_);
  return is_due;
}

void Loop::on_due(const Due& due) {
  if (Link* link = links_.find(due.link)) {
    link->deadline = TimerId::none;  // it is gone with pop()
    close(due.link, *link);
  } else if (due.listener < listeners_.size()) {
    if (listening_) watch(due.listener);
  }
}

// The end of a turn: news, then bytes.

void Loop::end_turn() {
  settle_news();
  flush_touched();
}

// Handlers' commands are carried out before the turn ends, and may cause more news. Handlers that never stop
// causing news get the rest of it in the next turn, after everybody else's packets.
void Loop::settle_news() {
  for (int round = 0; round < kNewsRounds && engine_.has_news(); ++round) {
    host_.on_events(engine_.take_events());
    host_.on_rule_calls(engine_.take_rule_calls(), now_);
    take_commands();
  }
}

// Every touched connection gets at most the whole input, so the product bounds what may wait in outboxes. It
// is too high when output is not shared, and then a flush costs nothing that would not be paid at the end of
// the turn.
void Loop::relieve(std::size_t input_bytes) {
  pressure_ += input_bytes * engine_.touched().size();
  if (pressure_ > kEarlyFlushBytes) flush_touched();
}

// Once for each time that half of what was held is gone, and again for each half of what is left, until more
// is held again: a broker that is emptied gives back the rest too, and one that works is not made to. The C
// library keeps what is freed, for ever where something small lives above it.
void Loop::watch_memory(bool idle) {
  const std::size_t held_bytes = engine_.held_bytes();
  if (held_bytes > held_bytes_most_) {
    held_bytes_most_ = held_bytes;
    giving_back_ = false;
  }
  const std::size_t worth_it = giving_back_ ? kLastMemory : kMuchMemory;
  if (!idle || held_bytes_most_ < worth_it || held_bytes > held_bytes_most_ / 2) return;
  held_bytes_most_ = held_bytes;
  giving_back_ = true;
  give_back_memory();
}

void Loop::give_back_memory() {
  while (!link_of_.empty() && links_.find(link_of_.back()) == nullptr) link_of_.pop_back();
  link_of_.shrink_to_fit();
  readable_.shrink_to_fit();
  reading_.shrink_to_fit();
  flushing_.shrink_to_fit();
  engine_.give_back_scratch();
  host_.on_memory_freed();
}

void Loop::flush_touched() {
  pressure_ = 0;
  if (paused_) return;
  for (int round = 0; round < kFlushRounds && !engine_.touched().empty(); ++round) {
    flushing_.assign(engine_.touched().begin(), engine_.touched().end());
    engine_.clear_touched();
    for (const core::ConnectionId connection : flushing_) flush(connection);
  }
}

void Loop::flush(core::ConnectionId connection) {
  if (connection.index >= link_of_.size()) return;
  const LinkKey key = link_of_[connection.index];
  Link* link = links_.find(key);
  if (!link || link->connection != connection) return;  // lost since it was touched
  if (engine_.reset_wanted(connection)) return reset(key, *link);
  if (fault::Channel* channel = shaper_ != nullptr ? shaper_->find(connection) : nullptr) {
    return flush_shaped(key, *link, *channel);
  }
  core::Outbox* outbox = engine_.outbox(connection);
  if (outbox && !outbox->empty() && !link->blocked()) {
    link->send(*outbox);
    engine_.flushed(connection, now_);
  }
  if (engine_.finished(connection))
    finish(key, *link);
  else if (link->may_read() && wanted(*link))
    enlist(key, *link);
}

void Loop::finish(LinkKey key, Link& link) {
  if (shaper_ != nullptr && finish_shaped(key, link)) return;
  linger(key, link);
  const core::Outbox* outbox = engine_.outbox(link.connection);
  const bool all_sent = !outbox || outbox->empty();
  if (all_sent) {
    release(link);
    link.shut_down_sending();
  }
  if (all_sent && stopping_) {  // stop() does not wait for the peer: discard what it has sent so far
    [[maybe_unused]] const Link::Received unread = link.receive(scratch());
  }
  if (all_sent && (stopping_ || link.failed()))
    close(key, link);
  else if (link.may_read())
    enlist(key, link);
}

// Give the peer a second from now, if it was not given one before.
void Loop::linger(LinkKey key, Link& link) {
  if (link.deadline == TimerId::none) link.deadline = timers_.set(wire_now_ + kLinger, {.link = key});
}

// Let the engine forget the connection; only the transport is left.
void Loop::release(Link& link) {
  if (shaper_ != nullptr) shaper_->forget(link.connection);
  engine_.closed(link.connection);
  link.connection = {};
}

void Loop::reset(LinkKey key, Link& link) {
  link.reset_when_closed();
  close(key, link);
}

void Loop::close(LinkKey key, Link& link) {
  if (link.connection) release(link);
  timers_.cancel(link.deadline);
  links_.erase(key);
}

}  // namespace pint::net
