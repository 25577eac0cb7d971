#include "testkit/scripted_peer_conversation.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <system_error>
#include <utility>

#include "mqtt/decode.hpp"
#include "testkit/record_text.hpp"
#include "testkit/scripted_peer_step.hpp"

namespace pint::testkit {
namespace {

constexpr std::size_t kRecordsTold = 30;
constexpr std::size_t kPacketsReadAway = 100;  // a client may send without end
constexpr std::size_t kBytesShown = 16;
constexpr net::Token kListener = 0;
constexpr net::Token kConnection = 1;

std::string hex(ByteView bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), kBytesShown))) {
    std::array<char, 4> digits{};
    std::snprintf(digits.data(), digits.size(), " %02X", static_cast<unsigned>(byte));
    text += digits.data();
  }
  return bytes.size() > kBytesShown ? text + " …" : text;
}

std::string line_of(const Record& record) { return "\n  " + to_string(record); }

std::string text_of_differences(const std::vector<Pattern::Difference>& differences) {
  std::string text;
  for (const auto& [field, expected, actual] : differences) {
    text += "\n      " + field + ": expected " + expected + ", was " + actual;
  }
  return text;
}

std::string text_of_end(const PeerConnection& connection) {
  std::string text = "the client closed the connection (" + connection.ended() + ")";
  if (!connection.unread().empty()) text += " in the middle of a packet:" + hex(connection.unread());
  return text;
}

}  // namespace

Conversation::Conversation(const ScriptedPeerOptions& options) : options_(options) {
  listener_.emplace(pint::Listener::tcp(0), net::SocketHook());
  port_ = listener_->port();
  for (const std::error_code error :
       {poller_.add(waker_), poller_.add(listener_->descriptor(), kListener, net::Trigger::edge)}) {
    if (error) throw std::system_error(error, "the scripted peer cannot watch its sockets");
  }
}

// Everything is edge-triggered, and every step tries before it waits: an edge that was for somebody else is
// one more attempt. False: the deadline has passed.
bool Conversation::wait(Deadline deadline) {
  if (stopped_) throw Stopped();
  if (!deadline) {
    (void)poller_.wait(net::kForever);
  } else {
    const auto left = *deadline - std::chrono::steady_clock::now();
    if (left <= left.zero()) return false;
    (void)poller_.wait(left);
  }
  if (stopped_) throw Stopped();
  return true;
}

PeerConnection& Conversation::current() {
  if (connections_.empty()) throw std::logic_error("no client is connected: accept() one first");
  PeerConnection& connection = connections_[current_];
  if (connection.closed_by_peer()) {
    throw std::logic_error("connection " + std::to_string(current_) +
                           " was closed by the script: accept() the next one, or use() another");
  }
  return connection;
}

PeerConnection& Conversation::open_connection() {
  PeerConnection& connection = current();
  if (!connection.ended().empty()) fail(connection, text_of_end(connection));
  return connection;
}

std::size_t Conversation::accept(Deadline deadline) {
  for (;;) {
    net::Listener::Accepted accepted = listener_->accept();
    switch (accepted.outcome) {
      case net::Listener::Outcome::accepted: {
        connections_.emplace_back(std::move(accepted.socket), accepted.remote.text());
        const std::error_code error =
            poller_.add(connections_.back().descriptor(), kConnection, net::Trigger::edge);
        if (error) throw std::system_error(error, "the scripted peer cannot watch a connection");
        return current_ = connections_.size() - 1;
      }
      case net::Listener::Outcome::failed: continue;
      case net::Listener::Outcome::exhausted:
        throw std::system_error(EMFILE, std::generic_category(), "the scripted peer cannot accept");
      case net::Listener::Outcome::none_waiting: break;
    }
    if (!wait(deadline)) {
      throw Unexpected("Expected a connection; no client connected within " + span_text(options_.patience));
    }
  }
}

void Conversation::use(std::size_t connection) {
  if (connection >= connections_.size()) {
    throw std::logic_error("there is no connection " + std::to_string(connection) + ": only " +
                           std::to_string(connections_.size()) + " have been accepted");
  }
  current_ = connection;
}

