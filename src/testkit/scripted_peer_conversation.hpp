// Conversation: a scripted peer's connections, and each step of what can be done with them. It is the
// blocking half of ScriptedPeer: one thread at a time makes steps, others may move the clock, read the
// journal, watch for delays and stop it.
//
//   step:  try without waiting ── done ──▶ return
//               ▲       └─ would block ──▶ wait until a socket, the clock or stop() changes something, or the
//               └──────────────────────────deadline passes
//
// Two times: clock_ is what the test has advanced; line_ is how far the conversation has come on it, which
// delays move. Without delays to wait for they are equal. Records have line_, so that a script's records are
// at the same times whenever the test advances the clock.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <pint/packets.hpp>
#include <pint/pattern.hpp>
#include <pint/scripted_peer.hpp>

#include "net/listener.hpp"
#include "net/poller.hpp"
#include "testkit/journal.hpp"
#include "testkit/scripted_peer_connection.hpp"

namespace pint::testkit {

// Wall time, for patience.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;
constexpr Deadline kNoDeadline{};

// The client did something else. what() is a sentence or a paragraph, without the conversation.
struct Unexpected : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// stop() ended the step.
struct Stopped : std::logic_error {
  Stopped() : std::logic_error("the scripted peer was stopped") {}
};

class Conversation {
 public:
  explicit Conversation(const ScriptedPeerOptions& options);

  [[nodiscard]] std::uint16_t port() const { return port_; }

  // Steps. They throw Unexpected, Stopped, std::invalid_argument, or std::logic_error if out of place.
  std::size_t accept(Deadline deadline);
  void use(std::size_t connection);
  Record expect(const Pattern& pattern, Deadline deadline);
  void expect_silence();
  void expect_closed(Deadline deadline);
  // The packet that was expected last.
  [[nodiscard]] const Record& request();
  void reply(const packets::Packet& packet, Deadline deadline);
  void send(const packets::Packet& packet, Deadline deadline);
  void close();
  void reset();
  void delay(Duration time);
  // Close every connection, and listen no more.
  void shut();

  // From any thread.
  void advance(Duration time);
  // Steps to come are at the clock's time; before a script and after it.
  void catch_up();
  // Whether a step stands at a delay that the clock has not reached.
  [[nodiscard]] bool delayed() const;
  [[nodiscard]] std::vector<Record> records() const;
  // The last records as lines, for failures.
  [[nodiscard]] std::string story() const;
  void stop();
  [[nodiscard]] bool stopped() const { return stopped_; }
  // Called when delayed() becomes true. Set before the first step.
  void on_delay(std::function<void()> tell) { tell_delay_ = std::move(tell); }

 private:
  struct Arrival {
    enum class Kind : std::uint8_t { nothing, packet, no_packet, end } kind = Kind::nothing;
    Record record = {};
    std::string why = {};  // it is no packet, or malformed: empty if it is not
  };

  [[nodiscard]] bool wait(Deadline deadline);
  [[nodiscard]] PeerConnection& current();
  [[nodiscard]] PeerConnection& open_connection();
  [[nodiscard]] Arrival next(PeerConnection& connection);
  [[nodiscard]] Arrival await_arrival(PeerConnection& connection, const std::string& expected,
                                      Deadline deadline);
  [[nodiscard]] Arrival take_packet(PeerConnection& connection, const mqtt::Frame& frame);
  void read_away(PeerConnection& connection);
  void write(PeerConnection& connection, const std::string& bytes, const std::string& name,
             Deadline deadline);
  void note_sent(const PeerConnection& connection, std::string_view bytes);
  void note_end(PeerConnection& connection, DisconnectCause cause, std::string how);
  void append(Event&& event);
  [[noreturn]] void fail(PeerConnection& connection, const std::string& why);

  ScriptedPeerOptions options_;
  std::optional<net::Listener> listener_;  // until shut()
  std::uint16_t port_ = 0;
  net::Poller poller_;
  net::Waker waker_;
  std::deque<PeerConnection> connections_;  // by number; those that ended stay as what they were
  std::size_t current_ = 0;
  std::function<void()> tell_delay_;

  std::atomic<bool> stopped_ = false;
  mutable std::mutex mutex_;  // of what follows
  Duration clock_{};
  Duration line_{};
  std::optional<Duration> delay_end_;  // of the delay a step stands at
  Journal journal_;
};

}  // namespace pint::testkit
