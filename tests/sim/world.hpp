// World: the engine, its clients and the pipes between them, in virtual time. It carries out a schedule, one
// event after the other, tells the oracle what the engine was told, and shows it what came out.
//
//   schedule ─▶ clients ─▶ pipes ─▶ ENGINE ─▶ outboxes ─▶ pipes ─▶ clients
//                            │         │ events, rule calls
//                            └▶ oracle ◀┘
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine.hpp"
#include "sim/client.hpp"
#include "sim/invariants.hpp"
#include "sim/oracle.hpp"
#include "sim/packet_faults.hpp"
#include "sim/pipe.hpp"
#include "sim/schedule.hpp"
#include "sim/setup.hpp"

namespace pint::sim {

class World {
 public:
  explicit World(const Setup& setup);

  // Carry out the schedule, then bring everything to its end. Throws Violation.
  void run(const Schedule& schedule);

  [[nodiscard]] std::uint64_t inputs() const { return inputs_; }  // of the engine, so far
  [[nodiscard]] std::uint64_t trace() const { return trace_; }    // a hash of everything that came out
  [[nodiscard]] Time now() const { return now_; }

 private:
  using Call = std::function<void()>;

  // world.cpp: time and steps
  void advance_to(Time target);
  void advance_once(Time at);
  [[nodiscard]] Time next_deadline() const;
  void step(const Call& engine_input, const Call& told_to_oracle);
  [[nodiscard]] News take_news();
  void take_sent(Pipe& pipe, std::vector<Outgoing>& sent);
  void check_receivers(const std::vector<Outgoing>& sent);
  void check_pressure(Pipe& pipe);
  void check_outboxes(const std::vector<Outgoing>& sent);
  void settle();
  [[nodiscard]] bool feed(Pipe& pipe);
  [[nodiscard]] bool drain(Pipe& pipe);
  void flush(const Pipe& pipe);
  void hand_over(Pipe& pipe, ByteView piece);
  void tell_handled();
  void lose(std::uint64_t serial, DisconnectCause cause);
  void note(std::uint64_t number);
  void note(ByteView bytes);
  void end();

  // actions.cpp
  void perform(const Action& action);
  void connect(unsigned client, std::uint64_t salt, bool calmly);
  void send(unsigned client, const Bytes& bytes);
  void client_action(const Action& action, Chance& chance);
  void line_action(const Action& action, Chance& chance);
  void broker_action(const Action& action, Chance& chance);
  void storm(unsigned client, Chance& chance);
  void application_publish(const Message& message);
  void rule(Chance& chance);
  void application_disconnect(unsigned client, Chance& chance);
  void restart(Chance& chance);
  void drop_pipes();
  [[nodiscard]] Pipe* pipe_of(unsigned client);
  [[nodiscard]] std::string next_payload();

  Setup setup_;
  core::EngineOptions options_;
  std::unique_ptr<PacketFaults> packet_faults_;
  core::Engine engine_;
  Oracle oracle_;
  Time now_{};
  std::vector<Client> clients_;
  std::vector<std::uint64_t> current_;  // each client's pipe, by serial; 0: none
  std::map<std::uint64_t, Pipe> pipes_;
  std::vector<core::RuleKey> rules_;
  std::optional<core::ConnectionId> publisher_;  // whose PUBLISH is being handed over
  std::vector<ByteView> pieces_;
  std::map<std::uint64_t, std::size_t> outbox_before_;
  std::uint64_t last_serial_ = 0;
  std::uint64_t last_payload_ = 0;
  std::uint64_t inputs_ = 0;
  std::uint64_t trace_ = 0xCBF29CE484222325;
  unsigned ticks_in_place_ = 0;
};

}  // namespace pint::sim
