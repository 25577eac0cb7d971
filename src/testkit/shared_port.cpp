#include "testkit/shared_port.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include <pint/broker.hpp>

#include "api/adopter.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "mqtt/frame.hpp"

namespace pint {
namespace {

using namespace std::chrono_literals;

constexpr Duration kConnectTimeout = 10s;  // as Limits::connect_timeout by default
constexpr Duration kLinger = 1s;           // for a refused client to take its CONNACK
constexpr Duration kRest = 100ms;          // when no descriptor is left
constexpr int kAccepts = 64;               // in one turn
constexpr net::Token kListener = 0;        // clients have their generation, never 0, in the upper half

net::Token token_of(auto key) { return net::Token{key.generation} << 32 | key.index; }

// Signals are the application's: its threads handle them, not ours.
std::thread start_without_signals(auto body) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(body));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

// The handle.

SharedPort::SharedPort(const Listener& where) : implementation_(std::make_shared<Implementation>(where)) {}

std::uint16_t SharedPort::port() const { return implementation_->port(); }

std::string SharedPort::url() const {
  const std::string& address = implementation_->address();
  const bool v6 = address.find(':') != std::string::npos;
  return "mqtt://" + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port());
}

SharedPort::Place SharedPort::add(std::string prefix, Broker& broker) {
  return Place(implementation_->join(std::move(prefix), BrokerAdoption::adopter_of(broker)));
}

// Places.

std::shared_ptr<void> SharedPort::Implementation::join(std::string prefix, net::Adopter adopter) {
  const std::lock_guard lock(places_lock_);
  if (!places_.emplace(prefix, std::move(adopter)).second) {
    throw std::invalid_argument("the prefix \"" + prefix +
                                "\" of this shared port is another broker's already");
  }
  const auto leave = [self = shared_from_this(), prefix](const void*) {
    const std::lock_guard no_handover(self->places_lock_);
    self->places_.erase(prefix);
  };
  return {this, leave};
}

// The longest prefix of either name; of two of one length, that of the user name.
const net::Adopter* SharedPort::Implementation::find(std::string_view user_name,
                                                     std::string_view client_id) const {
  const net::Adopter* best = nullptr;
  std::size_t best_rank = 0;
  for (const auto& [prefix, adopter] : places_) {
    const bool of_user = user_name.starts_with(prefix);
    if (!of_user && !client_id.starts_with(prefix)) continue;
    const std::size_t rank = 2 * prefix.size() + (of_user ? 1 : 0);
    if (best == nullptr || rank > best_rank) best = &adopter;
    best_rank = std::max(best_rank, rank);
  }
  return best;
}

// The thread.

SharedPort::Implementation::Implementation(const Listener& where)
    : Implementation(where, std::make_unique<net::SystemTime>()) {}

SharedPort::Implementation::Implementation(const Listener& where, std::unique_ptr<net::TimeSource> time)
    : listener_(where, {}), time_(std::move(time)) {
  const std::error_code no_listener = poller_.add(listener_.descriptor(), kListener, net::Trigger::level);
  const std::error_code no_waker = poller_.add(waker_);
  if (no_listener || no_waker) {
    throw Error(Errc::listener_failed, "the shared port cannot be watched: no memory or descriptor is left");
  }
  thread_ = start_without_signals([this] { run(); });
}

SharedPort::Implementation::~Implementation() {
  stopping_ = true;
  waker_.wake();
  thread_.join();
}

void SharedPort::Implementation::run() {
  while (!stopping_) {
    const std::optional<Time> due = deadlines_.next();
    const Time next = std::min(due.value_or(kNever), resting_until_.value_or(kNever));
    const Duration wait = next == kNever ? net::kForever : std::max(next - time_->now(), Duration::zero());
    for (const net::Ready& ready : poller_.wait(wait)) {
      if (ready.token == kListener)
        accept();
      else
        read({.index = static_cast<std::uint32_t>(ready.token),
              .generation = static_cast<std::uint32_t>(ready.token >> 32)});
    }
    while (const std::optional<Key> late = deadlines_.pop(time_->now())) {
      clients_.at(*late).deadline = TimerId::none;  // it is gone with pop()
      forget(*late);
    }
    if (resting_until_ && *resting_until_ <= time_->now()) {
      const bool watched = !poller_.add(listener_.descriptor(), kListener, net::Trigger::level);
      resting_until_ = watched ? std::nullopt : std::optional(time_->now() + kRest);
    }
  }
}

