// ScriptedPeer: a strict server for tests of MQTT client libraries. It is no broker and does nothing by
// itself: the test says, packet by packet, what must come and what is answered. Anything else fails the test,
// with what came instead, field by field.
//
// Call by call, each on the test's thread, waiting for the client where it must:
//
//   pint::ScriptedPeer peer;                                  // a client connects to peer.port()
//   peer.accept();
//   peer.expect(received(PacketType::connect).client("dev-1"));
//   peer.reply(packets::connack({.reason = ReasonCode::quota_exceeded}));
//   peer.expect_closed();
//
// Or as a script in the background, while the test drives the client:
//
//   peer.play(Script().accept()
//                 .expect(received(PacketType::connect)).reply(packets::connack())
//                 .expect(received(PacketType::publish).qos(QoS::at_least_once))
//                 .delay(5s)                                  // until the test has said peer.advance(5s)
//                 .reply(packets::puback()));
//   …
//   peer.verify();                                            // throws TestFailure unless all of it happened
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pint/journal.hpp>
#include <pint/packets.hpp>
#include <pint/pattern.hpp>
#include <pint/verdict.hpp>

namespace pint {

// Makes the answer to the packet that was expected last. If it throws, the test fails with what it threw.
using ReplyFunction = std::function<packets::Packet(const Record& request)>;

// What a ScriptedPeer is to do, step by step. A value: each call gives a longer script, and parts that many
// tests share can be kept and joined by then(). The steps are ScriptedPeer's calls of the same names. An
// impossible step throws std::invalid_argument when it is made.
class Script {
 public:
  [[nodiscard]] Script accept() const;
  [[nodiscard]] Script use(std::size_t connection) const;
  [[nodiscard]] Script expect(const Pattern& pattern) const;
  [[nodiscard]] Script expect_silence() const;
  [[nodiscard]] Script expect_closed() const;
  [[nodiscard]] Script reply(packets::Packet packet) const;
  [[nodiscard]] Script reply(ReplyFunction function) const;
  [[nodiscard]] Script send(packets::Packet packet) const;
  [[nodiscard]] Script close() const;
  [[nodiscard]] Script reset() const;
  // Go on once advance() has moved the clock, since the script began, by all delays up to and with this one.
  // There is no delay by the clock on the wall.
  [[nodiscard]] Script delay(std::chrono::nanoseconds time) const;
  [[nodiscard]] Script then(const Script& more) const;

  [[nodiscard]] std::size_t size() const { return steps_.size(); }
  struct Step;  // for who plays it
  [[nodiscard]] const Step& step(std::size_t index) const { return *steps_[index]; }

 private:
  [[nodiscard]] Script with(Step step) const;
  std::vector<std::shared_ptr<const Step>> steps_;
};

struct ScriptedPeerOptions {
  std::chrono::milliseconds patience = std::chrono::seconds{10};  // for a client to do what is expected
  std::size_t packet_bytes = std::size_t{16} << 20;               // the largest packet a client may send
};

// Listens on 127.0.0.1, at a port of its own, as long as it lives. What the client sends is read when it is
// expected and not before, so that the kernel's buffer is the bound of what waits.
//
// Errors: TestFailure when the client did something else; std::invalid_argument for what cannot be done
// (a Pattern that is not of received packets, a packet that the version cannot encode); std::logic_error for
// calls out of place: before accept(), while a script plays, after stop().
//
// Threads: play() uses a thread of its own. All calls are thread-safe; those that are steps wait for each
// other.
class ScriptedPeer {
 public:
  explicit ScriptedPeer(const ScriptedPeerOptions& options = {});  // throws pint::Error if it cannot listen
  ~ScriptedPeer();                                                 // stop()
  ScriptedPeer(const ScriptedPeer&) = delete;
  ScriptedPeer& operator=(const ScriptedPeer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string url() const;  // "mqtt://127.0.0.1:40122"

  // Take the next connection, which all following steps are about. Gives its number: 0, 1, 2 …
  std::size_t accept();
  // Go back to an earlier connection.
  void use(std::size_t connection);

  // The next packet, which must be well-formed and match.
  Record expect(const Pattern& pattern);
  // Nothing unread is there now, and the connection is open. Does not wait.
  void expect_silence();
  // The client ends the connection, by FIN or RST, and sends no packet before. FIN is answered with FIN: a
  // client that only wants to send no more is taken as gone.
  void expect_closed();

  // Answer the packet that was expected last: what the packet leaves out comes from there, so that
  // reply(packets::puback()) acknowledges it.
  void reply(const packets::Packet& packet);
  void reply(const ReplyFunction& function);
  // Send a packet that is no answer.
  void send(const packets::Packet& packet);

  void close();  // FIN; what the client had sent and nobody expected is read away first
  void reset();  // RST

  // Play the script on a thread of its own, from where the conversation stands. When it has come to its end,
  // the connection stays open and calls go on from there; when it fails, connections are closed and no others
  // taken, so that the client does not wait in vain, and every later call tells the failure.
  void play(Script script);
  // Wait until the script has come to its end. Throws TestFailure that names the step, what was expected,
  // what came, and the conversation; also if that takes longer than `within`, which must not be negative.
  // Always call it: a script that nobody verifies fails unseen.
  void verify();  // within the options' patience
  void verify(std::chrono::milliseconds within);
  [[nodiscard]] Verdict outcome(std::chrono::milliseconds within);  // the same as a value
  // Wait until the script stands at a delay that advance() has not yet reached. Throws like verify().
  void await_delay();

  // Move the peer's clock, which nothing else moves. Never waits: a delay the script comes to later has
  // passed already if the clock is far enough.
  void advance(std::chrono::nanoseconds time);

  // All that happened, from the beginning: packets both ways, and connections that ended (disconnected).
  // For save_pcapng(journal(), path, port()) and save_json_lines(). Also after stop().
  [[nodiscard]] std::vector<Record> journal() const;

  // Close everything. A call that waits ends with std::logic_error, as does every later one but journal().
  // Not from a ReplyFunction.
  void stop();

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace pint