Conversation::Arrival Conversation::next(PeerConnection& connection) {
  for (;;) {
    const Result<std::optional<mqtt::Frame>> frame = connection.front(options_.packet_bytes);
    if (!frame) {
      return {.kind = Arrival::Kind::no_packet,
              .why = std::string(frame.refusal().why) + ":" + hex(connection.unread())};
    }
    if (*frame) return take_packet(connection, **frame);
    if (connection.read_some()) continue;
    if (connection.ended().empty()) return {};
    note_end(connection, DisconnectCause::client_closed, connection.ended());
    return {.kind = Arrival::Kind::end};
  }
}

Conversation::Arrival Conversation::take_packet(PeerConnection& connection, const mqtt::Frame& frame) {
  Arrival arrival{.kind = Arrival::Kind::packet};
  const Result<mqtt::Packet> packet = mqtt::decode(frame, connection.client.version);
  if (!packet) {
    arrival.why = packet.refusal().why;
  } else if (const auto* connect = std::get_if<mqtt::Connect>(&*packet)) {
    connection.client.client_id = connect->client_id;
    connection.client.user_name = connect->user_name.value_or(std::string_view());
    connection.client.version = connect->version;
  }
  append(PacketSeen{connection.client, Direction::received, std::string(as_text(frame.bytes))});
  connection.pop(frame.bytes.size());
  const std::lock_guard lock(mutex_);
  arrival.record = journal_.record(journal_.last());
  return arrival;
}

Conversation::Arrival Conversation::await_arrival(PeerConnection& connection, const std::string& expected,
                                                  Deadline deadline) {
  for (;;) {
    Arrival arrival = next(connection);
    if (arrival.kind == Arrival::Kind::no_packet) {
      fail(connection, "Expected " + expected + "; the client sent what is no packet. " + arrival.why);
    }
    if (arrival.kind != Arrival::Kind::nothing) return arrival;
    if (wait(deadline)) continue;
    std::string why = "Expected " + expected + "; nothing came within " + span_text(options_.patience);
    if (!connection.unread().empty()) why += " but the beginning of a packet:" + hex(connection.unread());
    fail(connection, why);
  }
}

Record Conversation::expect(const Pattern& pattern, Deadline deadline) {
  refuse_unless_received(pattern);
  PeerConnection& connection = current();
  Arrival arrival = await_arrival(connection, pattern.describe(), deadline);
  if (arrival.kind == Arrival::Kind::end) {
    fail(connection, "Expected " + pattern.describe() + "; " + text_of_end(connection));
  }
  const std::vector<Pattern::Difference> differences = pattern.differences(arrival.record);
  if (!differences.empty()) {
    fail(connection, "Expected " + pattern.describe() + "; this came instead:" + line_of(arrival.record) +
                         text_of_differences(differences));
  }
  if (!arrival.why.empty()) {
    fail(connection, "Expected " + pattern.describe() + "; it came malformed:" + line_of(arrival.record));
  }
  connection.request = arrival.record;
  return std::move(arrival.record);
}

void Conversation::expect_silence() {
  PeerConnection& connection = current();
  const Arrival arrival = next(connection);
  if (arrival.kind == Arrival::Kind::end) fail(connection, "Expected silence; " + text_of_end(connection));
  if (arrival.kind == Arrival::Kind::packet) {
    fail(connection, "Expected silence; this came instead:" + line_of(arrival.record));
  }
  if (!connection.unread().empty()) {
    fail(connection, "Expected silence; the beginning of a packet came:" + hex(connection.unread()));
  }
}

void Conversation::expect_closed(Deadline deadline) {
  PeerConnection& connection = current();
  const Arrival arrival = await_arrival(connection, "the client to close the connection", deadline);
  if (arrival.kind == Arrival::Kind::packet) {
    fail(connection,
         "Expected the client to close the connection; this came instead:" + line_of(arrival.record));
  }
  if (!connection.unread().empty()) fail(connection, text_of_end(connection));
}

const Record& Conversation::request() {
  const PeerConnection& connection = current();
  if (!connection.request) {
    throw std::logic_error("reply() answers a packet, and none was expected yet: expect() one, or send()");
  }
  return *connection.request;
}

void Conversation::reply(const packets::Packet& packet, Deadline deadline) {
  const std::string bytes = packet.bytes_answering(request());
  write(open_connection(), bytes, packet.name(), deadline);
}

