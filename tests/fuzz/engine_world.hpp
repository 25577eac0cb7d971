// EngineWorld: an engine and a host of a few connections around it, for the fuzzer. It does what a host must
// (reads, flushes, closes, ticks), and after each step asks whether the engine still keeps its promises.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include <pint/event.hpp>

#include "core/engine.hpp"
#include "fuzz/target.hpp"
#include "mqtt/packet.hpp"

namespace pint::fuzz {

constexpr std::size_t kSeats = 4;
constexpr std::size_t kRulesAtOnce = 4;

// The client's side of one connection. One that reads slowly reads only what it is told to.
struct Seat {
  core::ConnectionId id;
  std::optional<ProtocolVersion> version;  // as soon as the engine knows it
  bool slow = false;
  Bytes unparsed;             // came from the engine and is no whole packet yet
  std::deque<Bytes> answers;  // to what came, not yet sent
};

// Somebody who wants all that the engine tells.
class Listener {
 public:
  virtual ~Listener() = default;
  // `placed` as of Engine::placed(): of these events.
  virtual void on_events(std::vector<Event> events, std::span<const std::uint8_t> placed) = 0;
};

class EngineWorld {
 public:
  EngineWorld(const core::EngineOptions& options, core::Seams seams, Listener* listener = nullptr);

  [[nodiscard]] core::Engine& engine() { return engine_; }
  [[nodiscard]] Time now() const { return now_; }
  [[nodiscard]] Seat& seat(std::size_t index) { return seats_[index % kSeats]; }
  [[nodiscard]] const std::vector<core::RuleKey>& rules() const { return rules_; }

  // Begin a connection; one that the seat has is lost first.
  void open(Seat& seat);
  // Bytes from the client, unless the engine wants none.
  void give(Seat& seat, ByteView bytes);
  void give(Seat& seat, const mqtt::Packet& packet, ProtocolVersion version);
  // Send the oldest answer the client owes.
  void answer(Seat& seat);
  void lose(Seat& seat, DisconnectCause cause);
  // Take at most so many bytes out of the outbox, and close the connection if that was the last it had.
  void read(Seat& seat, std::size_t bytes_max);
  void add_rule(std::string_view topic_filter);
  void remove_rule(std::size_t index);
  // Let time pass, with a tick at each deadline; or in one jump with one tick.
  void pass(Duration duration);
  void jump(Duration duration);

  // The end of a step: read, take the news, and see whether all is well.
  void settle();
  // Everybody leaves, everything expires: nothing may be left.
  void end();

 private:
  void turn();  // what a host does between inputs: read, and take the news
  void tick();
  void learn_version(Seat& seat);
  void parse(Seat& seat);
  void note_answer(Seat& seat, const mqtt::Packet& packet, ProtocolVersion version);
  void take_news();
  void take_events();
  void check_counts();
  void check_outboxes();
  void close_if_finished(Seat& seat);
  void remove_retained();

  core::EngineOptions options_;
  core::Engine engine_;
  Listener* listener_;
  Time now_{};
  std::array<Seat, kSeats> seats_;
  std::vector<core::RuleKey> rules_;
  std::uint64_t opened_ = 0;
  std::uint64_t bytes_given_ = 0;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace pint::fuzz