void SharedPort::Implementation::accept() {
  for (int i = 0; i < kAccepts; ++i) {
    net::Listener::Accepted accepted = listener_.accept();
    switch (accepted.outcome) {
      case net::Listener::Outcome::accepted: admit(std::move(accepted)); break;
      case net::Listener::Outcome::failed: break;
      case net::Listener::Outcome::none_waiting: return;
      case net::Listener::Outcome::exhausted:
        poller_.remove(listener_.descriptor());
        resting_until_ = time_->now() + kRest;
        return;
    }
  }
}

void SharedPort::Implementation::admit(net::Listener::Accepted accepted) {
  if (clients_.size() >= kWaitingMax) return net::reset_on_close(accepted.socket);
  const int socket = accepted.socket.get();
  auto handover = std::make_shared<net::Handover>(net::Handover{std::move(accepted), {}});
  const Key key = clients_.emplace(Client{.handover = std::move(handover), .refused = {}});
  clients_.at(key).deadline = deadlines_.set(time_->now() + kConnectTimeout, key);
  if (poller_.add(socket, token_of(key), net::Trigger::edge)) forget(key);
}

// Edge-triggered: until nothing is left, or it is decided whose the connection is.
void SharedPort::Implementation::read(Key key) {
  std::array<std::uint8_t, 4'096> buffer;
  while (Client* client = clients_.find(key)) {
    const bool refused = client->handover == nullptr;
    const int socket = refused ? client->refused.get() : client->handover->connection.socket.get();
    const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (size <= 0) return forget(key);
    if (refused) continue;  // discarded, until it ends its side or the deadline comes
    Bytes& read = client->handover->already_read;
    read.insert(read.end(), buffer.begin(), buffer.begin() + size);
    decide(key);
  }
}

void SharedPort::Implementation::decide(Key key) {
  const std::shared_ptr<net::Handover> handover = clients_.at(key).handover;
  const auto frame = mqtt::next_frame(handover->already_read, kConnectBytesMax);
  if (frame && !*frame) return;  // there is more to come
  // Without a name it is nobody's, and nobody's version is known to answer in.
  if (!frame || (*frame)->type() != mqtt::PacketType::connect) return forget(key);
  const Result<mqtt::Connect> connect = mqtt::decode_connect(**frame);
  if (!connect) return forget(key);
  poller_.remove(handover->connection.socket.get());
  const ReasonCode reason = hand_over(*connect, handover);
  if (reason == ReasonCode::success) return forget(key);
  refuse(key, *connect, reason);
}

ReasonCode SharedPort::Implementation::hand_over(const mqtt::Connect& connect,
                                                 const std::shared_ptr<net::Handover>& handover) {
  const std::lock_guard lock(places_lock_);
  const net::Adopter* adopter = find(connect.user_name.value_or(std::string_view{}), connect.client_id);
  if (adopter == nullptr) return ReasonCode::client_identifier_not_valid;
  return (*adopter)(handover) ? ReasonCode::success : ReasonCode::server_unavailable;
}

// FIN and not yet close(): what the client goes on sending would be answered with RST, which may overtake
// CONNACK.
void SharedPort::Implementation::refuse(Key key, const mqtt::Connect& connect, ReasonCode reason) {
  Client& client = clients_.at(key);
  Bytes connack;
  mqtt::encode(connack, mqtt::Connack{.reason = reason}, connect.version);
  client.refused = std::move(client.handover->connection.socket);
  client.handover.reset();
  const int socket = client.refused.get();
  // A socket that has sent nothing yet takes some bytes at once; one that does not is beyond being told.
  [[maybe_unused]] const ssize_t sent = ::send(socket, connack.data(), connack.size(), MSG_NOSIGNAL);
  ::shutdown(socket, SHUT_WR);
  deadlines_.cancel(client.deadline);
  client.deadline = deadlines_.set(time_->now() + kLinger, key);
  if (poller_.add(socket, token_of(key), net::Trigger::edge)) forget(key);
}

void SharedPort::Implementation::forget(Key key) {
  deadlines_.cancel(clients_.at(key).deadline);
  clients_.erase(key);
}

}  // namespace pint