void Conversation::send(const packets::Packet& packet, Deadline deadline) {
  PeerConnection& connection = open_connection();
  write(connection, packet.bytes(connection.client.version), packet.name(), deadline);
}

void Conversation::write(PeerConnection& connection, const std::string& bytes, const std::string& name,
                         Deadline deadline) {
  std::string_view rest = bytes;
  for (;;) {
    rest.remove_prefix(connection.write_some(rest));
    if (rest.empty()) return note_sent(connection, bytes);
    if (!connection.ended().empty())
      fail(connection, name + " could not be sent; " + text_of_end(connection));
    if (!wait(deadline))
      fail(connection,
           name + " could not be sent; the client has not read for " + span_text(options_.patience));
  }
}

// Raw bytes may be several packets, or none: what is no packet stands in the journal as a broken one.
void Conversation::note_sent(const PeerConnection& connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto frame = mqtt::next_frame(as_bytes(bytes), mqtt::kMaxPacketBytes);
    const std::size_t size = frame && *frame ? (*frame)->bytes.size() : bytes.size();
    append(PacketSeen{connection.client, Direction::sent, std::string(bytes.substr(0, size))});
    bytes.remove_prefix(size);
  }
}

void Conversation::note_end(PeerConnection& connection, DisconnectCause cause, std::string how) {
  if (connection.end_noted) return;
  connection.end_noted = true;
  append(ClientDisconnected{.client = connection.client, .cause = cause, .explanation = std::move(how)});
}

// A packet that nobody expected still belongs to the story.
void Conversation::read_away(PeerConnection& connection) {
  for (std::size_t packets = 0; packets < kPacketsReadAway; ++packets) {
    if (next(connection).kind != Arrival::Kind::packet) return;
  }
}

void Conversation::close() {
  PeerConnection& connection = current();
  read_away(connection);
  note_end(connection, DisconnectCause::disconnected_by_application, "FIN by the script");
  connection.close();
}

void Conversation::reset() {
  PeerConnection& connection = current();
  note_end(connection, DisconnectCause::disconnected_by_application, "RST by the script");
  connection.reset();
}

void Conversation::shut() {
  listener_.reset();
  for (PeerConnection& connection : connections_) {
    if (connection.closed_by_peer()) continue;
    note_end(connection, DisconnectCause::broker_stopping, {});
    connection.close();
  }
}

void Conversation::delay(Duration time) {
  std::unique_lock lock(mutex_);
  const Duration end = time > Duration::max() - line_ ? Duration::max() : line_ + time;
  delay_end_ = end;
  while (clock_ < end) {
    lock.unlock();
    if (tell_delay_) tell_delay_();
    (void)wait(kNoDeadline);
    lock.lock();
  }
  delay_end_.reset();
  line_ = end;
}

void Conversation::advance(Duration time) {
  {
    const std::lock_guard lock(mutex_);
    clock_ = time > Duration::max() - clock_ ? Duration::max() : clock_ + time;
  }
  waker_.wake();
}

void Conversation::catch_up() {
  const std::lock_guard lock(mutex_);
  line_ = std::max(line_, clock_);
}

bool Conversation::delayed() const {
  const std::lock_guard lock(mutex_);
  return delay_end_ && clock_ < *delay_end_;
}

std::vector<Record> Conversation::records() const {
  const std::lock_guard lock(mutex_);
  return journal_.all();
}

std::string Conversation::story() const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t earlier = journal_.last() - std::min<std::uint64_t>(journal_.size(), kRecordsTold);
  if (journal_.size() == 0) return "Nothing was said.\n";
  std::string text = "What was said";
  if (earlier > 0) text += " (after " + std::to_string(earlier) + " earlier records)";
  text += ":\n";
  for (const Record& record : journal_.since(earlier + 1)) text += "  " + to_string(record) + '\n';
  return text;
}

void Conversation::stop() {
  stopped_ = true;
  waker_.wake();
}

void Conversation::append(Event&& event) {
  const std::lock_guard lock(mutex_);
  journal_.append(std::move(event), {.at = line_, .wall = std::chrono::system_clock::now()});
}

void Conversation::fail(PeerConnection& connection, const std::string& why) {
  read_away(connection);
  throw Unexpected(why);
}

}  // namespace pint::testkit
